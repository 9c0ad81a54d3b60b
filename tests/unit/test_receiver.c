// SPDX-License-Identifier: BSD-3-Clause
/* What the control plane says that is no table: messages garbled, repeated or unknown, rings that lie,
 * questions about flows, and a peer that vanishes or does not listen.
 */
#include <errno.h>

#include "clock.h"
#include "receiver_rig.h"
#include "unit.h"

START_TEST(garbled_slot_spoils_only_itself)
{
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig.region->command.slot[0].offset ^= 1;
	receiver_rig_expect_refused("message");
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_applied(receiver_rig.generation);
}
END_TEST

START_TEST(repeated_or_skipped_sequence_is_refused)
{
	struct weir_msg m = receiver_rig_lay_out(0);

	m.seq = 2;
	receiver_rig_send(m);
	receiver_rig_expect_refused("message");
	m.seq = 1;
	receiver_rig_send(m);
	receiver_rig.head.refused[WEIR_REFUSAL_message] = 0;
	receiver_rig_expect_refused("message");
	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_applied(receiver_rig.generation);
}
END_TEST

START_TEST(unknown_type_is_refused)
{
	receiver_rig_send((struct weir_msg){.type = WEIR_MSG_APPLIED});
	receiver_rig_expect_refused("message");
}
END_TEST

START_TEST(impossible_index_hangs_up)
{
	receiver_rig.region->command.ring.prod.tail = 1000;
	ck_assert_int_eq(receiver_poll(&receiver_rig.receiver), -EPROTO);
}
END_TEST

START_TEST(peer_that_reads_no_answers_is_hung_up_on)
{
	int err = 0;

	for (uint32_t i = 0; i < 2 * WEIR_RING_SLOTS && err == 0; i++) {
		receiver_rig_send((struct weir_msg){.type = WEIR_MSG_FLOW_QUERY, .offset = i});
		err = receiver_poll(&receiver_rig.receiver);
	}
	ck_assert_int_eq(err, -EPROTO);
}
END_TEST

/* F38 */
START_TEST(random_bytes_in_the_region_are_refused_one_by_one)
{
	uint64_t state = 38, before = 0;

	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_applied(receiver_rig.generation);
	before = receiver_rig.generation;
	for (size_t i = 0; i < sizeof(receiver_rig.region->command.slot) / 8; i++)
		((uint64_t *)receiver_rig.region->command.slot)[i] = unit_random(&state);
	receiver_rig.region->command.ring.prod.tail += 200;
	ck_assert_int_eq(receiver_poll(&receiver_rig.receiver), 0);
	for (int i = 0; i < 200; i++)
		ck_assert_uint_eq(receiver_rig_answer().reason, WEIR_REFUSAL_message);
	ck_assert_uint_eq(publish_load(&rig.publish)->generation, before);
}
END_TEST

START_TEST(flow_query_answers_for_a_known_flow_and_an_unknown_one)
{
	struct weir_msg m;
	struct frame f;

	receiver_rig_send(receiver_rig_lay_out(0));
	receiver_rig_expect_applied(receiver_rig.generation);
	rig.w.table = publish_load(&rig.publish);
	rig.w.now = clock_flow_time(clock_coarse_ns());
	rig_tcp(&f, 1000, 0x02, 0);
	ck_assert_int_eq(rig_one(&f), WEIR_DROP_NONE);
	receiver_rig_send(
		(struct weir_msg){.type = WEIR_MSG_FLOW_QUERY, .offset = rig.batch.hash[0]});
	receiver_rig_send(
		(struct weir_msg){.type = WEIR_MSG_FLOW_QUERY, .offset = rig.batch.hash[0] + 1});
	ck_assert_int_eq(receiver_poll(&receiver_rig.receiver), 0);
	m = receiver_rig_answer();
	ck_assert_uint_eq(m.type, WEIR_MSG_FLOW);
	ck_assert_uint_eq(m.reason, 1);
	ck_assert_uint_eq(m.offset, rig.batch.hash[0]);
	ck_assert_uint_eq(m.length, 0); // worker 0, slot 0
	ck_assert_uint_eq(m.checksum >> 32, FLOW_EMBRYONIC);
	ck_assert_uint_eq(m.detail, 100);
	m = receiver_rig_answer();
	ck_assert_uint_eq(m.reason, 0);
	ck_assert_uint_eq(m.seq, receiver_rig.seq);
}
END_TEST

START_TEST(answer_of_an_earlier_region_is_not_sent_into_the_next)
{
	receiver_rig_send(receiver_rig_lay_out(0));
	ck_assert_int_eq(receiver_poll(&receiver_rig.receiver), 0);
	receiver_detach(&receiver_rig.receiver);
	receiver_rig_region();
	receiver_attach(&receiver_rig.receiver, receiver_rig.region);
	receiver_rig_workers_turn();
	receiver_rig_no_answer();
	ck_assert_uint_eq(receiver_rig.head.generation, receiver_rig.generation);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		garbled_slot_spoils_only_itself,
		repeated_or_skipped_sequence_is_refused,
		unknown_type_is_refused,
		impossible_index_hangs_up,
		peer_that_reads_no_answers_is_hung_up_on,
		random_bytes_in_the_region_are_refused_one_by_one,
		flow_query_answers_for_a_known_flow_and_an_unknown_one,
		answer_of_an_earlier_region_is_not_sent_into_the_next,
	};

	rig_boot();
	return rig_suite("receiver", tests, sizeof(tests) / sizeof(tests[0]), receiver_rig_fresh);
}
