// SPDX-License-Identifier: BSD-3-Clause
/* Values by path, over a small table of its own that has every type; and the collector of messages. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_edit.h"
#include "unit.h"

static const struct schema_key table[] = {
	{"top", SCHEMA_GROUP, .help = "-"},
	{"top.flag", SCHEMA_BOOL, .fallback = "true", .help = "-"},
	{"top.off", SCHEMA_BOOL, .fallback = "false", .help = "-"},
	{"top.size", SCHEMA_SIZE, .fallback = "2k", .help = "-"},
	{"top.part", SCHEMA_PERCENT, 0, 100, .fallback = "50%", .help = "-"},
	{"top.none", SCHEMA_STRING, .help = "-"},
	{"items", SCHEMA_NAMED, .help = "-"},
	{"items.*.port", SCHEMA_INT, 1, 65535, .fallback = "80", .help = "-"},
	{"items.*.at", SCHEMA_ADDRESS, .fallback = "192.0.2.1", .help = "-"},
	{"items.*.near", SCHEMA_PREFIXES, 0, 2, .help = "-"},
};

static int read_text(config_t *cfg, const char *text, struct weir_diag *d)
{
	const char *file = conf_edit_scratch("view.conf");

	conf_edit_write(file, text, strlen(text));
	config_init(cfg);
	return schema_read(cfg, file, d) ?: schema_validate(cfg, table, N(table), d);
}

START_TEST(written_values_win_over_defaults)
{
	static struct weir_diag d;
	struct schema_view v = {.keys = table, .n = N(table)};
	const char *file;
	unsigned int line;
	config_t cfg;

	ck_assert_int_eq(read_text(&cfg,
				 "top: { flag = false; size = \"3M\"; };\n"
				 "items: {\n a: { port = 443; };\n b: { at = \"10.0.0.1\"; }; };\n",
				 &d),
		0);
	v.cfg = &cfg;
	ck_assert_int_eq(schema_number(&v, "top.flag"), 0);
	ck_assert_int_eq(schema_number(&v, "top.size"), 3 << 20);
	ck_assert_int_eq(schema_number(&v, "top.part"), 50);
	ck_assert_int_eq(schema_number(&v, "items.a.port"), 443);
	ck_assert_int_eq(schema_number(&v, "items.b.port"), 80);
	ck_assert_str_eq(schema_string(&v, "items.a.at"), "192.0.2.1");
	ck_assert_str_eq(schema_string(&v, "items.b.at"), "10.0.0.1");
	ck_assert_ptr_null(schema_string(&v, "top.none"));
	ck_assert_ptr_null(schema_string(&v, "no.such.key"));
	ck_assert_int_eq(schema_number(&v, "no.such.key"), 0);
	ck_assert_int_eq(schema_present(&v, "items.a.port"), 1);
	ck_assert_int_eq(schema_present(&v, "items.b.port"), 0);
	ck_assert_int_eq(schema_present(&v, "items.a.port.deeper"), 0);
	schema_where(&v, "items.b.at", &file, &line);
	ck_assert_str_eq(file, conf_edit_scratch("view.conf"));
	ck_assert_uint_eq(line, 4);
	schema_where(&v, "items.b.port", &file, &line);
	ck_assert_str_eq(file, "");
	ck_assert_uint_eq(line, 0);
	config_destroy(&cfg);
}
END_TEST

START_TEST(absent_groups_have_their_defaults)
{
	static struct weir_diag d;
	struct schema_view v = {.keys = table, .n = N(table)};
	config_t cfg;

	ck_assert_int_eq(read_text(&cfg, "items: { };", &d), 0);
	v.cfg = &cfg;
	ck_assert_int_eq(schema_number(&v, "top.flag"), 1);
	ck_assert_int_eq(schema_number(&v, "top.off"), 0);
	ck_assert_int_eq(schema_number(&v, "top.size"), 2048);
	ck_assert_int_eq(schema_number(&v, "items.ghost.port"), 80);
	config_destroy(&cfg);
}
END_TEST

START_TEST(wrong_kinds_are_refused)
{
	static const struct {
		const char *text, *message;
	} samples[] = {
		{"top: { flag = 1; };", "top.flag: is neither true nor false (without quotes)"},
		{"top: { flag = \"true\"; };",
			"top.flag: is neither true nor false (without quotes)"},
		{"top: { part = \"101%\"; };", "top.part: 101% is out of range, allowed 0%..100%"},
		{"top: { part = 50; };", "top.part: 50 has no quotes: write, in quotes, a whole "
					 "number and %, such as \"50%\""},
		{"top: { none = true; };", "top.none: true has no quotes: write \"true\""},
		{"top: { none = 1.5; };", "top.none: 1.5 has no quotes: write \"1.5\""},
		{"top = 1;", "top: is a plain value, but a group belongs here: write { ... }"},
		{"items: { a: { near = [1, 2]; }; };",
			"items.a.near: prefixes are quoted strings: \"192.0.2.0/24\""},
		{"items: { a: { near = [\"10.0.0.0/8\", \"11.0.0.0/8\", \"12.0.0.0/8\"]; }; };",
			"items.a.near: has 3 prefixes, allowed 0..2"},
	};
	config_t cfg;

	for (size_t i = 0; i < N(samples); i++) {
		struct weir_diag d = {0};

		ck_assert_int_eq(read_text(&cfg, samples[i].text, &d), -EINVAL);
		config_destroy(&cfg);
		ck_assert_uint_eq(d.n, 1);
		ck_assert_str_eq(d.msg[0].text, samples[i].message);
	}
}
END_TEST

START_TEST(more_errors_than_room_are_counted)
{
	static struct weir_diag d;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (int i = 0; i < DIAG_MAX; i++)
		diag_warning(&d, NULL, 0, "warning %d", i);
	diag_warning(&d, NULL, 0, "one too many");
	ck_assert_uint_eq(d.n_errors, 0);
	for (int i = 0; i < DIAG_MAX + 3; i++)
		diag_error(&d, "some.conf", 0, "error %d", i);
	ck_assert_uint_eq(d.n, DIAG_MAX);
	ck_assert_uint_eq(d.n_errors, DIAG_MAX + 3);
	diag_print(&d, out);
	fclose(out);
	ck_assert_ptr_null(strstr(text, "warning"));
	ck_assert_ptr_nonnull(strstr(text, "some.conf: error: error 63\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nerror: 3 more errors are not shown\n"));
	free(text);
}
END_TEST

START_TEST(foreign_bytes_do_not_reach_the_terminal)
{
	static struct weir_diag d;
	const char *file = conf_edit_scratch("bytes.conf");
	char *text = NULL, *expected;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	conf_edit_write(file, "a\n\tb\033[31m\xff = 1;\n", 15);
	diag_error(&d, file, 2, "what is '\033[31m\xff'?");
	diag_error(&d, file, 99, "behind the end");
	diag_print(&d, out);
	fclose(out);
	ck_assert_int_gt(asprintf(&expected,
				 "%s:2: error: what is '?[31m?'?\n    b?[31m? = 1;\n"
				 "%s:99: error: behind the end\n",
				 file, file),
		0);
	ck_assert_str_eq(text, expected);
	free(expected);
	free(text);
}
END_TEST

START_TEST(too_large_a_file_is_refused)
{
	static struct weir_diag d;
	const char *file = conf_edit_scratch("large.conf");
	const size_t len = (16 << 20) + 1;
	char *text = malloc(len);
	config_t cfg;

	memset(text, '\n', len);
	conf_edit_write(file, text, len);
	free(text);
	config_init(&cfg);
	ck_assert_int_eq(schema_read(&cfg, file, &d), -EINVAL);
	config_destroy(&cfg);
	remove(file);
	ck_assert_str_eq(d.msg[0].text,
		"cannot read the configuration: it is larger than 16 MiB, includes counted");
}
END_TEST

START_TEST(too_long_a_path_is_refused)
{
	static struct weir_diag d;
	char path[300];
	config_t cfg;

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	config_init(&cfg);
	ck_assert_int_eq(schema_read(&cfg, path, &d), -EINVAL);
	config_destroy(&cfg);
	ck_assert_str_eq(
		d.msg[0].text, "cannot read the configuration: its path is longer than 255 bytes");
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("schema_view");

	unit_case(s, written_values_win_over_defaults, 10);
	unit_case(s, absent_groups_have_their_defaults, 10);
	unit_case(s, wrong_kinds_are_refused, 10);
	unit_case(s, more_errors_than_room_are_counted, 10);
	unit_case(s, foreign_bytes_do_not_reach_the_terminal, 10);
	unit_case(s, too_large_a_file_is_refused, 10);
	unit_case(s, too_long_a_path_is_refused, 10);
	return s;
}
