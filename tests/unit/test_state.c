// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state_rig.h"

START_TEST(everything_comes_back)
{
	const char *path = state_rig_saved();
	struct model *was = state_rig_model(), *m = test_model(TEST_BASIC);
	struct model_backend *a = model_backend(was, "web", "b2");
	struct model_backend *b = model_backend(m, "web", "b2");
	struct weir_diag d;

	ck_assert_int_eq(state_rig_load(path, m, &d), 1);
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

	ck_assert_int_eq(state_rig_load(test_path("none.json"), m, &d), 0);
	ck_assert_uint_eq(d.n, 0);
	state_rig_expect_fresh(m);
	model_free(m);
}
END_TEST

START_TEST(names_that_are_gone_leave_their_incarnation)
{
	const char *path = state_rig_saved();
	struct model *m = test_model(
		"services: {" TEST_WEB "}; pools: { front: { backends: {"
		"a0: { address = \"10.1.0.8\"; }; b2: { address = \"10.1.0.2\"; }; }; };"
		"front6: { backends: { s1: { address = \"2001:db8:2::1\"; }; }; }; };");
	struct weir_diag d;

	ck_assert_int_eq(state_rig_load(path, m, &d), 1);
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
	const char *path = state_rig_saved();
	struct model *m = test_model(
		"services: {" TEST_WEB "}; pools: { front: { backends: {"
		"b2: { address = \"10.1.0.77\"; }; }; };"
		"front6: { backends: { s1: { address = \"2001:db8:2::1\"; }; }; }; };");
	struct model_backend *b = model_backend(m, "web", "b2");
	struct weir_diag d;

	ck_assert_int_eq(state_rig_load(path, m, &d), 1);
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
	const char *path = state_rig_saved();
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	char tmp[160];
	struct weir_diag d;

	snprintf(tmp, sizeof(tmp), "%s.tmp", path);
	ck_assert_int_eq(mkdir(tmp, 0700), 0); /* in the way of the temporary file */
	ck_assert_int_lt(state_save(path, m, s), 0);
	ck_assert_int_eq(rmdir(tmp), 0);
	ck_assert_int_eq(state_rig_load(path, m, &d), 1);
	ck_assert_uint_eq(m->generation, 41);
	ck_assert_int_eq(state_save("/proc/none/state.json", m, s), -ENOENT);
	stats_free(s);
	model_free(m);
}
END_TEST

START_TEST(texts_that_are_no_utf8_do_not_stop_saving)
{
	const char *path = test_path("state.json");
	struct model *m = state_rig_model(), *again = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	struct weir_diag d;

	strcpy(model_backend(m, "web", "b2")->health.last_error, "bad \xff\xc3 text");
	ck_assert_int_eq(state_save(path, m, s), 0);
	ck_assert_int_eq(state_rig_load(path, again, &d), 1);
	ck_assert_str_eq(model_backend(again, "web", "b2")->health.last_error, "bad ?? text");
	stats_free(s);
	model_free(m);
	model_free(again);
}
END_TEST

START_TEST(saving_the_same_twice_gives_the_same_bytes)
{
	const char *path = state_rig_saved();
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	json_t *a, *b;
	struct weir_diag d;

	state_rig_load(path, m, &d);
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
