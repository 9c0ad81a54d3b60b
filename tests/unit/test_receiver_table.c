// SPDX-License-Identifier: BSD-3-Clause
/* Tables, good and hostile: when they are applied, why they are refused, what stays in use. */
#include <rte_malloc.h>

#include "receiver_rig.h"
#include "unit.h"

START_TEST(table_is_applied_only_after_every_worker_let_go)
{
	receiver_rig_send(receiver_rig_lay_out(64));
	ck_assert_int_eq(receiver_poll(&receiver_rig.receiver), 0);
	ck_assert_uint_eq(publish_load(&rig.publish)->generation, receiver_rig.generation);
	grace_poll(&rig.grace);
	receiver_rig_no_answer();
	ck_assert_uint_eq(receiver_rig.head.generation, 0);
	receiver_rig_workers_turn();
	ck_assert_uint_eq(receiver_rig_answer().type, WEIR_MSG_APPLIED);
	ck_assert_uint_eq(receiver_rig.head.generation, receiver_rig.generation);
	ck_assert_uint_eq(receiver_rig.head.table_checksum, rig.blob.head.content);
	ck_assert_uint_eq(receiver_rig.head.applied, 1);
}
END_TEST

START_TEST(table_outside_the_blob_area_is_refused)
{
	const uint64_t bad[][2] = {
		{WEIR_BLOB_SIZE, sizeof(struct blob)},
		{WEIR_BLOB_SIZE - sizeof(struct blob) + 1, sizeof(struct blob)},
		{UINT64_MAX, sizeof(struct blob)},
		{UINT64_MAX - sizeof(struct blob) + 1, sizeof(struct blob)},
		{0, WEIR_BLOB_SIZE + 1},
		{0, UINT64_MAX},
		{1, WEIR_BLOB_SIZE},
		{0, sizeof(struct weir_table_head) - 1},
		{0, 0},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct weir_msg m = receiver_rig_lay_out(0);

		m.offset = bad[i][0];
		m.length = bad[i][1];
		receiver_rig_send(m);
		receiver_rig.head.refused[WEIR_REFUSAL_length] = 0;
		receiver_rig_expect_refused("length");
	}
	ck_assert_ptr_null(publish_load(&rig.publish));
}
END_TEST

START_TEST(table_at_the_very_end_of_the_blob_area_is_taken)
{
	receiver_rig_send(receiver_rig_lay_out(WEIR_BLOB_SIZE - sizeof(struct blob)));
	receiver_rig_expect_applied(receiver_rig.generation);
}
END_TEST

START_TEST(table_that_changed_after_its_message_is_refused)
{
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_lay_out(0);
	receiver_rig_expect_refused("checksum");
}
END_TEST

START_TEST(bad_table_leaves_the_good_one_in_use)
{
	struct weir_msg m;

	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_applied(receiver_rig.generation);
	m = receiver_rig_lay_out(0);
	receiver_rig.region->blob[offsetof(struct blob, backend)] ^= 1;
	receiver_rig_send(m);
	receiver_rig_expect_refused("checksum");
	rig.blob.backend[0].addr = blob_addr("203.0.113.1");
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_refused("backend_not_allowed");
	ck_assert_uint_eq(publish_load(&rig.publish)->generation, receiver_rig.generation - 2);
	ck_assert_uint_eq(receiver_rig.head.generation, receiver_rig.generation - 2);
}
END_TEST

START_TEST(old_generation_is_refused)
{
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_applied(receiver_rig.generation);
	receiver_rig.generation--;
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_refused("generation");
}
END_TEST

START_TEST(rows_left_out_are_taken_from_the_table_in_use)
{
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_applied(receiver_rig.generation);
	rig.blob.pool[0].rows_offset = 0;
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_applied(receiver_rig.generation);
	rig.blob.pool[0].version++;
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_refused("pool_unknown");
}
END_TEST

START_TEST(ninth_table_that_a_worker_holds_up_is_backlog)
{
	uint64_t first = receiver_rig.generation + 1;

	for (uint32_t i = 0; i < PUBLISH_BACKLOG; i++) {
		receiver_rig_send(receiver_rig_lay_out(0));
		ck_assert_int_eq(receiver_poll(&receiver_rig.receiver), 0);
	}
	receiver_rig_no_answer();
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_refused("backlog");
	receiver_rig_workers_turn();
	for (uint32_t i = 0; i < PUBLISH_BACKLOG; i++)
		ck_assert_uint_eq(receiver_rig_answer().generation, first + i);
	receiver_rig_no_answer();
}
END_TEST

static size_t heap_in_use(void)
{
	struct rte_malloc_socket_stats s;

	rte_malloc_get_socket_stats(0, &s);
	return s.heap_allocsz_bytes;
}

START_TEST(thousand_tables_leave_no_memory_behind)
{
	size_t before = 0;

	for (int i = 0; i < 1000; i++) {
		rig_rows((uint32_t)i % 2, 0, i % 3 == 0 ? WEIR_SLOT_NONE : 0);
		blob_seal_rows(&rig.blob);
		receiver_rig_send(receiver_rig_lay_out(0));
		receiver_rig_expect_applied(receiver_rig.generation);
		if (i == 1)
			before = heap_in_use();
	}
	ck_assert_uint_eq(heap_in_use(), before);
	ck_assert_uint_eq(receiver_rig.head.applied, 1000);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		table_is_applied_only_after_every_worker_let_go,
		table_outside_the_blob_area_is_refused,
		table_at_the_very_end_of_the_blob_area_is_taken,
		table_that_changed_after_its_message_is_refused,
		bad_table_leaves_the_good_one_in_use,
		old_generation_is_refused,
		rows_left_out_are_taken_from_the_table_in_use,
		ninth_table_that_a_worker_holds_up_is_backlog,
		thousand_tables_leave_no_memory_behind,
	};

	rig_boot();
	return rig_suite(
		"receiver_table", tests, sizeof(tests) / sizeof(tests[0]), receiver_rig_fresh);
}
