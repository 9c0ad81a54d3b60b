// SPDX-License-Identifier: BSD-3-Clause
/* A damaged file is ignored whole, whatever is wrong with it. */
#include <stdio.h>
#include <stdlib.h>

#include "state_rig.h"

START_TEST(every_truncation_is_noticed)
{
	struct model *m = test_model(TEST_BASIC);
	size_t length, n = 0;
	char *text;

	ck_assert_int_eq(state_file_read(state_rig_saved(), &text, &length), 0);
	for (size_t at = 0; at < length; at += at < 128 || at > length - 128 ? 1 : 64, n++) {
		const char *path = test_path("cut.json");

		ck_assert_int_eq(state_file_write(path, text, at), 0);
		state_rig_expect_damaged(m, path);
	}
	unit_note("%zu truncations of %zu bytes", n, length);
	free(text);
	model_free(m);
}
END_TEST

START_TEST(every_flipped_bit_is_noticed)
{
	struct model *m = test_model(TEST_BASIC);
	const char *why, *path = test_path("flip.json");
	size_t length;
	char *text;

	ck_assert_int_eq(state_file_read(state_rig_saved(), &text, &length), 0);
	for (size_t bit = 0; bit < length * 8; bit++) {
		text[bit / 8] ^= (char)(1 << bit % 8);
		ck_assert_msg(!state_text_parse(text, length, &why), "bit %zu", bit);
		text[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t at = 0; at < length; at += 101) { /* and through the file system */
		text[at] ^= 0x20;
		ck_assert_int_eq(state_file_write(path, text, length), 0);
		state_rig_expect_damaged(m, path);
		text[at] ^= 0x20;
	}
	unit_note("%zu bits", length * 8);
	free(text);
	model_free(m);
}
END_TEST

START_TEST(random_bytes_are_refused)
{
	const char *why;
	uint64_t seed = 5;
	char text[512];

	for (int i = 0; i < 20000; i++) {
		size_t length = unit_random(&seed) % sizeof(text);

		for (size_t j = 0; j < length; j++)
			text[j] = (char)unit_random(&seed);
		ck_assert_ptr_null(state_text_parse(text, length, &why));
		ck_assert_ptr_nonnull(why);
	}
}
END_TEST

/* A path of keys and a value, as JSON, that must not be believed even with a good checksum. */
static const struct bad {
	const char *path, *value;
} bad[] = {
	{"format", "2"},
	{"format", "null"},
	{"generation", "-1"},
	{"generation", "9223372036854775807"},
	{"generation", "\"41\""},
	{"table_checksum", "\"12\""},
	{"table_checksum", "\"fedcba987654321g\""},
	{"next_pool_id", "0"},
	{"next_pool_id", "2"},
	{"incarnations", "\"0001\""},
	{"incarnations", "\"000100010001000100010\""},
	{"incarnations", "\"00010001000100010000\""},
	{"pools", "[]"},
	{"services", "1"},
	{"stats", "null"},
	{"pools/front/id", "2"},
	{"pools/front/id", "0"},
	{"pools/front/n_rows", "510"},
	{"pools/front/n_rows", "-251"},
	{"pools/front/n_rows", "1021"},
	{"pools/front/version", "-1"},
	{"pools/front/rows", "\"00\""},
	{"pools/front/rows", "null"},
	{"pools/front/rows_checksum", "\"0\""},
	{"pools/front/backends", "[]"},
	{"pools/front/backends/b1", "{}"},
	{"pools/front/backends/b1/slot", "1"},
	{"pools/front/backends/b1/slot", "16383"},
	{"pools/front/backends/b1/slot", "-1"},
	{"pools/front/backends/b1/incarnation", "2"},
	{"pools/front/backends/b1/incarnation", "65537"},
	{"pools/front/backends/b1/address", "\"10.1.0\""},
	{"pools/front/backends/b1/override/admin", "\"gone\""},
	{"pools/front/backends/b1/override/weight", "-2"},
	{"pools/front/backends/b1/override/weight", "4294967296"},
	{"pools/front/backends/b1/override/uid", "-1"},
	{"pools/front/backends/b1/health/verdict", "\"ill\""},
	{"pools/front/backends/b1/health/streak", "65536"},
	{"pools/front/backends/b1/health/last_ok", "2"},
	{"pools/front/backends/b1/base/packets", "-1"},
	{"pools/front/backends/b1/base/bytes", "1.5"},
	{"services/web/slot", "16384"},
	{"services/web/slot", "0"},
	{"services/web/base", "{}"},
};

static void set_path(json_t *root, const char *path, const char *value)
{
	json_t *v = json_loads(value, JSON_DECODE_ANY, NULL);
	char copy[128], *key = copy, *slash;

	ck_assert_ptr_nonnull(v);
	snprintf(copy, sizeof(copy), "%s", path);
	for (; (slash = strchr(key, '/')); key = slash + 1) {
		*slash = 0;
		root = json_object_get(root, key);
		ck_assert_ptr_nonnull(root);
	}
	ck_assert_int_eq(json_object_set_new(root, key, v), 0);
}

START_TEST(values_out_of_range_are_refused_whole)
{
	struct model *m = test_model(TEST_BASIC), *was = state_rig_model();
	struct stats *s = stats_new();
	const char *path = test_path("bad.json");
	json_t *good = state_make(was, s);

	ck_assert_ptr_null(state_check(good));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *copy = json_deep_copy(good);
		size_t length;
		char *text;

		set_path(copy, bad[i].path, bad[i].value);
		ck_assert_msg(state_check(copy) != NULL, "%s = %s was believed", bad[i].path,
			bad[i].value);
		ck_assert_int_eq(state_text_make(copy, &text, &length), 0);
		ck_assert_int_eq(state_file_write(path, text, length), 0);
		state_rig_expect_damaged(m, path);
		free(text);
		json_decref(copy);
	}
	json_decref(good);
	stats_free(s);
	model_free(was);
	model_free(m);
}
END_TEST

START_TEST(rows_in_an_unknown_phase_are_refused)
{
	struct model *was = state_rig_model();
	struct stats *s = stats_new();
	json_t *state;

	was->pools[0]->rows[7] = weir_row(0, 0, 4);
	state = state_make(was, s);
	ck_assert_ptr_nonnull(state_check(state));
	json_decref(state);
	was->pools[0]->rows[7] = weir_row(0, 1, WEIR_MOVE);
	state = state_make(was, s);
	ck_assert_ptr_null(state_check(state));
	json_decref(state);
	stats_free(s);
	model_free(was);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		every_truncation_is_noticed,
		every_flipped_bit_is_noticed,
		random_bytes_are_refused,
		values_out_of_range_are_refused_whole,
		rows_in_an_unknown_phase_are_refused,
	};
	Suite *s = suite_create("state_damage");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 60);
	return s;
}
