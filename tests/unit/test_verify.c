// SPDX-License-Identifier: BSD-3-Clause
/* The accounts of a worker, asked for while it works, and what is said when they do not hold. Time
 * is the test's.
 */
#include <string.h>

#include <rte_ethdev.h>

#include "clock.h"
#include "lcore.h"
#include "stage_rig.h"
#include "unit.h"
#include "verify.h"

#define WIRE 16 /* frames per turn */

static struct lcore_shared shared;
static struct lcore lcore;
static struct lcore *workers[1] = {&lcore};
static struct verify verify;
static uint64_t now;
static uint32_t answers, asked_ports;
static uint64_t answer_seq[WEIR_VERIFY__COUNT];
static struct weir_verify_packets packets;
static struct weir_verify_flows flows;
static struct weir_verify_mbufs mbufs;

static void take(void *arg, const struct weir_msg *m)
{
	void *const parts[] = {&packets, &flows, &mbufs};
	uint32_t part = m->reason & 0xff;

	(void)arg;
	ck_assert_uint_eq(m->type, WEIR_MSG_VERIFIED);
	ck_assert_uint_lt(part, WEIR_VERIFY__COUNT);
	ck_assert_uint_eq(m->reason >> 8, 0);
	weir_verify_read(m, parts[part]);
	answer_seq[part] = m->seq;
	answers |= 1u << part;
}

/* The ring that plays the port holds nothing at rest. */
static void buffers(void *arg, struct verify_buffers *out)
{
	(void)arg;
	asked_ports++;
	*out = (struct verify_buffers){.moving = 1000, .blur = 600};
}

static void fresh(void)
{
	rig_reset(20000);
	rig_blob(WEIR_FWD_L2DSR);
	shared = (struct lcore_shared){
		.publish = &rig.publish,
		.qs = rig.grace.qs,
		.limit_ns = 20 * CLOCK_MS_NS,
		.doubt_cycles = UINT64_MAX,
		.main_turn_ns = clock_now_ns(),
	};
	memset(&lcore, 0, sizeof(lcore));
	lcore.w = rig.w;
	lcore.shared = &shared;
	lcore.n_queues = 1;
	lcore.sweep_step_ns = CLOCK_MS_NS;
	verify = (struct verify){
		.workers = workers,
		.n_workers = 1,
		.pool = rig.pool,
		.buffers = buffers,
		.answer = take,
	};
	answers = 0;
	asked_ports = 0;
	now = 100 * CLOCK_S_NS;
	ck_assert_int_eq(rig_publish(), WEIR_REFUSAL_NONE);
}

static void put_on_wire(uint16_t first, uint16_t n)
{
	struct rte_mbuf *m;
	struct frame f;

	for (uint16_t i = 0; i < n; i++) {
		rig_tcp(&f, (uint16_t)(first + i), 0x02, 0);
		m = rig_mbuf(&f);
		ck_assert_uint_eq(rte_eth_tx_burst(0, 0, &m, 1), 1);
	}
}

/* Turns of both, a millisecond each, until it is answered. */
static void ask_and_wait(void)
{
	verify_ask(&verify, 7, 1, now);
	for (int i = 0; i < 1000 && answers == 0; i++) {
		lcore_turn(&lcore);
		verify_poll(&verify, now += CLOCK_MS_NS);
	}
	ck_assert_uint_eq(answers, 7);
	ck_assert_uint_eq(answer_seq[WEIR_VERIFY_PACKETS], 7);
	ck_assert_uint_eq(answer_seq[WEIR_VERIFY_FLOWS], 7);
	ck_assert_uint_eq(answer_seq[WEIR_VERIFY_MBUFS], 7);
}

static void expect_sums(void)
{
	ck_assert_uint_eq(packets.rx, packets.forwarded + packets.replied + packets.dropped);
	ck_assert_uint_eq(flows.inserts - flows.removes, flows.live);
	ck_assert_uint_eq(flows.counted, flows.live);
	ck_assert_uint_eq(flows.wrong, 0);
}

START_TEST(still_worker_has_all_buffers_back)
{
	for (uint16_t i = 0; i < 10; i++) {
		put_on_wire((uint16_t)(1000 + 30 * i), 30);
		lcore_turn(&lcore);
		rig_drain();
	}
	verify_poll(&verify, now);
	now += VERIFY_STILL_NS;
	ask_and_wait();
	expect_sums();
	ck_assert_uint_eq(packets.rx, 300);
	ck_assert_uint_eq(flows.live, 300);
	ck_assert_uint_eq(mbufs.still, 1);
	ck_assert_uint_eq(mbufs.total - mbufs.free, mbufs.at_rest);
	ck_assert_uint_eq(mbufs.slack, 0);
	ck_assert_uint_eq(asked_ports, 1);
}
END_TEST

START_TEST(worker_under_load_is_audited_between_its_bursts)
{
	uint64_t rx = 0;

	for (int round = 0; round < 100; round++) {
		answers = 0;
		verify_ask(&verify, 7, 1, now);
		for (int i = 0; i < 1000 && answers == 0; i++) {
			put_on_wire((uint16_t)(round * 301 + i * WIRE), WIRE);
			lcore_turn(&lcore);
			rig_drain();
			verify_poll(&verify, now += CLOCK_MS_NS);
		}
		ck_assert_uint_eq(answers, 7);
		expect_sums();
		ck_assert_uint_gt(packets.rx, rx);
		rx = packets.rx;
		ck_assert_uint_eq(mbufs.still, 0);
	}
	unit_note("%lu packets, %lu flows made meanwhile", packets.rx, flows.inserts);
}
END_TEST

START_TEST(packet_that_nobody_counted_shows)
{
	lcore.w.count->rx_packets++;
	ask_and_wait();
	ck_assert_uint_eq(packets.rx, packets.forwarded + packets.replied + packets.dropped + 1);
}
END_TEST

START_TEST(entry_that_was_overwritten_shows)
{
	static const struct flow_entry none;

	put_on_wire(1000, 30);
	lcore_turn(&lcore);
	*flow_table_find(lcore.w.flows, lcore.batch.hash[3], lcore.w.now) = none;
	ask_and_wait();
	ck_assert_uint_eq(flows.live, 30);
	ck_assert_uint_eq(flows.counted, 29);
	ck_assert_uint_eq(flows.wrong, 1);
	ck_assert_uint_eq(flows.first_wrong, 0);
}
END_TEST

START_TEST(buffer_that_leaked_shows_once_it_is_still)
{
	struct rte_mbuf *lost = rte_pktmbuf_alloc(rig.pool);

	verify.rx_ns = now;
	ask_and_wait();
	ck_assert_uint_eq(mbufs.still, 0);
	ck_assert_uint_eq(mbufs.slack, 600);
	now += VERIFY_STILL_NS;
	answers = asked_ports = 0;
	ask_and_wait();
	ck_assert_uint_eq(mbufs.still, 1);
	ck_assert_uint_eq(mbufs.total - mbufs.free, mbufs.at_rest + 1);
	ck_assert_uint_gt(asked_ports, 3); // it was not believed at first
	rte_pktmbuf_free(lost);
}
END_TEST

/* The last packet is still on its way out when the question comes. */
START_TEST(buffer_that_comes_back_late_is_waited_for)
{
	struct rte_mbuf *late = rte_pktmbuf_alloc(rig.pool);

	verify_ask(&verify, 7, 1, now);
	while (asked_ports == 0) {
		lcore_turn(&lcore);
		verify_poll(&verify, now += CLOCK_MS_NS);
	}
	ck_assert_uint_eq(answers, 0);
	rte_pktmbuf_free(late);
	ask_and_wait();
	ck_assert_uint_eq(mbufs.total - mbufs.free, mbufs.at_rest);
}
END_TEST

START_TEST(worker_that_hangs_is_left_out_after_the_deadline)
{
	verify_ask(&verify, 7, 1, now);
	verify_poll(&verify, now + VERIFY_DEADLINE_NS - 1);
	ck_assert_uint_eq(answers, 0);
	verify_poll(&verify, now + VERIFY_DEADLINE_NS);
	ck_assert_uint_eq(answers, 1 << WEIR_VERIFY_MBUFS);
	ck_assert_uint_eq(mbufs.n_workers, 1);
	now += VERIFY_DEADLINE_NS;
	answers = 0;
	ask_and_wait(); // it goes on
	expect_sums();
}
END_TEST

START_TEST(later_question_takes_the_place_of_an_open_one)
{
	verify_ask(&verify, 6, 1, now);
	lcore_turn(&lcore);
	verify_poll(&verify, now);
	ask_and_wait();
	answers = 0;
	for (int i = 0; i < 50; i++) {
		lcore_turn(&lcore);
		verify_poll(&verify, now += CLOCK_MS_NS);
	}
	ck_assert_uint_eq(answers, 0);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		still_worker_has_all_buffers_back,
		worker_under_load_is_audited_between_its_bursts,
		packet_that_nobody_counted_shows,
		entry_that_was_overwritten_shows,
		buffer_that_leaked_shows_once_it_is_still,
		buffer_that_comes_back_late_is_waited_for,
		worker_that_hangs_is_left_out_after_the_deadline,
		later_question_takes_the_place_of_an_open_one,
	};

	rig_boot();
	return rig_suite("verify", tests, sizeof(tests) / sizeof(tests[0]), fresh);
}
