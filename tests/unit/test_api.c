// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api_fixture.h"
#include "unit.h"

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "(none)";
}

static long long number(const json_t *o, const char *key)
{
	ck_assert_msg(json_is_integer(json_object_get(o, key)), "%s is no integer", key);
	return json_integer_value(json_object_get(o, key));
}

static void has_keys(const json_t *o, const char *const *keys)
{
	for (; *keys; keys++)
		ck_assert_msg(json_object_get(o, *keys) != NULL, "no field %s", *keys);
}

static void expect_error(struct answer a, long status, const char *code, const char *part)
{
	ck_assert_int_eq(a.status, status);
	ck_assert_str_eq(text(a.json, "code"), code);
	ck_assert_msg(strstr(text(a.json, "error"), part) != NULL, "'%s' lacks '%s'",
		text(a.json, "error"), part);
	answer_free(&a);
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
	ck_assert_str_eq(text(a.json, "node"), "lb-test");
	ck_assert_str_eq(text(a.json, "plane"), "none");
	ck_assert_int_eq(number(a.json, "generation"), 1);
	ck_assert_int_eq(number(a.json, "services"), 3);
	ck_assert_int_eq(number(a.json, "backends"), 5);
	ck_assert_int_eq(number(a.json, "backends_up"), 5);
	ck_assert_int_eq(number(a.json, "workers"), 0);
	ck_assert_int_eq(number(a.json, "refused"), 0);
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
	ck_assert_int_eq(number(a.json, "refused"), 3);
	ck_assert_int_eq(number(a.json, "workers"), 2);
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
	ck_assert_str_eq(text(json_array_get(a.json, 0), "service"), "api4");
	ck_assert_str_eq(text(json_array_get(a.json, 0), "forward"), "l2dsr");
	ck_assert_str_eq(text(json_array_get(a.json, 1), "vip"), "fd99::2");
	ck_assert_int_eq(number(json_array_get(a.json, 2), "port"), 80);
	ck_assert_str_eq(text(json_array_get(a.json, 2), "state"), "up");
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
	ck_assert_str_eq(text(row, "service"), "api6");
	ck_assert_str_eq(text(row, "pool"), "gateways");
	ck_assert_str_eq(text(row, "backend"), "gw-2");
	ck_assert_str_eq(text(row, "check"), "unknown");
	row = json_array_get(a.json, 6);
	ck_assert_str_eq(text(row, "backend"), "web-3");
	ck_assert_str_eq(text(row, "address"), "10.77.0.23");
	ck_assert_int_eq(number(row, "weight"), 20);
	ck_assert_str_eq(text(row, "check"), "none");
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
	ck_assert_int_eq(number(json_array_get(a.json, 0), "packets"), 180);
	answer_free(&a);
	expect_error(fixture_get(&f, "/v1/backends?service=wbe"), 404, "not_found",
		"no service 'wbe' (have: api4, api6, web)");
	fixture_teardown(&f);
}
END_TEST

START_TEST(backend_that_is_not_there_names_those_that_are)
{
	struct fixture f;

	fixture_setup(&f);
	expect_error(fixture_get(&f, "/v1/backends/web/web-9"), 404, "not_found",
		"no backend 'web-9' in service 'web' (have: web-1, web-2, web-3)");
	expect_error(fixture_get(&f, "/v1/backends/web"), 404, "not_found", "no backend ''");
	expect_error(
		fixture_get(&f, "/v1/backends/nix/web-1"), 404, "not_found", "no service 'nix'");
	expect_error(fixture_post(&f, "/v1/backends/web/web-9", "{\"admin\": \"drain\"}"), 404,
		"not_found", "web-9");
	fixture_teardown(&f);
}
END_TEST

/* How many rows of the pool name @b. */
static unsigned int rows_of(const struct model_backend *b)
{
	unsigned int n = 0;

	for (uint32_t i = 0; i < b->pool->n_rows; i++)
		n += weir_row_target(b->pool->rows[i]) == b->slot;
	return n;
}

START_TEST(drain_takes_the_rows_and_remembers_who_and_why)
{
	const struct model_backend *b;
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	b = fixture_backend(&f, "web", "web-2");
	ck_assert_uint_gt(rows_of(b), 0);
	a = fixture_post(
		&f, "/v1/backends/web/web-2", "{\"admin\": \"drain\", \"reason\": \"new kernel\"}");
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(text(a.json, "state"), "drain");
	ck_assert_int_eq(number(a.json, "effective_weight"), 0);
	ck_assert_int_eq(number(a.json, "weight"), 10);
	ck_assert_str_eq(text(json_object_get(a.json, "override"), "reason"), "new kernel");
	answer_free(&a);
	fixture_run(&f, 20);
	ck_assert_int_eq(b->override.admin, MODEL_ADMIN_DRAIN);
	ck_assert_uint_eq(b->override.uid, 0);
	ck_assert_int_gt(b->override.since, 0);
	ck_assert_uint_eq(rows_of(b), 0);
	ck_assert_uint_eq(f.cp->model->generation, 2);
	a = fixture_post(&f, "/v1/backends/web/web-2", "{\"admin\": \"up\"}");
	ck_assert_str_eq(text(a.json, "state"), "up");
	answer_free(&a);
	fixture_run(&f, 20);
	ck_assert_uint_gt(rows_of(b), 0);
	ck_assert_str_eq(b->override.reason, "");
	fixture_teardown(&f);
}
END_TEST

START_TEST(weight_is_set_and_given_back_to_the_configuration)
{
	const struct model_backend *b;
	unsigned int before;
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	b = fixture_backend(&f, "web", "web-1");
	before = rows_of(b);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": 100}");
	ck_assert_int_eq(number(a.json, "weight"), 100);
	ck_assert_int_eq(number(a.json, "configured_weight"), 10);
	answer_free(&a);
	fixture_run(&f, 20);
	ck_assert_uint_gt(rows_of(b), before);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": 0}");
	ck_assert_str_eq(text(a.json, "state"), "drain");
	answer_free(&a);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": null}");
	ck_assert_int_eq(number(a.json, "weight"), 10);
	answer_free(&a);
	fixture_run(&f, 20);
	ck_assert_uint_eq(rows_of(b), before);
	fixture_teardown(&f);
}
END_TEST

START_TEST(weight_and_drain_do_not_undo_each_other)
{
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": 77}");
	answer_free(&a);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"admin\": \"maint\"}");
	ck_assert_str_eq(text(a.json, "state"), "maint");
	ck_assert_int_eq(number(a.json, "weight"), 77);
	answer_free(&a);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": 78}");
	ck_assert_str_eq(text(a.json, "state"), "maint");
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(bad_changes_are_refused_and_change_nothing)
{
	static const struct {
		const char *body, *part;
	} rows[] = {
		{"", "not JSON"},
		{"{", "not JSON"},
		{"[]", "must be a JSON object"},
		{"{}", "nothing to change"},
		{"{\"reason\": \"x\"}", "nothing to change"},
		{"{\"admin\": \"off\"}", "\"up\", \"drain\" or \"maint\""},
		{"{\"admin\": 1}", "\"up\", \"drain\" or \"maint\""},
		{"{\"weight\": -1}", "allowed 0..1000"},
		{"{\"weight\": 1001}", "allowed 0..1000"},
		{"{\"weight\": 1.5}", "allowed 0..1000"},
		{"{\"weight\": \"5\"}", "allowed 0..1000"},
		{"{\"weight\": 99999999999999999999}", "not JSON"},
		{"{\"wieght\": 5}", "unknown key \"wieght\""},
		{"{\"weight\": 5, \"admin\": \"drian\"}", "drain"},
		{"{\"weight\": 5, \"weight\": 6}", "not JSON"},
		{"{\"admin\": \"up\", \"reason\": 5}", "at most 127 bytes"},
	};
	struct fixture f;

	fixture_setup(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_error(fixture_post(&f, "/v1/backends/web/web-1", rows[i].body), 400,
			"bad_request", rows[i].part);
	fixture_run(&f, 20);
	ck_assert_int_eq(fixture_backend(&f, "web", "web-1")->override.since, 0);
	ck_assert_uint_eq(f.cp->model->generation, 1);
	fixture_teardown(&f);
}
END_TEST

START_TEST(caller_who_is_not_root_reads_and_changes_nothing)
{
	const struct call read = {.method = "GET", .path = "/v1/backends", .uid = 65534};
	const struct call drain = {.method = "POST",
		.path = "/v1/backends/web/web-1",
		.body = "{\"admin\": \"drain\"}",
		.uid = 65534};
	const struct call reload = {
		.method = "POST", .path = "/v1/reload", .body = "", .uid = 65534};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	/* The files keep a stranger out; here the API itself is asked. */
	a = fixture_call(&f, &read);
	ck_assert_int_eq(a.status, 0);
	answer_free(&a);
	ck_assert_int_eq(chmod(f.dir, 0755), 0);
	*strrchr(strcpy(f.dp_socket, f.socket), '/') = '\0';
	ck_assert_int_eq(chmod(f.dp_socket, 0755), 0);
	ck_assert_int_eq(chmod(f.socket, 0666), 0);
	a = fixture_call(&f, &read);
	ck_assert_int_eq(a.status, 200);
	answer_free(&a);
	expect_error(fixture_call(&f, &drain), 403, "forbidden", "uid 65534");
	expect_error(fixture_call(&f, &reload), 403, "forbidden", "uid 65534");
	ck_assert_int_eq(fixture_backend(&f, "web", "web-1")->override.since, 0);
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
		expect_error(a, 405, "bad_method", rows[i].allow);
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
		expect_error(fixture_get(&f, paths[i]), 404, "no_such_path", "no such path");
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
	ck_assert_int_eq(number(a.json, "ip_ttl"), 20);
	ck_assert_int_eq(number(a.json, "no_worker"), 0);
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
	ck_assert_int_eq(number(row, "rx_packets"), 100);
	ck_assert_int_eq(number(row, "dropped_packets"), 10);
	ck_assert_double_eq_tol(json_real_value(json_object_get(row, "busy_s")), 0.25, 1e-6);
	answer_free(&a);
	a = fixture_get(&f, "/v1/ports");
	ck_assert_uint_eq(json_array_size(a.json), 1);
	ck_assert_str_eq(text(json_array_get(a.json, 0), "port"), "uplink0");
	ck_assert(json_is_null(json_object_get(json_array_get(a.json, 0), "xdp")));
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(reload_takes_a_good_file_and_keeps_overrides)
{
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": 5}");
	answer_free(&a);
	fixture_write_conf(&f,
		"services: { web: { vip = \"10.99.0.1\"; port = 80; protocol = \"tcp\";\n"
		"  backends: { web-1: { address = \"10.77.0.21\"; };\n"
		"    web-4: { address = \"10.77.0.24\"; }; }; }; };\n");
	a = fixture_post(&f, "/v1/reload", "");
	ck_assert_int_eq(a.status, 200);
	answer_free(&a);
	a = fixture_get(&f, "/v1/backends");
	ck_assert_uint_eq(json_array_size(a.json), 2);
	ck_assert_int_eq(number(json_array_get(a.json, 0), "weight"), 5);
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(reload_of_a_bad_file_says_where_and_changes_nothing)
{
	struct fixture f;
	struct answer a;
	const json_t *message;

	fixture_setup(&f);
	fixture_write_conf(&f,
		"services: { web: { vip = \"10.99.0.1\"; port = 80000; protocol = \"tcp\";\n"
		"  backends: { web-1: { address = \"10.77.0.21\"; }; }; }; };\n");
	a = fixture_post(&f, "/v1/reload", "");
	message = json_array_get(json_object_get(a.json, "messages"), 0);
	ck_assert_int_eq(number(message, "line"), 7);
	ck_assert_str_eq(text(message, "file"), f.conf);
	ck_assert_ptr_nonnull(strstr(text(message, "text"), "65535"));
	expect_error(a, 422, "invalid_config", "stays");
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(number(a.json, "services"), 3);
	ck_assert(json_is_false(
		json_object_get(json_object_get(a.json, "config"), "last_reload_ok")));
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
	unit_case(s, drain_takes_the_rows_and_remembers_who_and_why, 20);
	unit_case(s, weight_is_set_and_given_back_to_the_configuration, 20);
	unit_case(s, weight_and_drain_do_not_undo_each_other, 20);
	unit_case(s, bad_changes_are_refused_and_change_nothing, 20);
	unit_case(s, caller_who_is_not_root_reads_and_changes_nothing, 20);
	unit_case(s, wrong_method_says_which_one_is_right, 20);
	unit_case(s, unknown_paths_are_not_found, 20);
	unit_case(s, bodies_and_headers_beyond_the_limits_are_refused, 20);
	unit_case(s, every_drop_reason_is_listed, 20);
	unit_case(s, workers_and_ports_show_the_counters, 20);
	unit_case(s, reload_takes_a_good_file_and_keeps_overrides, 20);
	unit_case(s, reload_of_a_bad_file_says_where_and_changes_nothing, 20);
	return s;
}
