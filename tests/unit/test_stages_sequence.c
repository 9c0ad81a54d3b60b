// SPDX-License-Identifier: BSD-3-Clause
/* Sequences over time and over changes of the table (rows Q): timers of a service, silence, a backend
 * that goes and comes, and what a batch says about the flow table.
 */
#include <string.h>

#include "icmp_samples.h"
#include "stage_rig.h"
#include "unit.h"

#define FLOWS	4096
#define ETH_LEN 14
#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_ACK 0x10
#define N(a)	(sizeof(a) / sizeof((a)[0]))

static void expect(enum flow_class class, uint32_t left_s)
{
	const struct flow_entry *e = flow_table_find(rig.w.flows, rig.batch.hash[0], rig.w.now);

	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(flow_entry_class(e), class);
	ck_assert_uint_eq(flow_entry_left_s(e, rig.w.now), left_s);
}

static void pass_ms(uint32_t ms)
{
	rig.w.now = (rig.w.now + ms / FLOW_TICK_MS) & FLOW_TIME_MASK;
}

static void expect_flow(enum batch_flow flow)
{
	ck_assert_int_eq(rig.batch.flow[0], flow);
}

START_TEST(timers_are_those_of_the_service)
{
	static const struct {
		uint32_t idle;
		uint16_t embryonic, closing;
		uint32_t want[3]; /* embryonic, confirmed, closing */
	} rows[] = {
		{900, 10, 30, {10, 900, 30}},
		{900, 3, 7, {3, 900, 7}},
		{5, 10, 30, {5, 5, 5}},
		{2592000, 65535, 65535, {65535, 2592000, 65535}},
		{1, 1, 1, {1, 1, 1}},
	};

	for (size_t i = 0; i < N(rows); i++) {
		rig_reset(FLOWS);
		rig_blob(WEIR_FWD_IPIP);
		rig.blob.service[0].idle_s = rows[i].idle;
		rig.blob.service[0].embryonic_s = rows[i].embryonic;
		rig.blob.service[0].closing_s = rows[i].closing;
		rig_must_publish();
		rig_tcp_slot(1000, TCP_SYN, 0);
		expect(FLOW_EMBRYONIC, rows[i].want[0]);
		rig_tcp_slot(1000, TCP_ACK, 0);
		expect(FLOW_CONFIRMED, rows[i].want[1]);
		rig_tcp_slot(1000, TCP_ACK | TCP_FIN, 0);
		expect(FLOW_CLOSING, rows[i].want[2]);
		rig_check_invariants();
	}
}
END_TEST

/* Q9, at several places of the clock, its wrap among them; the rows have moved on meanwhile. */
START_TEST(silent_udp_flow_stays_until_its_time_is_over)
{
	static const flow_time starts[] = {1000, FLOW_TIME_MASK - 1, FLOW_TIME_MASK / 2};

	for (size_t i = 0; i < N(starts) * 2; i++) {
		uint32_t silence_s = i % 2 == 0 ? 899 : 901;

		rig_reset(FLOWS);
		rig.w.now = starts[i / 2];
		rig_blob(WEIR_FWD_IPIP);
		rig_second_backend();
		rig_must_publish();
		rig_udp_slot(1000);
		rig_udp_slot(1000);
		expect(FLOW_CONFIRMED, 900);
		rig_rows(0, 2, 2);
		rig_must_publish();
		pass_ms(silence_s * 1000);
		ck_assert_uint_eq(rig_udp_slot(1000), silence_s < 900 ? 0 : 2);
		expect_flow(silence_s < 900 ? BATCH_FLOW_HIT : BATCH_FLOW_NEW);
		rig_check_invariants();
	}
}
END_TEST

/* The longest idle time, 30 days, to the second, across the wrap of the clock. */
START_TEST(flow_of_thirty_days_lives_thirty_days)
{
	for (uint32_t n = 0; n < 2; n++) {
		rig_reset(FLOWS);
		rig.w.now = FLOW_TIME_MASK - 100;
		rig_blob(WEIR_FWD_IPIP);
		rig_second_backend();
		rig.blob.service[0].idle_s = FLOW_IDLE_MAX_S;
		rig_must_publish();
		rig_tcp_slot(1000, TCP_SYN, 0);
		rig_tcp_slot(1000, TCP_ACK, 0);
		rig_rows(0, 2, 2);
		rig_must_publish();
		rig.w.now = (rig.w.now + FLOW_IDLE_MAX_S * 2 - (n == 0)) & FLOW_TIME_MASK;
		ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 1), n == 0 ? 0 : 2);
		rig_check_invariants();
	}
}
END_TEST

/* Q12: flows of the backend that stays are where they were, after each step. */
START_TEST(backend_out_in_out_moves_nobody_else)
{
	uint16_t was[64];

	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	for (uint32_t r = 0; r < BLOB_ROWS; r++)
		rig.blob.rows[0].row[r] = weir_row(r % 2 * 2, r % 2 * 2, WEIR_STABLE);
	rig.blob.pool[0].version++;
	rig_must_publish();
	for (uint16_t i = 0; i < 64; i++) {
		rig_tcp_slot(1000 + i, TCP_SYN, 0);
		was[i] = rig_tcp_slot(1000 + i, TCP_ACK, 0);
	}
	for (uint32_t step = 0; step < 3; step++) {
		int out = step != 1;

		rig.blob.backend[2].state = out ? WEIR_BACKEND_DOWN : WEIR_BACKEND_UP;
		for (uint32_t r = 0; r < BLOB_ROWS; r++)
			rig.blob.rows[0].row[r] = weir_row(
				out ? 0 : r % 2 * 2, out ? 0 : r % 2 * 2, WEIR_STABLE);
		rig.blob.pool[0].version++;
		rig_must_publish();
		pass_ms(1000);
		for (uint16_t i = 0; i < 64; i++)
			ck_assert_uint_eq(rig_tcp_slot(1000 + i, TCP_ACK, 1), was[i]);
	}
	rig_check_invariants();
}
END_TEST

/* Q2: in the middle of a stream the base decides, and the entry remembers it for the next packet. */
START_TEST(stream_without_an_entry_stays_where_its_row_was)
{
	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_rows(0, 0, 2);
	rig_must_publish();
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 5), 0);
	expect_flow(BATCH_FLOW_NEW);
	expect(FLOW_EMBRYONIC, 10);
	rig_rows(0, 2, 2);
	rig_must_publish();
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 5), 0);
	expect_flow(BATCH_FLOW_HIT);
	rig_check_invariants();
}
END_TEST

START_TEST(batch_says_what_the_table_had_to_do_with_a_packet)
{
	struct frame f;

	rig_reset(4);
	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_must_publish();
	rig_tcp_slot(1000, TCP_SYN | TCP_ACK, 0);
	expect_flow(BATCH_FLOW_MISS);
	rig_tcp_slot(1000, TCP_SYN, 0);
	expect_flow(BATCH_FLOW_NEW);
	rig_tcp_slot(1000, TCP_SYN, 0);
	expect_flow(BATCH_FLOW_HIT);
	rig.blob.backend[0].state = WEIR_BACKEND_DRAIN;
	rig_rows(0, 2, 2);
	rig_must_publish();
	rig_tcp_slot(1000, TCP_SYN, 0); // leaves at once
	expect_flow(BATCH_FLOW_NEW);
	for (uint16_t port = 2000; port < 2064; port++) {
		rig_tcp_slot(port, TCP_SYN, 0);
		rig_tcp_slot(port, TCP_ACK, 0);
	}
	rig_tcp_slot(3000, TCP_SYN, 0); // the table is full
	expect_flow(BATCH_FLOW_MISS);
	rig_tcp(&f, 1000, 0, 0);
	ck_assert_str_eq(weir_drop_name(rig_one(&f)), "tcp_flags");
	expect_flow(BATCH_FLOW_NONE);
	rig_check_invariants();
}
END_TEST

/* A row may name a slot whose backend is gone from a table that left the rows out. */
START_TEST(row_that_names_a_hole_is_no_backend)
{
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_rows(0, 2, 2);
	rig_must_publish();
	for (uint32_t n = 0; n < 2; n++) {
		if (n == 0)
			icmp_error(&f, FRAME_TCP4);
		else
			rig_tcp(&f, 1000, TCP_SYN, 0);
		ck_assert_str_eq(weir_drop_name(rig_one(&f)), "none");
	}
	rig_rows(0, WEIR_SLOT_NONE, WEIR_SLOT_NONE);
	rig.blob.backend[2] = (struct weir_table_backend){0};
	rig_must_publish();
	for (uint32_t n = 0; n < 2; n++) {
		if (n == 0)
			icmp_error(&f, FRAME_TCP4);
		else
			rig_tcp(&f, 1000, TCP_ACK, 0);
		ck_assert_str_eq(weir_drop_name(rig_one(&f)), "no_backend");
	}
	rig_check_invariants();
}
END_TEST

/* A driver that leaves no room for the tunnel: the packet cannot be sent, and nothing is written. */
START_TEST(driver_without_headroom_drops)
{
	struct rte_mbuf *m;
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	for (uint16_t headroom = 19; headroom <= 20; headroom++) {
		rig_tcp(&f, 1000, TCP_SYN, 0);
		m = rte_pktmbuf_alloc(rig.pool);
		m->data_off = headroom;
		memcpy(rte_pktmbuf_append(m, (uint16_t)f.len), f.b, f.len);
		rig_run(&m, 1);
		ck_assert_str_eq(
			weir_drop_name(rig.batch.reason[0]), headroom < 20 ? "too_big" : "none");
	}
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
		timers_are_those_of_the_service,
		silent_udp_flow_stays_until_its_time_is_over,
		flow_of_thirty_days_lives_thirty_days,
		backend_out_in_out_moves_nobody_else,
		stream_without_an_entry_stays_where_its_row_was,
		batch_says_what_the_table_had_to_do_with_a_packet,
		row_that_names_a_hole_is_no_backend,
		driver_without_headroom_drops,
	};

	rig_boot();
	return rig_suite("stages_sequence", tests, N(tests), fresh);
}
