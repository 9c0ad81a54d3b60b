// SPDX-License-Identifier: BSD-3-Clause
/* The reply ring: answers that fit nothing, broken rings, questions about flows. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "link_rig.h"
#include "table_check.h"

START_TEST(replies_that_fit_nothing_are_ignored)
{
	struct rig *r = rig_new();
	struct weir_msg m, bad;

	rig_meet(r);
	link_push(r->link);
	m = rig_next_command(r);
	bad = (struct weir_msg){
		.type = WEIR_MSG_APPLIED, .seq = m.seq + 1, .generation = m.generation};
	test_plane_reply(&r->plane, bad);
	bad.seq = m.seq;
	bad.generation++;
	test_plane_reply(&r->plane, bad);
	bad = (struct weir_msg){.type = WEIR_MSG_REFUSED,
		.seq = m.seq,
		.generation = m.generation,
		.reason = WEIR_REFUSAL__COUNT};
	test_plane_reply(&r->plane, bad);
	bad.reason = 0;
	test_plane_reply(&r->plane, bad);
	bad.type = 0xffff;
	test_plane_reply(&r->plane, bad);
	bad.type = WEIR_MSG_FLOW;
	test_plane_reply(&r->plane, bad);
	bad = (struct weir_msg){
		.type = WEIR_MSG_APPLIED, .seq = m.seq, .generation = m.generation, .check = 1};
	ck_assert_int_eq(weir_ring_put(&r->plane.reply, &bad), 0);
	rig_turn_ms(r, 40);
	ck_assert_int_eq(r->answers, 0);
	rig_answer(r, &m, WEIR_REFUSAL_NONE);
	ck_assert_int_eq(r->answers, 1);
	rig_free(r);
}
END_TEST

START_TEST(broken_reply_ring_ends_the_connection)
{
	struct rig *r = rig_new();

	rig_meet(r);
	link_push(r->link);
	rig_next_command(r);
	r->plane.region->reply.ring.prod.tail = 100000;
	UNTIL(r, r->gone);
	test_plane_close(&r->plane);
	rig_meet(r);
	rig_free(r);
}
END_TEST

START_TEST(broken_command_ring_ends_the_connection)
{
	struct rig *r = rig_new();

	rig_meet(r);
	r->plane.region->command.ring.cons.tail = 100000;
	link_push(r->link);
	UNTIL(r, r->gone);
	rig_free(r);
}
END_TEST

/* Everything that the peer can write is random: nothing but numbers may be wrong. */
START_TEST(random_region_does_no_harm)
{
	struct rig *r = rig_new();
	uint64_t seed = 11;

	rig_meet(r);
	for (int i = 0; i < 300; i++) {
		uint64_t *words = (uint64_t *)r->plane.region;

		if (r->gone) {
			r->gone = 0;
			test_plane_close(&r->plane);
			rig_meet(r);
			continue;
		}
		rig_change(r);
		for (size_t w = 8; w < sizeof(struct weir_region) / 8; w++)
			if (unit_random(&seed) % 4 == 0)
				words[w] = unit_random(&seed);
		if (i % 2) /* a plausible index, so that the garbage is read */
			r->plane.region->reply.ring.prod.tail = i;
		rig_turn_ms(r, 2);
	}
	rig_free(r);
}
END_TEST

struct flow {
	int calls;
	int hit;
	struct weir_msg reply;
};

static void on_flow(void *arg, const struct weir_msg *reply)
{
	struct flow *f = arg;

	f->calls++;
	f->hit = reply != NULL;
	if (reply)
		f->reply = *reply;
}

START_TEST(flow_query_is_answered_once)
{
	struct rig *r = rig_new();
	struct flow f = {0};
	struct weir_msg m;

	link_flow_query(r->link, 1, on_flow, &f);
	ck_assert_int_eq(f.calls, 1); /* nobody is connected */
	ck_assert_int_eq(f.hit, 0);
	rig_meet(r);
	link_flow_query(r->link, 0xabcdef, on_flow, &f);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.type, WEIR_MSG_FLOW_QUERY);
	ck_assert_uint_eq(m.offset, 0xabcdef);
	m.type = WEIR_MSG_FLOW;
	m.reason = 1;
	m.length = 3;
	test_plane_reply(&r->plane, m);
	test_plane_reply(&r->plane, m);
	UNTIL(r, f.calls > 1);
	rig_turn_ms(r, 20);
	ck_assert_int_eq(f.calls, 2);
	ck_assert_int_eq(f.hit, 1);
	ck_assert_uint_eq(f.reply.length, 3);
	rig_free(r);
}
END_TEST

START_TEST(flow_query_runs_out_or_ends_with_the_connection)
{
	struct rig *r = rig_new();
	struct flow f = {0}, many = {0};
	uint64_t start = unit_now_ns();

	rig_meet(r);
	link_flow_query(r->link, 1, on_flow, &f);
	UNTIL(r, f.calls == 1);
	ck_assert_int_eq(f.hit, 0);
	ck_assert_uint_ge(unit_now_ns() - start, 900000000);
	ck_assert_uint_le(unit_now_ns() - start, 3000000000);
	for (int i = 0; i < 500; i++)
		link_flow_query(r->link, 1, on_flow, &many);
	test_plane_close(&r->plane);
	UNTIL(r, r->gone);
	ck_assert_int_eq(many.calls, 500);
	rig_free(r);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		replies_that_fit_nothing_are_ignored,
		broken_reply_ring_ends_the_connection,
		broken_command_ring_ends_the_connection,
		random_region_does_no_harm,
		flow_query_is_answered_once,
		flow_query_runs_out_or_ends_with_the_connection,
	};
	Suite *s = suite_create("link_reply");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 30);
	return s;
}
