// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models.h"
#include "state_priv.h"
#include "tables.h"
#include "unit.h"

static struct model *remarkable_model(void)
{
	struct model *m = test_model(TEST_BASIC);
	struct model_backend *b = model_backend(m, "web", "b2");

	m->generation = 41;
	m->table_checksum = 0xfedcba9876543210;
	b->override = (struct model_override){
		.admin = MODEL_ADMIN_DRAIN, .weight = 3, .uid = 4294967294u, .since = 1700000000};
	strcpy(b->override.reason, "\"quoted\", caf\xc3\xa9");
	b->health = (struct model_health){.verdict = MODEL_DOWN,
		.streak = 5,
		.since = 1700000001,
		.checks = 100,
		.failures = 9};
	strcpy(b->health.last_error, "connect: refused");
	b->base = (struct model_counters){1, (uint64_t)1 << 62, 3};
	model_service(m, "web")->base.bytes = 12;
	ck_assert_int_eq(tables_build_rows(m), 2);
	m->pools[0]->rows[3] = weir_row(0, 1, WEIR_MOVE); /* says what the members cannot say */
	return m;
}

static const char *saved_state(void)
{
	const char *path = test_path("state.json");
	struct model *m = remarkable_model();
	struct stats *s = stats_new();

	ck_assert_int_eq(state_save(path, m, s), 0);
	stats_free(s);
	model_free(m);
	return path;
}

/* Returns `found`. */
static int load(const char *path, struct model *m, struct weir_diag *d)
{
	struct stats *s = stats_new();
	int found = -1;

	memset(d, 0, sizeof(*d));
	ck_assert_int_eq(state_load(path, m, s, &found, d), 0);
	stats_free(s);
	return found;
}

static void expect_fresh(const struct model *m)
{
	const struct model_backend *b = model_backend(m, "web", "b2");

	ck_assert_uint_eq(m->generation, 0);
	ck_assert_uint_eq(b->slot, 1);
	ck_assert_uint_eq(b->incarnation, 1);
	ck_assert_int_eq(b->override.admin, MODEL_ADMIN_UP);
	ck_assert_int_eq(b->health.verdict, MODEL_UNKNOWN);
	ck_assert_ptr_null(m->pools[0]->rows);
}

START_TEST(everything_comes_back)
{
	const char *path = saved_state();
	struct model *was = remarkable_model(), *m = test_model(TEST_BASIC);
	struct model_backend *a = model_backend(was, "web", "b2");
	struct model_backend *b = model_backend(m, "web", "b2");
	struct weir_diag d;

	ck_assert_int_eq(load(path, m, &d), 1);
	ck_assert_uint_eq(d.n, 0);
	ck_assert_uint_eq(m->generation, 41);
	ck_assert_uint_eq(m->table_checksum, 0xfedcba9876543210);
	ck_assert_mem_eq(&a->override, &b->override, sizeof(a->override));
	ck_assert_mem_eq(&a->health, &b->health, sizeof(a->health));
	ck_assert_mem_eq(&a->base, &b->base, sizeof(a->base));
	ck_assert_uint_eq(model_service(m, "web")->base.bytes, 12);
	ck_assert_uint_eq(m->pools[0]->version, was->pools[0]->version);
	ck_assert_mem_eq(m->pools[0]->rows, was->pools[0]->rows, m->pools[0]->n_rows * 4);
	ck_assert_ptr_null(m->pools[1]->rows); /* they follow from the members */
	ck_assert_uint_eq(m->pools[1]->rows_checksum, was->pools[1]->rows_checksum);
	ck_assert_uint_eq(m->next_pool_id, was->next_pool_id);
	model_free(m);
	model_free(was);
}
END_TEST

START_TEST(missing_file_is_a_fresh_start)
{
	struct model *m = test_model(TEST_BASIC);
	struct weir_diag d;

	ck_assert_int_eq(load(test_path("none.json"), m, &d), 0);
	ck_assert_uint_eq(d.n, 0);
	expect_fresh(m);
	model_free(m);
}
END_TEST

/* A damaged file is ignored with a warning and kept under another name. */
static void expect_damaged(struct model *m, const char *path)
{
	struct weir_diag d;
	char aside[160];

	ck_assert_int_eq(load(path, m, &d), 0);
	ck_assert_uint_eq(d.n, 1);
	ck_assert_uint_eq(d.n_errors, 0);
	expect_fresh(m);
	snprintf(aside, sizeof(aside), "%s.damaged", path);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(access(aside, F_OK), 0);
}

START_TEST(every_truncation_is_noticed)
{
	struct model *m = test_model(TEST_BASIC);
	size_t length, n = 0;
	char *text;

	ck_assert_int_eq(state_file_read(saved_state(), &text, &length), 0);
	for (size_t at = 0; at < length; at += at < 128 || at > length - 128 ? 1 : 64, n++) {
		const char *path = test_path("cut.json");

		ck_assert_int_eq(state_file_write(path, text, at), 0);
		expect_damaged(m, path);
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

	ck_assert_int_eq(state_file_read(saved_state(), &text, &length), 0);
	for (size_t bit = 0; bit < length * 8; bit++) {
		text[bit / 8] ^= (char)(1 << bit % 8);
		ck_assert_msg(!state_text_parse(text, length, &why), "bit %zu", bit);
		text[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t at = 0; at < length; at += 101) { /* and through the file system */
		text[at] ^= 0x20;
		ck_assert_int_eq(state_file_write(path, text, length), 0);
		expect_damaged(m, path);
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
	struct model *m = test_model(TEST_BASIC), *was = remarkable_model();
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
		expect_damaged(m, path);
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
	struct model *was = remarkable_model();
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

START_TEST(names_that_are_gone_leave_their_incarnation)
{
	const char *path = saved_state();
	struct model *m = test_model(
		"services: {" TEST_WEB "}; pools: { front: { backends: {"
		"a0: { address = \"10.1.0.8\"; }; b2: { address = \"10.1.0.2\"; }; }; };"
		"front6: { backends: { s1: { address = \"2001:db8:2::1\"; }; }; }; };");
	struct weir_diag d;

	ck_assert_int_eq(load(path, m, &d), 1);
	ck_assert_uint_eq(model_backend(m, "web", "b2")->slot, 1);
	ck_assert_uint_eq(model_backend(m, "web", "a0")->slot, 5); /* never used before */
	ck_assert_uint_eq(model_backend(m, "web6", "s1")->slot, 3);
	ck_assert_ptr_null(m->by_slot[0]);
	ck_assert_uint_eq(m->incarnation[0], 1);
	model_free(m);
}
END_TEST

START_TEST(address_edited_while_away_is_another_machine)
{
	const char *path = saved_state();
	struct model *m = test_model(
		"services: {" TEST_WEB "}; pools: { front: { backends: {"
		"b2: { address = \"10.1.0.77\"; }; }; };"
		"front6: { backends: { s1: { address = \"2001:db8:2::1\"; }; }; }; };");
	struct model_backend *b = model_backend(m, "web", "b2");
	struct weir_diag d;

	ck_assert_int_eq(load(path, m, &d), 1);
	ck_assert_uint_eq(b->slot, 1);
	ck_assert_uint_eq(b->incarnation, 2);
	ck_assert_uint_eq(m->incarnation[1], 2);
	ck_assert_int_eq(b->health.verdict, MODEL_UNKNOWN);
	ck_assert_int_eq(b->override.admin, MODEL_ADMIN_DRAIN);
	ck_assert_uint_eq(b->base.packets, 1);
	model_free(m);
}
END_TEST

START_TEST(failed_save_leaves_the_old_file)
{
	const char *path = saved_state();
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	char tmp[160];
	struct weir_diag d;

	snprintf(tmp, sizeof(tmp), "%s.tmp", path);
	ck_assert_int_eq(mkdir(tmp, 0700), 0); /* in the way of the temporary file */
	ck_assert_int_lt(state_save(path, m, s), 0);
	ck_assert_int_eq(rmdir(tmp), 0);
	ck_assert_int_eq(load(path, m, &d), 1);
	ck_assert_uint_eq(m->generation, 41);
	ck_assert_int_eq(state_save("/proc/none/state.json", m, s), -ENOENT);
	stats_free(s);
	model_free(m);
}
END_TEST

START_TEST(texts_that_are_no_utf8_do_not_stop_saving)
{
	const char *path = test_path("state.json");
	struct model *m = remarkable_model(), *again = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	struct weir_diag d;

	strcpy(model_backend(m, "web", "b2")->health.last_error, "bad \xff\xc3 text");
	ck_assert_int_eq(state_save(path, m, s), 0);
	ck_assert_int_eq(load(path, again, &d), 1);
	ck_assert_str_eq(model_backend(again, "web", "b2")->health.last_error, "bad ?? text");
	stats_free(s);
	model_free(m);
	model_free(again);
}
END_TEST

START_TEST(saving_the_same_twice_gives_the_same_bytes)
{
	const char *path = saved_state();
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	json_t *a, *b;
	struct weir_diag d;

	load(path, m, &d);
	a = json_load_file(path, 0, NULL);
	ck_assert_int_eq(state_save(path, m, s), 0);
	b = json_load_file(path, 0, NULL);
	json_object_del(a, "saved");
	json_object_del(b, "saved");
	json_object_del(a, "checksum");
	json_object_del(b, "checksum");
	ck_assert_int_eq(json_equal(a, b), 1);
	json_decref(a);
	json_decref(b);
	stats_free(s);
	model_free(m);
}
END_TEST

static int key(const char *file, uint64_t out[2])
{
	struct weir_diag d = {0};
	int rc = state_cluster_key(file, test_dir(), out, &d);

	ck_assert_int_eq(rc<0, d.n_errors> 0);
	return rc;
}

START_TEST(own_key_is_made_once_and_private)
{
	uint64_t a[2], b[2];
	struct stat st;

	ck_assert_int_eq(key("", a), 0);
	ck_assert_int_eq(key("", b), 0);
	ck_assert_mem_eq(a, b, sizeof(a));
	ck_assert_int_eq(stat(test_path("cluster.key"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(st.st_size, 33);
	ck_assert(a[0] != 0 && a[0] != a[1]);
}
END_TEST

static int key_file(const char *text, mode_t mode, uint64_t out[2])
{
	const char *path = test_path("k");

	ck_assert_int_eq(state_file_write(path, text, strlen(text)), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
	return key(path, out);
}

START_TEST(key_file_is_read_strictly)
{
	const char *good = "000102030405060708090a0b0c0d0e0f\n";
	uint64_t k[2];

	ck_assert_int_eq(key_file(good, 0600, k), 0);
	ck_assert_uint_eq(k[0], 0x0706050403020100);
	ck_assert_uint_eq(k[1], 0x0f0e0d0c0b0a0908);
	ck_assert_int_eq(key_file(good, 0400, k), 0);
	ck_assert_int_eq(key_file(good, 0640, k), -EPERM);
	ck_assert_int_eq(key_file(good, 0604, k), -EPERM);
	ck_assert_int_eq(key_file("", 0600, k), -EINVAL);
	ck_assert_int_eq(key_file("000102030405060708090a0b0c0d0e0", 0600, k), -EINVAL);
	ck_assert_int_eq(key_file("000102030405060708090a0b0c0d0e0f0\n", 0600, k), -EINVAL);
	ck_assert_int_eq(key_file("000102030405060708090a0b0c0d0e0g\n", 0600, k), -EINVAL);
	ck_assert_int_eq(key(test_path("nowhere"), k), -ENOENT);
	ck_assert_int_lt(key(test_dir(), k), 0);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		everything_comes_back,
		missing_file_is_a_fresh_start,
		every_truncation_is_noticed,
		every_flipped_bit_is_noticed,
		random_bytes_are_refused,
		values_out_of_range_are_refused_whole,
		rows_in_an_unknown_phase_are_refused,
		names_that_are_gone_leave_their_incarnation,
		address_edited_while_away_is_another_machine,
		failed_save_leaves_the_old_file,
		texts_that_are_no_utf8_do_not_stop_saving,
		saving_the_same_twice_gives_the_same_bytes,
		own_key_is_made_once_and_private,
		key_file_is_read_strictly,
	};
	Suite *s = suite_create("state");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 60);
	return s;
}
