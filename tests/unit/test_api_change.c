// SPDX-License-Identifier: BSD-3-Clause
/* Overrides and reloads: who may, what takes effect, what is refused. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api_fixture.h"
#include "unit.h"

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
	ck_assert_str_eq(answer_text(a.json, "state"), "drain");
	ck_assert_int_eq(answer_int(a.json, "effective_weight"), 0);
	ck_assert_int_eq(answer_int(a.json, "weight"), 10);
	ck_assert_str_eq(answer_text(json_object_get(a.json, "override"), "reason"), "new kernel");
	answer_free(&a);
	fixture_run(&f, 20);
	ck_assert_int_eq(b->override.admin, MODEL_ADMIN_DRAIN);
	ck_assert_uint_eq(b->override.uid, 0);
	ck_assert_int_gt(b->override.since, 0);
	ck_assert_uint_eq(rows_of(b), 0);
	ck_assert_uint_eq(f.cp->model->generation, 2);
	a = fixture_post(&f, "/v1/backends/web/web-2", "{\"admin\": \"up\"}");
	ck_assert_str_eq(answer_text(a.json, "state"), "up");
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
	ck_assert_int_eq(answer_int(a.json, "weight"), 100);
	ck_assert_int_eq(answer_int(a.json, "configured_weight"), 10);
	answer_free(&a);
	fixture_run(&f, 20);
	ck_assert_uint_gt(rows_of(b), before);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": 0}");
	ck_assert_str_eq(answer_text(a.json, "state"), "drain");
	answer_free(&a);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": null}");
	ck_assert_int_eq(answer_int(a.json, "weight"), 10);
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
	ck_assert_str_eq(answer_text(a.json, "state"), "maint");
	ck_assert_int_eq(answer_int(a.json, "weight"), 77);
	answer_free(&a);
	a = fixture_post(&f, "/v1/backends/web/web-1", "{\"weight\": 78}");
	ck_assert_str_eq(answer_text(a.json, "state"), "maint");
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
		answer_expect_error(fixture_post(&f, "/v1/backends/web/web-1", rows[i].body), 400,
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
	answer_expect_error(fixture_call(&f, &drain), 403, "forbidden", "uid 65534");
	answer_expect_error(fixture_call(&f, &reload), 403, "forbidden", "uid 65534");
	ck_assert_int_eq(fixture_backend(&f, "web", "web-1")->override.since, 0);
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
	ck_assert_int_eq(answer_int(json_array_get(a.json, 0), "weight"), 5);
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
	ck_assert_int_eq(answer_int(message, "line"), 7);
	ck_assert_str_eq(answer_text(message, "file"), f.conf);
	ck_assert_ptr_nonnull(strstr(answer_text(message, "text"), "65535"));
	answer_expect_error(a, 422, "invalid_config", "stays");
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(answer_int(a.json, "services"), 3);
	ck_assert(json_is_false(
		json_object_get(json_object_get(a.json, "config"), "last_reload_ok")));
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("api_change");

	fixture_need_root();
	unit_case(s, drain_takes_the_rows_and_remembers_who_and_why, 20);
	unit_case(s, weight_is_set_and_given_back_to_the_configuration, 20);
	unit_case(s, weight_and_drain_do_not_undo_each_other, 20);
	unit_case(s, bad_changes_are_refused_and_change_nothing, 20);
	unit_case(s, caller_who_is_not_root_reads_and_changes_nothing, 20);
	unit_case(s, reload_takes_a_good_file_and_keeps_overrides, 20);
	unit_case(s, reload_of_a_bad_file_says_where_and_changes_nothing, 20);
	return s;
}
