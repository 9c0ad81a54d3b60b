// SPDX-License-Identifier: BSD-3-Clause
/* One worker, turn by turn: what it receives, when it beats, when it doubts its table. The port sends
 * back what was sent to it, so a test puts frames on it as the network would.
 */
#include <string.h>
#include <unistd.h>

#include <rte_ethdev.h>

#include "clock.h"
#include "lcore.h"
#include "stage_rig.h"
#include "unit.h"

#define LIMIT_NS (20 * CLOCK_MS_NS)

static struct lcore_shared shared;
static struct lcore lcore;
static struct lcore_beats beats;
static struct weir_beat entry;

static void fresh(void)
{
	rig_reset(4096);
	rig_blob(WEIR_FWD_L2DSR);
	shared = (struct lcore_shared){
		.publish = &rig.publish,
		.qs = rig.grace.qs,
		.limit_ns = LIMIT_NS,
		.doubt_cycles = UINT64_MAX,
		.main_turn_ns = clock_now_ns(),
	};
	entry = (struct weir_beat){0};
	beats = (struct lcore_beats){.n = 2, .beat = {NULL, &entry}};
	memset(&lcore, 0, sizeof(lcore));
	lcore.w = rig.w;
	lcore.shared = &shared;
	lcore.n_queues = 1;
	lcore.beats = &beats;
	lcore.sweep_step_ns = CLOCK_MS_NS;
}

static void put_on_wire(uint16_t n)
{
	struct frame f;

	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m;

		rig_tcp(&f, (uint16_t)(1000 + i), 0x02, 0);
		m = rig_mbuf(&f);
		ck_assert_uint_eq(rte_eth_tx_burst(0, 0, &m, 1), 1);
	}
}

/* Turns until the coarse clock has moved: a worker beats at most once per tick of it. */
static void turn_for_a_tick(void)
{
	uint64_t start = clock_coarse_ns();

	while (clock_coarse_ns() == start)
		usleep(100);
	lcore_turn(&lcore);
}

START_TEST(turn_forwards_a_burst_and_counts_it)
{
	ck_assert_int_eq(rig_publish(), WEIR_REFUSAL_NONE);
	put_on_wire(40);
	ck_assert_uint_eq(lcore_turn(&lcore), LCORE_BURST);
	ck_assert_uint_eq(rig.w.count->forwarded_packets, LCORE_BURST);
	ck_assert_uint_eq(rig.w.count->loops, 1);
	ck_assert_uint_eq(rig.w.count->flow_live, LCORE_BURST);
	ck_assert_uint_eq(rig.w.count->generation, publish_load(&rig.publish)->generation);
	rig_check_invariants();
}
END_TEST

START_TEST(turn_reports_that_the_old_table_is_let_go)
{
	const struct publish_ticket ticket = {0};

	blob_seal_rows(&rig.blob);
	rig.blob.head.generation = 1 << 20;
	blob_seal(&rig.blob);
	publish_table(&rig.publish, &rig.blob, sizeof(rig.blob), ticket);
	grace_poll(&rig.grace);
	ck_assert_uint_eq(rig.applied, 0);
	lcore_turn(&lcore);
	grace_poll(&rig.grace);
	ck_assert_uint_eq(rig.applied, 1);
	ck_assert_uint_eq(rig.applied_generation, 1 << 20);
}
END_TEST

START_TEST(worker_beats_only_while_it_holds_a_table)
{
	turn_for_a_tick();
	ck_assert_uint_eq(entry.time_ns, 0);
	ck_assert_int_eq(rig_publish(), WEIR_REFUSAL_NONE);
	turn_for_a_tick();
	ck_assert_uint_eq(entry.time_ns, rig.w.count->beat_ns);
	ck_assert_uint_gt(entry.time_ns + 100 * CLOCK_MS_NS, clock_coarse_ns());
	ck_assert_uint_eq(entry.generation, publish_load(&rig.publish)->generation);
}
END_TEST

/* As if it had been stopped: the last turn was long. */
static void oversleep(void)
{
	ck_assert_int_eq(rig_publish(), WEIR_REFUSAL_NONE);
	lcore_turn(&lcore);
	entry.time_ns = 0;
	shared.doubt_cycles = 0;
	put_on_wire(3);
	turn_for_a_tick();
	shared.doubt_cycles = UINT64_MAX;
}

START_TEST(worker_that_slept_waits_for_the_main_lcore)
{
	oversleep();
	ck_assert_uint_eq(rig.w.count->rx_packets, 0);
	ck_assert_uint_eq(entry.time_ns, 0);
	shared.main_turn_ns = clock_now_ns();
	turn_for_a_tick();
	ck_assert_uint_eq(rig.w.count->forwarded_packets, 3);
	ck_assert_uint_gt(entry.time_ns, 0);
	rig_check_invariants();
}
END_TEST

START_TEST(worker_that_waited_in_vain_drops_and_stays_silent)
{
	oversleep();
	usleep(2 * LIMIT_NS / 1000);
	turn_for_a_tick();
	ck_assert_uint_eq(rig.w.count->drops[WEIR_DROP_stale_generation], 3);
	ck_assert_uint_eq(entry.time_ns, 0);
	shared.main_turn_ns = clock_now_ns();
	put_on_wire(2);
	turn_for_a_tick();
	ck_assert_uint_eq(rig.w.count->forwarded_packets, 2);
	rig_check_invariants();
}
END_TEST

START_TEST(expired_flows_are_swept_without_traffic)
{
	ck_assert_int_eq(rig_publish(), WEIR_REFUSAL_NONE);
	put_on_wire(32);
	lcore_turn(&lcore);
	ck_assert_uint_eq(rig.w.count->flow_live, 32);
	for (uint64_t s = 0; s < 32; s++) { // as old as if they had come minutes ago
		struct flow_entry *e = flow_table_find(
			lcore.w.flows, lcore.batch.hash[s], lcore.w.now);

		ck_assert_ptr_nonnull(e);
		flow_table_touch(e, FLOW_EMBRYONIC, lcore.w.now - 100, 10);
	}
	for (int i = 0; i < 2000; i++) {
		lcore.sweep_ns = 0;
		lcore_turn(&lcore);
	}
	ck_assert_uint_eq(rig.w.count->flow_live, 0);
	ck_assert_uint_eq(rig.w.count->flow_expired, 32);
	rig_check_invariants();
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		turn_forwards_a_burst_and_counts_it,
		turn_reports_that_the_old_table_is_let_go,
		worker_beats_only_while_it_holds_a_table,
		worker_that_slept_waits_for_the_main_lcore,
		worker_that_waited_in_vain_drops_and_stays_silent,
		expired_flows_are_swept_without_traffic,
	};

	rig_boot();
	return rig_suite("lcore", tests, sizeof(tests) / sizeof(tests[0]), fresh);
}
