// SPDX-License-Identifier: BSD-3-Clause
/* Tables over the link: what is sent, when, and what an answer changes. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "link_rig.h"
#include "table_check.h"
#include "tables.h"

START_TEST(first_table_is_whole_and_good)
{
	struct rig *r = rig_new();
	struct link_status st;
	struct weir_msg m;

	rig_meet(r);
	ck_assert(rig_nothing_comes(r)); /* the model is not complete yet */
	link_push(r->link);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.generation, 1);
	ck_assert_int_eq(rig_judge(r, &m, 0), WEIR_REFUSAL_NONE);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	ck_assert_uint_eq(r->generation, 1);
	ck_assert_int_eq(r->reason, WEIR_REFUSAL_NONE);
	link_status(r->link, &st);
	ck_assert_uint_eq(st.applied, 1);
	ck_assert_uint_eq(st.applied_generation, 1);
	link_push(r->link); /* nothing changed */
	ck_assert(rig_nothing_comes(r));
	rig_free(r);
}
END_TEST

START_TEST(only_changed_rows_follow)
{
	struct rig *r = rig_new();
	struct weir_msg m;

	rig_meet(r);
	link_push(r->link);
	m = rig_next_command(r);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	rig_change(r);
	m = rig_next_command(r);
	ck_assert_int_eq(rig_judge(r, &m, 1), WEIR_REFUSAL_NONE);
	ck_assert_uint_ne(table_pools(rig_blob(r))[0].rows_offset, 0);
	ck_assert_uint_eq(table_pools(rig_blob(r))[1].rows_offset, 0);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	rig_free(r);
}
END_TEST

START_TEST(newest_state_wins_while_an_answer_is_outstanding)
{
	struct rig *r = rig_new();
	struct weir_msg m;
	uint64_t first;

	rig_meet(r);
	link_push(r->link);
	m = rig_next_command(r);
	first = rig_blob(r)->checksum;
	for (int i = 0; i < 100; i++)
		rig_change(r);
	ck_assert(rig_nothing_comes(r));
	ck_assert_uint_eq(rig_blob(r)->checksum, first); /* it may be reading it */
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.generation, 101);
	ck_assert_uint_eq(rig_blob(r)->content, tables_content(r->model));
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	ck_assert(rig_nothing_comes(r));
	rig_free(r);
}
END_TEST

START_TEST(unknown_pool_brings_the_whole_table_at_once)
{
	struct rig *r = rig_new();
	struct weir_msg m;

	rig_meet(r);
	link_push(r->link);
	m = rig_next_command(r);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	rig_change(r);
	m = rig_next_command(r);
	rig_answer(r, &m, WEIR_REFUSAL_pool_unknown);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.generation, 2);
	ck_assert_int_eq(rig_judge(r, &m, 0), WEIR_REFUSAL_NONE);
	/* A data plane that says so of a whole table is not served for ever. */
	rig_answer(r, &m, WEIR_REFUSAL_pool_unknown);
	ck_assert(rig_nothing_comes(r));
	ck_assert_int_eq(r->reason, WEIR_REFUSAL_pool_unknown);
	rig_change(r);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.generation, 3);
	rig_free(r);
}
END_TEST

START_TEST(refused_generation_is_not_sent_again)
{
	struct rig *r = rig_new();
	struct link_status st;
	struct weir_msg m;

	rig_meet(r);
	link_push(r->link);
	m = rig_next_command(r);
	rig_answer(r, &m, WEIR_REFUSAL_vip_not_allowed);
	ck_assert_int_eq(r->reason, WEIR_REFUSAL_vip_not_allowed);
	ck_assert_uint_eq(r->detail, 5);
	link_push(r->link);
	ck_assert(rig_nothing_comes(r));
	link_status(r->link, &st);
	ck_assert_int_eq(st.last_refusal, WEIR_REFUSAL_vip_not_allowed);
	ck_assert_uint_eq(st.last_refused_generation, 1);
	ck_assert_uint_eq(st.applied_generation, 0);
	ck_assert_int_eq(r->answers, 1);
	rig_change(r);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.generation, 2);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	rig_free(r);
}
END_TEST

START_TEST(backlog_is_tried_again)
{
	struct rig *r = rig_new();
	struct weir_msg m;

	rig_meet(r);
	link_push(r->link);
	m = rig_next_command(r);
	rig_answer(r, &m, WEIR_REFUSAL_backlog);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.generation, 1);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	rig_free(r);
}
END_TEST

START_TEST(restart_finds_the_same_table_and_sends_nothing)
{
	struct rig *r = rig_new();

	rig_set_in_use(r, 41, tables_content(r->model));
	rig_meet(r);
	link_push(r->link);
	ck_assert(rig_nothing_comes(r));
	ck_assert_uint_eq(r->model->generation, 41);
	rig_change(r);
	ck_assert_uint_eq(rig_next_command(r).generation, 42);
	ck_assert_uint_eq(
		table_pools(rig_blob(r))[1].rows_offset, 0); /* it is known to hold them */
	rig_free(r);
}
END_TEST

START_TEST(other_content_goes_above_the_generation_in_use)
{
	struct rig *r = rig_new();
	struct weir_msg m;

	rig_set_in_use(r, 41, tables_content(r->model) ^ 1);
	rig_meet(r);
	link_push(r->link);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.generation, 42);
	ck_assert_uint_eq(r->model->generation, 42);
	ck_assert_int_eq(rig_judge(r, &m, 0), WEIR_REFUSAL_NONE);
	rig_free(r);
}
END_TEST

START_TEST(older_generation_with_equal_content_is_brought_up)
{
	struct rig *r = rig_new();

	r->model->generation = 9;
	rig_set_in_use(r, 4, tables_content(r->model));
	rig_meet(r);
	link_push(r->link);
	ck_assert_uint_eq(rig_next_command(r).generation, 9);
	rig_free(r);
}
END_TEST

START_TEST(reconnecting_gives_another_region)
{
	struct rig *r = rig_new();
	uint64_t first;
	struct weir_msg m;

	rig_meet(r);
	first = r->plane.welcome.instance;
	link_push(r->link);
	m = rig_next_command(r);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	rig_set_in_use(r, 1, rig_blob(r)->content);
	test_plane_close(&r->plane);
	UNTIL(r, r->gone);
	rig_meet(r);
	ck_assert_uint_ne(r->plane.welcome.instance, first);
	ck_assert_uint_eq(r->plane.region->command.ring.prod.tail, 0);
	ck_assert(rig_nothing_comes(r));
	rig_free(r);
}
END_TEST

START_TEST(thousand_tables_leave_memory_flat)
{
	struct rig *r = rig_new();
	struct weir_msg m;
	int before = 0;
	uint64_t t0;

	rig_meet(r);
	link_push(r->link);
	m = rig_next_command(r);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	before = rig_open_fds();
	t0 = unit_now_ns();
	for (int i = 0; i < 1000; i++) {
		rig_change(r);
		m = rig_next_command(r);
		rig_answer(r, &m, WEIR_REFUSAL_NONE);
	}
	unit_note("1,000 tables: %.2f ms each, with the reply's polling",
		(double)(unit_now_ns() - t0) / 1e9);
	ck_assert_int_eq(rig_open_fds(), before);
	ck_assert_uint_eq(r->generation, 1001);
	rig_free(r);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		first_table_is_whole_and_good,
		only_changed_rows_follow,
		newest_state_wins_while_an_answer_is_outstanding,
		unknown_pool_brings_the_whole_table_at_once,
		refused_generation_is_not_sent_again,
		backlog_is_tried_again,
		restart_finds_the_same_table_and_sends_nothing,
		other_content_goes_above_the_generation_in_use,
		older_generation_with_equal_content_is_brought_up,
		reconnecting_gives_another_region,
		thousand_tables_leave_memory_flat,
	};
	Suite *s = suite_create("link_table");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 30);
	return s;
}
