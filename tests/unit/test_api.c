// SPDX-License-Identifier: BSD-3-Clause
/* What is read, and what is refused as a request. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api_fixture.h"
#include "unit.h"

static void has_keys(const json_t *o, const char *const *keys)
{
	for (; *keys; keys++)
		ck_assert_msg(json_object_get(o, *keys) != NULL, "no field %s", *keys);
}

START_TEST(status_without_a_data_plane_names_node_and_counts)
{
	static const char *const keys[] = {"node", "plane", "generation", "uptime_s", "services",
		"backends", "workers", "refused", "version", "dataplane", "table", "health",
		"config", NULL};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(a.status, 200);
	has_keys(a.json, keys);
	ck_assert_str_eq(answer_text(a.json, "node"), "lb-test");
	ck_assert_str_eq(answer_text(a.json, "plane"), "none");
	ck_assert_int_eq(answer_int(a.json, "generation"), 1);
	ck_assert_int_eq(answer_int(a.json, "services"), 3);
	ck_assert_int_eq(answer_int(a.json, "backends"), 5);
	ck_assert_int_eq(answer_int(a.json, "backends_up"), 5);
	ck_assert_int_eq(answer_int(a.json, "workers"), 0);
	ck_assert_int_eq(answer_int(a.json, "refused"), 0);
	ck_assert(
		json_is_false(json_object_get(json_object_get(a.json, "dataplane"), "connected")));
	ck_assert(json_is_null(json_object_get(json_object_get(a.json, "table"), "last_refusal")));
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(refused_tables_are_counted_from_the_data_planes_counters)
{
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	fixture_counters(&f);
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(answer_int(a.json, "refused"), 3);
	ck_assert_int_eq(answer_int(a.json, "workers"), 2);
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(services_are_listed_by_name_with_their_vips)
{
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	a = fixture_get(&f, "/v1/services");
	ck_assert_uint_eq(json_array_size(a.json), 3);
	ck_assert_str_eq(answer_text(json_array_get(a.json, 0), "service"), "api4");
	ck_assert_str_eq(answer_text(json_array_get(a.json, 0), "forward"), "l2dsr");
	ck_assert_str_eq(answer_text(json_array_get(a.json, 1), "vip"), "fd99::2");
	ck_assert_int_eq(answer_int(json_array_get(a.json, 2), "port"), 80);
	ck_assert_int_eq(answer_int(json_array_get(a.json, 2), "port_last"), 80);
	ck_assert_str_eq(answer_text(json_array_get(a.json, 2), "ports"), "80");
	ck_assert_str_eq(answer_text(json_array_get(a.json, 2), "affinity"), "flow");
	ck_assert_str_eq(answer_text(json_array_get(a.json, 2), "fragments"), "drop");
	ck_assert(json_is_null(json_object_get(json_array_get(a.json, 2), "gue_port")));
	ck_assert_str_eq(answer_text(json_array_get(a.json, 2), "state"), "up");
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(pool_shared_by_two_services_gives_a_row_for_each)
{
	static const char *const keys[] = {"service", "pool", "backend", "address", "weight",
		"effective_weight", "state", "flows", "new_flows", "packets", "bytes", "check",
		NULL};
	struct fixture f;
	struct answer a;
	const json_t *row;

	fixture_setup(&f);
	a = fixture_get(&f, "/v1/backends");
	ck_assert_uint_eq(json_array_size(a.json), 2 + 2 + 3);
	row = json_array_get(a.json, 3);
	has_keys(row, keys);
	ck_assert_str_eq(answer_text(row, "service"), "api6");
	ck_assert_str_eq(answer_text(row, "pool"), "gateways");
	ck_assert_str_eq(answer_text(row, "backend"), "gw-2");
	ck_assert_str_eq(answer_text(row, "check"), "unknown");
	row = json_array_get(a.json, 6);
	ck_assert_str_eq(answer_text(row, "backend"), "web-3");
	ck_assert_str_eq(answer_text(row, "address"), "10.77.0.23");
	ck_assert_int_eq(answer_int(row, "weight"), 20);
	ck_assert_str_eq(answer_text(row, "check"), "none");
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(backends_of_one_service_are_only_those)
{
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	fixture_counters(&f);
	a = fixture_get(&f, "/v1/backends?service=web");
	ck_assert_uint_eq(json_array_size(a.json), 3);
	ck_assert_int_eq(answer_int(json_array_get(a.json, 0), "packets"), 180);
	answer_free(&a);
	answer_expect_error(fixture_get(&f, "/v1/backends?service=wbe"), 404, "not_found",
		"no service 'wbe' (have: api4, api6, web)");
	fixture_teardown(&f);
}
END_TEST

START_TEST(backend_that_is_not_there_names_those_that_are)
{
	struct fixture f;

	fixture_setup(&f);
	answer_expect_error(fixture_get(&f, "/v1/backends/web/web-9"), 404, "not_found",
		"no backend 'web-9' in service 'web' (have: web-1, web-2, web-3)");
	answer_expect_error(fixture_get(&f, "/v1/backends/web"), 404, "not_found", "no backend ''");
	answer_expect_error(
		fixture_get(&f, "/v1/backends/nix/web-1"), 404, "not_found", "no service 'nix'");
	answer_expect_error(fixture_post(&f, "/v1/backends/web/web-9", "{\"admin\": \"drain\"}"),
		404, "not_found", "web-9");
	fixture_teardown(&f);
}
END_TEST

START_TEST(wrong_method_says_which_one_is_right)
{
	static const struct {
		const char *method, *path, *allow;
	} rows[] = {
		{"POST", "/v1/status", "GET"},
		{"DELETE", "/v1/backends/web/web-1", "GET, POST"},
		{"GET", "/v1/reload", "POST"},
		{"PUT", "/v1/backends", "GET"},
		{"PATCH", "/v1/trace", "GET"},
	};
	struct fixture f;

	fixture_setup(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer a = fixture_call(
			&f, &(struct call){.method = rows[i].method, .path = rows[i].path});

		ck_assert_str_eq(a.allow, rows[i].allow);
		answer_expect_error(a, 405, "bad_method", rows[i].allow);
	}
	fixture_teardown(&f);
}
END_TEST

START_TEST(unknown_paths_are_not_found)
{
	static const char *const paths[] = {"/", "/v1", "/v1/", "/v1/statusx", "/v2/status",
		"/v1/backends/", "/metrics", "/v1/status/", "//v1/status"};
	struct fixture f;

	fixture_setup(&f);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		answer_expect_error(fixture_get(&f, paths[i]), 404, "no_such_path", "no such path");
	fixture_teardown(&f);
}
END_TEST

/* evhttp refuses these by itself, in HTML. */
START_TEST(bodies_and_headers_beyond_the_limits_are_refused)
{
	char *body = malloc(70000), path[9100] = "/v1/status?";
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	memset(body, ' ', 70000);
	memcpy(body, "{\"admin\": \"drain\"", 17);
	strcpy(body + 69990, "}");
	a = fixture_post(&f, "/v1/backends/web/web-1", body);
	ck_assert_msg(a.status == 413 || a.status == 0, "status %ld", a.status);
	answer_free(&a);
	strcpy(body + 60000, "}"); /* the same within the limit is taken */
	a = fixture_post(&f, "/v1/backends/web/web-2", body);
	ck_assert_int_eq(a.status, 200);
	answer_free(&a);
	ck_assert_int_eq(fixture_backend(&f, "web", "web-1")->override.since, 0);
	memset(path + 11, 'x', 9000);
	a = fixture_get(&f, path);
	ck_assert_msg(a.status == 400 || a.status == 413 || a.status == 0, "status %ld", a.status);
	answer_free(&a);
	free(body);
	fixture_teardown(&f);
}
END_TEST

START_TEST(every_drop_reason_is_listed)
{
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	fixture_counters(&f);
	a = fixture_get(&f, "/v1/drops");
	ck_assert_uint_eq(json_object_size(a.json), WEIR_DROP__COUNT - 1);
	ck_assert_int_eq(answer_int(a.json, "ip_ttl"), 20);
	ck_assert_int_eq(answer_int(a.json, "no_worker"), 0);
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(workers_and_ports_show_the_counters)
{
	struct fixture f;
	struct answer a;
	const json_t *row;

	fixture_setup(&f);
	a = fixture_get(&f, "/v1/workers");
	ck_assert(json_is_array(a.json));
	ck_assert_uint_eq(json_array_size(a.json), 0);
	answer_free(&a);
	fixture_counters(&f);
	a = fixture_get(&f, "/v1/workers");
	ck_assert_uint_eq(json_array_size(a.json), 2);
	row = json_array_get(a.json, 1);
	ck_assert_int_eq(answer_int(row, "rx_packets"), 100);
	ck_assert_int_eq(answer_int(row, "dropped_packets"), 10);
	ck_assert_double_eq_tol(json_real_value(json_object_get(row, "busy_s")), 0.25, 1e-6);
	answer_free(&a);
	a = fixture_get(&f, "/v1/ports");
	ck_assert_uint_eq(json_array_size(a.json), 1);
	ck_assert_str_eq(answer_text(json_array_get(a.json, 0), "port"), "uplink0");
	ck_assert(json_is_null(json_object_get(json_array_get(a.json, 0), "xdp")));
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("api");

	fixture_need_root();
	unit_case(s, status_without_a_data_plane_names_node_and_counts, 20);
	unit_case(s, refused_tables_are_counted_from_the_data_planes_counters, 20);
	unit_case(s, services_are_listed_by_name_with_their_vips, 20);
	unit_case(s, pool_shared_by_two_services_gives_a_row_for_each, 20);
	unit_case(s, backends_of_one_service_are_only_those, 20);
	unit_case(s, backend_that_is_not_there_names_those_that_are, 20);
	unit_case(s, wrong_method_says_which_one_is_right, 20);
	unit_case(s, unknown_paths_are_not_found, 20);
	unit_case(s, bodies_and_headers_beyond_the_limits_are_refused, 20);
	unit_case(s, every_drop_reason_is_listed, 20);
	unit_case(s, workers_and_ports_show_the_counters, 20);
	return s;
}
