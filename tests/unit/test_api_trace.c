// SPDX-License-Identifier: BSD-3-Clause
/* GET /v1/trace without a data plane. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api_fixture.h"
#include "unit.h"

/* Hashes and rows of tests/model/vectors.json. */
START_TEST(hash_and_row_are_those_of_the_published_vectors)
{
	struct fixture f;
	struct answer a;
	const char *target;

	fixture_setup_with(&f,
		"services: { web: { vip = \"10.99.0.1\"; port = 80; protocol = \"tcp\"; pool = "
		"\"p\"; }; };\n"
		"pools: { p: { rows = 251; backends: { web-1: { address = \"10.77.0.21\"; };\n"
		"  web-2: { address = \"10.77.0.22\"; }; }; }; };\n");
	ck_assert_uint_eq(fixture_backend(&f, "web", "web-1")->pool->n_rows, 251);
	a = fixture_trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(answer_text(a.json, "hash"), "0x8b1005dd09465065");
	ck_assert_str_eq(answer_text(a.json, "row_hash"), "0x8b1005dd09465065");
	ck_assert_int_eq(json_integer_value(json_object_get(a.json, "row")), 136);
	target = answer_text(a.json, "target");
	ck_assert_uint_eq(fixture_backend(&f, "web", target)->slot,
		weir_row_target(fixture_backend(&f, "web", target)->pool->rows[136]));
	answer_free(&a);
	a = fixture_trace(&f, "10.77.1.2:40001", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(answer_text(a.json, "hash"), "0xcc31cf58e6064f52");
	ck_assert_int_eq(json_integer_value(json_object_get(a.json, "row")), 200);
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

#define SERVICES                                                                                   \
	"services: { range: { vip = \"10.99.0.1\"; ports = \"80-89\"; protocol = \"tcp\"; pool = " \
	"\"p\"; }; rest: { vip = \"10.99.0.1\"; ports = \"any\"; protocol = \"tcp\"; "             \
	"affinity = \"source\"; pool = \"p\"; forward = \"gue\"; check: { type = \"none\"; }; }; " \
	"};\n"
#define POOL "pools: { p: { backends: { web-1: { address = \"10.77.0.21\"; }; }; }; };\n"

static char *trace_text(struct fixture *f, const char *vip, const char *client, const char *key)
{
	struct answer a = fixture_trace(f, client, vip, "tcp");
	char *text = strdup(answer_text(a.json, key));

	ck_assert_int_eq(a.status, 200);
	answer_free(&a);
	return text;
}

static int trace_same(
	struct fixture *f, const char *const client[2], const char *const vip[2], const char *key)
{
	char *a = trace_text(f, vip[0], client[0], key);
	char *b = trace_text(f, vip[1], client[1], key);
	int same = !strcmp(a, b);

	free(a);
	free(b);
	return same;
}

/* Ports 80 to 89 have a service of their own; every other one is the other's, whose row the source
 * chooses, though each flow has a name of its own.
 */
START_TEST(ranges_any_port_and_affinity_are_traced)
{
	static const struct {
		const char *vip, *service, *encap;
	} rows[] = {{"10.99.0.1:80", "range", "ipip"}, {"10.99.0.1:89", "range", "ipip"},
		{"10.99.0.1:79", "rest", "gue"}, {"10.99.0.1:90", "rest", "gue"}};
	static const char *const one[] = {"10.77.1.2:1", "10.77.1.2:1"};
	static const char *const two[] = {"10.77.1.2:1", "10.77.1.3:1"};
	static const char *const ports[] = {"10.77.1.2:1", "10.77.1.2:2"};
	static const char *const rest[] = {"10.99.0.1:90", "10.99.0.1:443"};
	static const char *const range[] = {"10.99.0.1:80", "10.99.0.1:80"};
	struct fixture f;

	fixture_setup_with(&f, SERVICES POOL);
	fixture_resolve_all(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *service = trace_text(&f, rows[i].vip, one[0], "service");
		char *encap = trace_text(&f, rows[i].vip, one[0], "encap");

		ck_assert_str_eq(service, rows[i].service);
		ck_assert_str_eq(encap, rows[i].encap);
		free(service);
		free(encap);
	}
	ck_assert(trace_same(&f, one, rest, "row_hash"));
	ck_assert(trace_same(&f, ports, rest, "row_hash"));
	ck_assert(!trace_same(&f, two, rest, "row_hash"));
	ck_assert(!trace_same(&f, ports, range, "row_hash"));
	ck_assert(!trace_same(&f, one, rest, "hash"));
	ck_assert(!trace_same(&f, ports, rest, "hash"));
	ck_assert(!trace_same(&f, ports, range, "hash"));
	fixture_teardown(&f);
}
END_TEST

START_TEST(without_a_data_plane_the_table_answers_and_the_flow_is_unknown)
{
	static const char *const keys[] = {"service", "plane", "worker", "hash", "row_hash", "row",
		"phase", "base", "target", "flow", "backend", "encap", "next_hop", "verdict",
		"reason"};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	a = fixture_trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		ck_assert_msg(json_object_get(a.json, keys[i]) != NULL, "no %s", keys[i]);
	ck_assert_str_eq(answer_text(a.json, "flow"), "unknown");
	ck_assert_str_eq(answer_text(a.json, "phase"), "stable");
	ck_assert_str_eq(answer_text(a.json, "verdict"), "drop");
	ck_assert_str_eq(answer_text(a.json, "reason"), "neigh_pending");
	answer_free(&a);
	fixture_resolve_all(&f);
	a = fixture_trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(answer_text(a.json, "verdict"), "forward");
	ck_assert_str_eq(answer_text(a.json, "encap"), "ipip");
	ck_assert_str_eq(answer_text(a.json, "backend"), answer_text(a.json, "target"));
	ck_assert_str_eq(answer_text(json_object_get(a.json, "next_hop"), "state"), "ready");
	ck_assert(json_is_null(json_object_get(a.json, "reason")));
	answer_free(&a);
	a = fixture_trace(&f, "[fd77:1::2]:40000", "[fd99::2]:443", "tcp");
	ck_assert_str_eq(answer_text(a.json, "service"), "api6");
	ck_assert_str_eq(answer_text(a.json, "verdict"), "forward");
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(packets_that_no_backend_gets_have_the_reason_of_their_drop)
{
	static const struct {
		const char *client, *vip, *proto, *reason;
	} rows[] = {
		{"10.77.1.2:1", "10.99.0.9:80", "tcp", "not_local"},
		{"10.77.1.2:1", "10.99.0.1:81", "tcp", "no_vip_port"},
		{"10.77.1.2:1", "10.99.0.1:80", "udp", "no_vip_port"},
		{"10.77.1.2:0", "10.99.0.1:80", "tcp", "port0"},
		{"10.99.0.2:1", "10.99.0.1:80", "tcp", "src_is_vip"},
	};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	fixture_resolve_all(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a = fixture_trace(&f, rows[i].client, rows[i].vip, rows[i].proto);
		ck_assert_str_eq(answer_text(a.json, "verdict"), "drop");
		ck_assert_str_eq(answer_text(a.json, "reason"), rows[i].reason);
		answer_free(&a);
	}
	for (int i = 1; i <= 3; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/v1/backends/web/web-%d", i);
		a = fixture_post(&f, path, "{\"admin\": \"maint\"}");
		answer_free(&a);
	}
	fixture_run(&f, 20);
	a = fixture_trace(&f, "10.77.1.2:1", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(answer_text(a.json, "reason"), "no_backend");
	ck_assert(json_is_null(json_object_get(a.json, "backend")));
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(malformed_tuples_are_refused_with_the_expected_form)
{
	static const struct {
		const char *client, *vip, *proto, *part;
	} rows[] = {
		{"", "10.99.0.1:80", "tcp", "client: ''"},
		{"10.77.1.2", "10.99.0.1:80", "tcp", "client: '10.77.1.2' is not ADDRESS:PORT"},
		{"10.77.1.2:", "10.99.0.1:80", "tcp", "client"},
		{"10.77.1.2:65536", "10.99.0.1:80", "tcp", "client"},
		{"10.77.1.2:-1", "10.99.0.1:80", "tcp", "client"},
		{"10.77.1:1", "10.99.0.1:80", "tcp", "client"},
		{"fd77::2:1", "[fd99::2]:443", "tcp", "client"},
		{"[fd77::2:1", "[fd99::2]:443", "tcp", "client"},
		{"[]:1", "[fd99::2]:443", "tcp", "client"},
		{"10.77.1.2:1", "10.99.0.1", "tcp", "vip"},
		{"10.77.1.2:1", "10.99.0.1:80", "icmp", "not tcp or udp"},
		{"10.77.1.2:1", "[fd99::2]:443", "tcp", "one address family"},
	};
	struct fixture f;

	fixture_setup(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer a = fixture_trace(&f, rows[i].client, rows[i].vip, rows[i].proto);

		ck_assert_msg(a.status == 400, "row %zu: status %ld", i, a.status);
		ck_assert_msg(strstr(answer_text(a.json, "error"), rows[i].part) != NULL,
			"row %zu: %s", i, answer_text(a.json, "error"));
		answer_free(&a);
	}
	fixture_teardown(&f);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("api_trace");

	fixture_need_root();
	unit_case(s, hash_and_row_are_those_of_the_published_vectors, 20);
	unit_case(s, ranges_any_port_and_affinity_are_traced, 20);
	unit_case(s, without_a_data_plane_the_table_answers_and_the_flow_is_unknown, 20);
	unit_case(s, packets_that_no_backend_gets_have_the_reason_of_their_drop, 20);
	unit_case(s, malformed_tuples_are_refused_with_the_expected_form, 20);
	return s;
}
