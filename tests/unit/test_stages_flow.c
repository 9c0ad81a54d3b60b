// SPDX-License-Identifier: BSD-3-Clause
/* Who keeps a flow, and who gets it next. */
#include <string.h>

#include "stage_rig.h"
#include "unit.h"

#define FLOWS	    4096
#define TCP_FIN	    0x01
#define TCP_SYN	    0x02
#define TCP_RST	    0x04
#define TCP_ACK	    0x10
#define IDLE_S	    900
#define CLOSING_S   30
#define EMBRYONIC_S 10

static enum weir_drop tcp_drop(uint16_t port, uint8_t flags)
{
	struct frame f;

	rig_tcp(&f, port, flags, 0);
	return rig_one(&f);
}

/* The entry of the packet that was sent last. */
static const struct flow_entry *entry(void)
{
	return flow_table_find(rig.w.flows, rig.batch.hash[0], rig.w.now);
}

static void expect(enum flow_class class, uint32_t left_s)
{
	const struct flow_entry *e = entry();

	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(flow_entry_class(e), class);
	ck_assert_uint_ge(flow_entry_left_s(e, rig.w.now) + 1, left_s);
	ck_assert_uint_le(flow_entry_left_s(e, rig.w.now), left_s + 1);
}

static void pass(uint32_t seconds)
{
	rig.w.now += seconds * 1000 / FLOW_TICK_MS;
}

/* Slots 0 and 2; all rows name slot 0. */
static void two_backends(void)
{
	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_must_publish();
}

/* The rows of both pools now belong to slot 2, and slot 0 is in @state. */
static void move_to_second(enum weir_backend_state state)
{
	rig.blob.backend[0].state = (uint8_t)state;
	rig_rows(0, 2, 2);
	rig_rows(1, 2, 2);
	rig_must_publish();
}

static void establish(uint16_t port)
{
	rig_tcp_slot(port, TCP_SYN, 0);
	rig_tcp_slot(port, TCP_ACK, 0);
}

START_TEST(tcp_flow_is_embryonic_then_confirmed_then_closing)
{
	two_backends();
	rig_tcp_slot(1000, TCP_SYN, 0);
	expect(FLOW_EMBRYONIC, EMBRYONIC_S);
	rig_tcp_slot(1000, TCP_ACK, 0);
	expect(FLOW_CONFIRMED, IDLE_S);
	rig_tcp_slot(1000, TCP_ACK | TCP_FIN, 0);
	expect(FLOW_CLOSING, CLOSING_S);
	pass(CLOSING_S + 1);
	ck_assert_ptr_null(entry());
	rig_check_invariants();
}
END_TEST

START_TEST(bare_ack_after_fin_stays_closing_and_data_rearms)
{
	two_backends();
	establish(1000);
	rig_tcp_slot(1000, TCP_ACK | TCP_FIN, 0);
	rig_tcp_slot(1000, TCP_ACK, 0);
	expect(FLOW_CLOSING, CLOSING_S);
	rig_tcp_slot(1000, TCP_ACK | TCP_RST, 0);
	expect(FLOW_CLOSING, CLOSING_S);
	rig_tcp_slot(1000, TCP_ACK, 1);
	expect(FLOW_CONFIRMED, IDLE_S);
	rig_check_invariants();
}
END_TEST

START_TEST(fin_or_rst_leaves_an_embryonic_flow_embryonic)
{
	two_backends();
	rig_tcp_slot(1000, TCP_SYN, 0);
	rig_tcp_slot(1000, TCP_RST, 0);
	expect(FLOW_EMBRYONIC, EMBRYONIC_S);
	rig_tcp_slot(1000, TCP_ACK | TCP_FIN, 0);
	expect(FLOW_EMBRYONIC, EMBRYONIC_S);
	rig_check_invariants();
}
END_TEST

START_TEST(second_udp_packet_confirms)
{
	two_backends();
	rig_udp_slot(1000);
	expect(FLOW_EMBRYONIC, EMBRYONIC_S);
	rig_udp_slot(1000);
	expect(FLOW_CONFIRMED, IDLE_S);
	pass(IDLE_S - 1);
	rig_udp_slot(1000);
	expect(FLOW_CONFIRMED, IDLE_S);
	rig_check_invariants();
}
END_TEST

START_TEST(timers_never_exceed_the_idle_time)
{
	rig_blob(WEIR_FWD_IPIP);
	rig.blob.service[0].idle_s = 4;
	rig_must_publish();
	rig_tcp_slot(1000, TCP_SYN, 0);
	expect(FLOW_EMBRYONIC, 4);
	rig_tcp_slot(1000, TCP_ACK, 0);
	rig_tcp_slot(1000, TCP_ACK | TCP_FIN, 0);
	expect(FLOW_CLOSING, 4);
}
END_TEST

/* Q6, Q12: draining and down backends keep what they have and get nothing new. */
START_TEST(leaving_backend_keeps_its_flows_and_gets_no_new_ones)
{
	const enum weir_backend_state states[] = {WEIR_BACKEND_DRAIN, WEIR_BACKEND_DOWN};

	for (int i = 0; i < 2; i++) {
		rig_reset(FLOWS);
		two_backends();
		establish(1000);
		rig_udp_slot(1000);
		move_to_second(states[i]);
		ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 10), 0);
		ck_assert_uint_eq(rig_udp_slot(1000), 0);
		ck_assert_uint_eq(rig_tcp_slot(1001, TCP_SYN, 0), 2);
		ck_assert_uint_eq(rig_udp_slot(1001), 2);
		ck_assert_uint_eq(rig.w.backends[0].flows, 2);
		ck_assert_uint_eq(rig.w.backends[2].flows, 2);
		rig_check_invariants();
	}
}
END_TEST

START_TEST(syn_on_a_leaving_backend_moves_at_once)
{
	const enum weir_backend_state states[] = {WEIR_BACKEND_DRAIN, WEIR_BACKEND_DOWN};

	for (int i = 0; i < 2; i++) {
		rig_reset(FLOWS);
		two_backends();
		establish(1000);
		move_to_second(states[i]);
		ck_assert_uint_eq(rig_tcp_slot(1000, TCP_SYN, 0), 2);
		expect(FLOW_EMBRYONIC, EMBRYONIC_S);
		ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 10), 2);
		ck_assert_uint_eq(rig.w.backends[0].flows, 0);
		ck_assert_uint_eq(rig.w.backends[2].flows, 1);
		ck_assert_uint_eq(rig.w.backends[2].new_flows, 1);
		rig_check_invariants();
	}
}
END_TEST

/* Q4, Q8: also when the rows have moved on meanwhile. */
START_TEST(syn_on_a_healthy_flow_changes_nothing)
{
	two_backends();
	establish(1000);
	move_to_second(WEIR_BACKEND_UP);
	pass(100);
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_SYN, 0), 0);
	expect(FLOW_CONFIRMED, IDLE_S - 100);
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 1), 0);
	rig_check_invariants();
}
END_TEST

/* Q7 */
START_TEST(spoofed_rst_and_fin_do_not_move_a_flow)
{
	two_backends();
	establish(1000);
	move_to_second(WEIR_BACKEND_UP);
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_RST, 0), 0);
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_FIN | TCP_ACK, 0), 0);
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 1), 0);
	expect(FLOW_CONFIRMED, IDLE_S);
	rig_check_invariants();
}
END_TEST

/* Q3 */
START_TEST(syn_on_a_closing_flow_is_a_new_flow)
{
	two_backends();
	establish(1000);
	rig_tcp_slot(1000, TCP_FIN | TCP_ACK, 0);
	move_to_second(WEIR_BACKEND_UP);
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_SYN, 0), 2);
	expect(FLOW_EMBRYONIC, EMBRYONIC_S);
	rig_check_invariants();
}
END_TEST

/* Q5: removed, and removed with its slot given to another backend. */
START_TEST(flow_of_a_removed_backend_goes_where_the_row_says)
{
	for (int reused = 0; reused < 2; reused++) {
		rig_reset(FLOWS);
		two_backends();
		establish(1000);
		establish(1001);
		if (reused)
			rig.blob.backend[0].incarnation++;
		else
			rig.blob.backend[0] = (struct weir_table_backend){0};
		rig_rows(0, 2, 2);
		rig_rows(1, 2, 2);
		rig_must_publish();
		ck_assert_uint_eq(rig_tcp_slot(1000, TCP_SYN, 0), 2);
		ck_assert_uint_eq(rig_tcp_slot(1001, TCP_ACK, 5), 2);
		ck_assert_uint_eq(rig.w.backends[0].flows, 0);
		rig_check_invariants();
	}
}
END_TEST

START_TEST(unknown_packet_goes_to_base_and_start_to_target)
{
	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_rows(0, 0, 2);
	rig_must_publish();
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 5), 0);
	expect(FLOW_EMBRYONIC, EMBRYONIC_S);
	ck_assert_uint_eq(rig_tcp_slot(1001, TCP_SYN, 0), 2);
	ck_assert_uint_eq(rig_udp_slot(1002), 2);
	ck_assert_uint_eq(rig.w.count->flow_misses, 3);
	rig_check_invariants();
}
END_TEST

/* T7 */
START_TEST(syn_ack_is_forwarded_and_leaves_no_entry)
{
	two_backends();
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_SYN | TCP_ACK, 0), 0);
	ck_assert_ptr_null(entry());
	rig_tcp_slot(1000, TCP_SYN, 0);
	rig_tcp_slot(1000, TCP_SYN | TCP_ACK, 0);
	expect(FLOW_EMBRYONIC, EMBRYONIC_S); // nor does it confirm one
	rig_check_invariants();
}
END_TEST

START_TEST(rows_without_a_backend_drop_and_remember_nothing)
{
	rig_blob(WEIR_FWD_IPIP);
	rig_rows(0, WEIR_SLOT_NONE, WEIR_SLOT_NONE);
	rig_must_publish();
	ck_assert_int_eq(tcp_drop(1000, TCP_SYN), WEIR_DROP_no_backend);
	ck_assert_int_eq(tcp_drop(1000, TCP_ACK), WEIR_DROP_no_backend);
	ck_assert_uint_eq(rig.w.services[7].drops, 2);
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->live, 0);
	rig_check_invariants();
}
END_TEST

START_TEST(syn_with_nowhere_to_go_leaves_the_entry_alone)
{
	two_backends();
	establish(1000);
	rig.blob.backend[0].state = WEIR_BACKEND_DRAIN;
	rig_rows(0, WEIR_SLOT_NONE, WEIR_SLOT_NONE);
	rig_must_publish();
	ck_assert_int_eq(tcp_drop(1000, TCP_SYN), WEIR_DROP_no_backend);
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 1), 0);
	rig_check_invariants();
}
END_TEST

/* P4: everything is forwarded, what is established stays. */
START_TEST(full_table_forwards_by_hash_and_moves_nobody)
{
	rig_reset(64);
	two_backends();
	establish(999);
	move_to_second(WEIR_BACKEND_UP);
	for (uint16_t port = 1000; port < 2000; port++) {
		ck_assert_uint_eq(rig_tcp_slot(port, TCP_SYN, 0), 2);
		ck_assert_uint_eq(rig_tcp_slot(port, TCP_ACK, 0), 2);
	}
	ck_assert_uint_gt(flow_table_stats(rig.w.flows)->full, 0);
	ck_assert_uint_eq(rig.w.backends[2].new_flows, flow_table_stats(rig.w.flows)->inserts - 1);
	ck_assert_uint_eq(rig_tcp_slot(999, TCP_ACK, 1), 0);
	ck_assert_uint_eq(rig.w.count->forwarded_packets, 2003);
	rig_check_invariants();
}
END_TEST

/* Q10 */
START_TEST(same_ports_on_tcp_udp_and_both_families_are_different_flows)
{
	const enum frame_kind kinds[] = {FRAME_TCP4, FRAME_UDP4, FRAME_TCP6};
	struct frame f;

	two_backends();
	for (int i = 0; i < 3; i++) {
		frame_make(&f, kinds[i], 10);
		ck_assert_int_eq(rig_one(&f), WEIR_DROP_NONE);
	}
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->live, 3);
	rig_check_invariants();
}
END_TEST

static void fresh(void)
{
	rig_reset(FLOWS);
}

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		tcp_flow_is_embryonic_then_confirmed_then_closing,
		bare_ack_after_fin_stays_closing_and_data_rearms,
		fin_or_rst_leaves_an_embryonic_flow_embryonic,
		second_udp_packet_confirms,
		timers_never_exceed_the_idle_time,
		leaving_backend_keeps_its_flows_and_gets_no_new_ones,
		syn_on_a_leaving_backend_moves_at_once,
		syn_on_a_healthy_flow_changes_nothing,
		spoofed_rst_and_fin_do_not_move_a_flow,
		syn_on_a_closing_flow_is_a_new_flow,
		flow_of_a_removed_backend_goes_where_the_row_says,
		unknown_packet_goes_to_base_and_start_to_target,
		syn_ack_is_forwarded_and_leaves_no_entry,
		rows_without_a_backend_drop_and_remember_nothing,
		syn_with_nowhere_to_go_leaves_the_entry_alone,
		full_table_forwards_by_hash_and_moves_nobody,
		same_ports_on_tcp_udp_and_both_families_are_different_flows,
	};

	rig_boot();
	return rig_suite("stages_flow", tests, sizeof(tests) / sizeof(tests[0]), fresh);
}
