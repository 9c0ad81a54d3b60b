// SPDX-License-Identifier: BSD-3-Clause
/* Reading: syntax, includes, integers; and the table itself. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_edit.h"
#include "syntax.h"
#include "unit.h"
#include "units.h"

struct sample {
	const char *text;
	unsigned int line;
	const char *message;
};

/* @text must be refused with this one message. */
static void expect(const char *name, const struct sample *s, const char *where)
{
	static struct weir_diag d;
	const char *file = conf_edit_scratch(name);
	config_t cfg;

	memset(&d, 0, sizeof(d));
	conf_edit_write(file, s->text, strlen(s->text));
	config_init(&cfg);
	ck_assert_msg(schema_read(&cfg, file, &d) == -EINVAL, "accepted: %s", s->text);
	config_destroy(&cfg);
	ck_assert_uint_eq(d.n_errors, 1);
	ck_assert_str_eq(d.msg[0].text, s->message);
	ck_assert_msg(d.msg[0].line == s->line, "line %u: %s", d.msg[0].line, s->text);
	ck_assert_str_eq(d.msg[0].file, where ? where : file);
}

START_TEST(syntax_errors_say_the_cause)
{
	static const struct sample samples[] = {
		{"a: {\n b = 1;\n", 1,
			"'a' is opened here and never closed: a '}' is missing, or the file "
			"was cut off"},
		{"a = 1;\n};\n", 2,
			"one '}' too many: everything is closed already, perhaps too early "
			"above"},
		{"a: {\n b = [1;\n};", 2, "';': ',' or ']' is missing before it"},
		{"a: {\n b = [1\n};", 3,
			"'}' closes nothing: 'b', opened in line 2, still needs its ']'"},
		{"a = [\"x\",\n \"y\",\n];", 2,
			"a ',' before the closing ']': remove it, nothing follows"},
		{"a = [\"x\" \"y\"];", 1, "'\"y\"': ',' or ']' is missing before it"},
		{"a = \"x;\nb = 1;\n", 1, "a quote is opened here and not closed in the same line"},
		{"a = 1;\n/* b", 2,
			"a comment is opened here and never closed: '*/' is missing, or the "
			"file was cut off"},
		{"a 1;", 1, "'=' or ':' is missing after 'a'"},
		{"a =\n;", 1, "'a' has no value before ';'"},
		{"a = 1;\nb", 2, "the file ends after 'b': it was cut off"},
		{"a = 1;\nb =", 2, "the file ends before the value of 'b': it was cut off"},
		{"a = 10.1.0.11;", 1, "a: write 10.1.0.11 in quotes: \"10.1.0.11\""},
		{"a = 20ms;", 1, "a: write 20ms in quotes: \"20ms\""},
		{"a = yes;", 1, "a: write yes in quotes: \"yes\""},
		{"a = \"x\"\n\"y\";", 2,
			"two strings in a row: a ';' or a key is missing between them, or "
			"a quote is misplaced"},
		{"1st: { };", 1,
			"'1st' cannot be a key or a name: a letter, then letters, digits, '-' and "
			"'_'"},
		{"true = 1;", 1,
			"'true' cannot be a key or a name: a letter, then letters, digits, '-' "
			"and '_'"},
		{"a = 1;;", 1, "one ';' too many: nothing stands before it"},
		{"{ a = 1; };", 1, "'{' without a key before it: write NAME: { ... };"},
		{"a = 1; @include \"x\"", 1,
			"@include \"file\" stands at the start of a line, its file in "
			"quotes"},
		{"a = [{ b = 1; }];", 1, "a: an array holds plain values only"},
		{"a = 192.0.2.0 / 24", 1, "a: write 192.0.2.0 in quotes: \"192.0.2.0\""},
		{"a = 5 / 2", 1, "'/' stands after the value of 'a': is it in quotes?"},
		{"a: { b = 1; c: { b = 2; };\n b = 3; };", 2, NULL},
		{"a = [1, \"x\"];", 1,
			"all elements of an array must be of one kind (all strings, or all "
			"numbers)"},
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct sample s = samples[i];
		char text[300];

		snprintf(text, sizeof(text), "'b' stands twice in its group, first in %s:1",
			conf_edit_scratch("syntax.conf"));
		s.message = s.message ? s.message : text;
		expect("syntax.conf", &s, NULL);
	}
}
END_TEST

/* libconfig 1.5 would take 4294967297 for 1. */
START_TEST(integers_beyond_31_bits_are_refused)
{
	static const char *const bad[] = {"2147483648", "-2147483649", "4294967297", "0x80000000",
		"4294967297L", "0xFFFFFFFFFFFFFFFFF", "99999999999999999999"};
	static const char *const good[] = {"2147483647", "-2147483648", "0x7fffffff", "+5", "7L"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[100], message[300];
		struct sample s = {text, 3, message};

		snprintf(
			text, sizeof(text), "# 4294967297\nb = \"4294967297\";\na = %s;\n", bad[i]);
		snprintf(message, sizeof(message),
			"a: %s is out of range: whole numbers go from -2147483648 to 2147483647; "
			"larger amounts are strings with a unit, such as \"4G\"",
			bad[i]);
		expect("integer.conf", &s, NULL);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *file = conf_edit_scratch("integer.conf");
		static struct weir_diag d;
		char text[100];
		config_t cfg;

		conf_edit_write(file, text, snprintf(text, sizeof(text), "a = %s;", good[i]));
		config_init(&cfg);
		ck_assert_msg(schema_read(&cfg, file, &d) == 0, "%s", good[i]);
		ck_assert_int_eq(config_setting_get_int(config_lookup(&cfg, "a")),
			strtoll(good[i], NULL, 0));
		config_destroy(&cfg);
	}
}
END_TEST

START_TEST(nothing_in_the_file_is_refused)
{
	static const char sentence[] =
		"the file is empty: it needs at least the group 'dataplane'; was it cut off?";
	static const struct sample samples[] = {{"", 1, sentence}, {"\n\n", 1, sentence},
		{"# only this\n/* and this */", 1, sentence}};

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		expect("empty.conf", &samples[i], NULL);
}
END_TEST

START_TEST(unreadable_files_are_refused)
{
	static struct weir_diag d;
	config_t cfg;

	config_init(&cfg);
	ck_assert_int_eq(schema_read(&cfg, "/nonexistent.conf", &d), -EINVAL);
	ck_assert_int_eq(schema_read(&cfg, "/", &d), -EINVAL);
	config_destroy(&cfg);
	ck_assert_str_eq(d.msg[0].text, "cannot read the configuration: No such file or directory");
	ck_assert_str_eq(
		d.msg[1].text, "cannot read the configuration: it is a folder, not a file");
}
END_TEST

START_TEST(zero_bytes_are_refused)
{
	static struct weir_diag d;
	const char *file = conf_edit_scratch("zero.conf");
	config_t cfg;

	conf_edit_write(file, "a = 1;\nb\0 = 2;\n", 15);
	config_init(&cfg);
	ck_assert_int_eq(schema_read(&cfg, file, &d), -EINVAL);
	config_destroy(&cfg);
	ck_assert_uint_eq(d.msg[0].line, 2);
	ck_assert_str_eq(d.msg[0].text, "a zero byte stands in this line: this is not a text file");
}
END_TEST

/* main.conf -> sub/one.conf -> two.conf in the folder of one.conf; each line keeps its place. */
START_TEST(includes_are_relative_and_keep_their_lines)
{
	static const char top[] = "a = 1;\n  @include \"sub/one.conf\" b = 2;\nc = 3;\n";
	static const char one[] = "# first\nd = 4;\n@include \"two.conf\"\ne = 5;";
	char name[4][200], expected[4][200];
	static const char *const keys[] = {"b", "d", "f", "e"};
	static const unsigned int lines[] = {2, 2, 1, 4};
	static struct weir_diag d;
	config_t cfg;

	for (int i = 0; i < 4; i++)
		snprintf(expected[i], sizeof(expected[i]), "%s",
			conf_edit_scratch((const char *[]){
				"main.conf", "sub/one.conf", "sub/two.conf", "sub/one.conf"}[i]));
	memcpy(name, expected, sizeof(name));
	conf_edit_write(name[0], top, strlen(top));
	conf_edit_write(name[1], one, strlen(one));
	conf_edit_write(name[2], "f = 6;", 6);
	config_init(&cfg);
	ck_assert_int_eq(schema_read(&cfg, name[0], &d), 0);
	for (int i = 0; i < 4; i++) {
		const config_setting_t *s = config_lookup(&cfg, keys[i]);

		ck_assert_msg(s != NULL, "%s is missing", keys[i]);
		ck_assert_str_eq(schema_file(s), expected[i]);
		ck_assert_uint_eq(schema_line(s), lines[i]);
	}
	ck_assert_int_eq(config_setting_length(config_root_setting(&cfg)), 6);
	config_destroy(&cfg);
}
END_TEST

START_TEST(bad_includes_are_refused)
{
	static const char loop[] = "\n\n@include \"../include.conf\"";
	char message[500], one[200];
	struct sample s = {"a = 1;\n@include \"nowhere.conf\"\n", 2, message};

	snprintf(message, sizeof(message), "@include: cannot read '%s': No such file or directory",
		conf_edit_scratch("nowhere.conf"));
	expect("include.conf", &s, NULL);
	s.text = "a = 1;\n@include \"sub/loop.conf\"\n";
	snprintf(one, sizeof(one), "%s", conf_edit_scratch("sub/loop.conf"));
	conf_edit_write(one, loop, strlen(loop));
	snprintf(message, sizeof(message),
		"@include: '%s' includes itself, directly or through another file",
		conf_edit_scratch("sub/../include.conf"));
	s.line = 3;
	expect("include.conf", &s, one);
	/* An error inside an included file names that file and its line. */
	conf_edit_write(one, "\nb = ;\n", 7);
	snprintf(message, sizeof(message), "'b' has no value before ';'");
	s.line = 2;
	expect("include.conf", &s, one);
}
END_TEST

START_TEST(deep_includes_are_refused)
{
	static struct weir_diag d;
	char name[32], text[64];
	config_t cfg;

	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "deep%d.conf", i);
		conf_edit_write(conf_edit_scratch(name), text,
			snprintf(text, sizeof(text), "@include \"deep%d.conf\"\n", i + 1));
	}
	config_init(&cfg);
	ck_assert_int_eq(schema_read(&cfg, conf_edit_scratch("deep0.conf"), &d), -EINVAL);
	config_destroy(&cfg);
	ck_assert_str_eq(d.msg[0].text, "@include: nested deeper than 10 files");
	ck_assert_str_eq(d.msg[0].file, conf_edit_scratch("deep10.conf"));
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
	static struct weir_diag d;
	const char *file = conf_edit_scratch("nest.conf");
	char *text = malloc(200000);
	config_t cfg;

	for (int i = 0; i < 50000; i++)
		memcpy(text + 4 * i, "a:{ ", 4);
	conf_edit_write(file, text, 200000);
	free(text);
	config_init(&cfg);
	ck_assert_int_eq(schema_read(&cfg, file, &d), -EINVAL);
	config_destroy(&cfg);
	ck_assert_str_eq(d.msg[0].text, "nested deeper than 16 levels");
}
END_TEST

/* A default is written as a user would write it: it must pass its own check. */
START_TEST(every_default_is_in_its_own_range)
{
	const struct schema_key *keys;
	size_t n;
	int seen = 0;

	keys = conf_schema(&n);
	for (size_t i = 0; i < n; i++) {
		const struct schema_key *k = &keys[i];
		int64_t value;

		ck_assert_ptr_nonnull(k->help);
		ck_assert_ptr_eq(schema_find(keys, n, k->path), k);
		if (!k->fallback || (!units_hint(k->type) && k->type != SCHEMA_INT))
			continue;
		ck_assert_msg(units_parse(k->type, k->fallback, &value) == 0, "%s", k->path);
		ck_assert_msg(value >= k->min && value <= k->max, "%s", k->path);
		ck_assert_msg(!k->step || value % k->step == 0, "%s", k->path);
		seen++;
	}
	ck_assert_int_gt(seen, 10);
}
END_TEST

/* Every row that is not top-level has the group above it as a row, so the walk can reach it. */
START_TEST(every_row_can_be_reached)
{
	const struct schema_key *keys, *above;
	char path[256], *dot;
	size_t n;

	keys = conf_schema(&n);
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s", keys[i].path);
		dot = strrchr(path, '.');
		if (!dot)
			continue;
		*dot = '\0';
		if (dot > path + 2 && !strcmp(dot - 2, ".*"))
			dot[-2] = '\0';
		above = schema_find(keys, n, path);
		ck_assert_msg(above && (above->type == SCHEMA_GROUP || above->type == SCHEMA_NAMED),
			"%s", keys[i].path);
	}
}
END_TEST

START_TEST(documentation_has_a_row_for_each_key)
{
	const struct schema_key *keys;
	char *text = NULL;
	size_t n, size = 0, rows = 0;
	FILE *out = open_memstream(&text, &size);

	keys = conf_schema(&n);
	schema_print_markdown(keys, n, out);
	fclose(out);
	for (const char *p = text; *p; p++)
		rows += *p == '\n';
	ck_assert_uint_eq(rows, n + 2);
	ck_assert_ptr_nonnull(strstr(text, "| `dataplane.heartbeat` | duration | 1ms..10s | 20ms | "
					   "restart of weir-dataplane |"));
	free(text);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("schema");

	unit_case(s, syntax_errors_say_the_cause, 10);
	unit_case(s, integers_beyond_31_bits_are_refused, 10);
	unit_case(s, nothing_in_the_file_is_refused, 10);
	unit_case(s, unreadable_files_are_refused, 10);
	unit_case(s, zero_bytes_are_refused, 10);
	unit_case(s, includes_are_relative_and_keep_their_lines, 10);
	unit_case(s, bad_includes_are_refused, 10);
	unit_case(s, deep_includes_are_refused, 10);
	unit_case(s, deep_nesting_is_refused, 10);
	unit_case(s, every_default_is_in_its_own_range, 10);
	unit_case(s, every_row_can_be_reached, 10);
	unit_case(s, documentation_has_a_row_for_each_key, 10);
	return s;
}
