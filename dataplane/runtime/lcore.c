// SPDX-License-Identifier: BSD-3-Clause
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_pause.h>

#include "clock.h"
#include "lcore.h"
#include "stages.h"
#include "tx.h"

#define SWEEP_BUCKETS  8u		 /* per step */
#define SWEEP_ROUND_NS (45 * CLOCK_S_NS) /* to see the whole table once */

/* A worker that slept may hold an older table than XDP has gone on with. Its pointer is current as
 * soon as the main lcore has looked into the command ring after the worker woke.
 */
static void clear_doubt(struct lcore *l)
{
	if (unlikely(l->doubt_ns != 0) &&
		__atomic_load_n(&l->shared->main_turn_ns, __ATOMIC_ACQUIRE) > l->doubt_ns)
		l->doubt_ns = 0;
}

/* Until then packets wait in the ring, for one freshness limit at most; afterwards they are dropped. */
static int must_wait(const struct lcore *l)
{
	return unlikely(l->doubt_ns != 0) && l->now_ns < l->doubt_ns + l->shared->limit_ns;
}

/* The time from turn to turn, and what it was spent on. */
static void take_time(struct lcore *l)
{
	uint64_t tsc = rte_rdtsc(), spent = tsc - l->turn_tsc;
	struct weir_worker_counters *c = l->w.count;

	l->turn_tsc = tsc;
	l->now_ns = clock_coarse_ns();
	if (l->empty_turns > 0)
		c->cycles_idle += spent;
	else
		c->cycles_busy += spent;
	if (spent > c->gap_max_cycles)
		c->gap_max_cycles = spent;
	if (unlikely(spent > l->shared->doubt_cycles) && l->doubt_ns == 0)
		l->doubt_ns = clock_now_ns();
}

static uint16_t poll_queue(struct lcore *l, const struct lcore_queue *q)
{
	struct batch *b = &l->batch;
	uint16_t n = rte_eth_rx_burst(q->ethdev, q->queue, b->mbuf, LCORE_BURST);

	if (n == 0)
		return 0;
	b->port = q->port;
	batch_start(b, n);
	if (unlikely(l->doubt_ns != 0))
		batch_drop_all(b, WEIR_DROP_stale_generation);
	stages_run(&l->w, b);
	tx_batch(&l->w, b);
	tx_free_dropped(b);
	stage_account(&l->w, b);
	return n;
}

static uint32_t poll_queues(struct lcore *l)
{
	uint32_t n = __atomic_load_n(&l->n_queues, __ATOMIC_ACQUIRE), received = 0;

	l->w.table = publish_load(l->shared->publish);
	l->w.now = clock_flow_time(l->now_ns);
	l->w.now_ns = l->now_ns;
	if (must_wait(l))
		return 0;
	for (uint32_t i = 0; i < n; i++)
		received += poll_queue(l, &l->queue[i]);
	return received;
}

/* A few buckets now and then, so that the table is seen whole in SWEEP_ROUND_NS and no turn is long. */
static void sweep(struct lcore *l)
{
	if (l->now_ns < l->sweep_ns)
		return;
	flow_table_sweep(l->w.flows, l->w.now, SWEEP_BUCKETS);
	l->sweep_ns += l->sweep_step_ns;
	if (unlikely(l->now_ns > l->sweep_ns + CLOCK_S_NS))
		l->sweep_ns = l->now_ns; // it slept: do not make up for that
}

static void write_beats(const struct lcore *l, uint64_t generation, uint64_t ns)
{
	const struct lcore_beats *beats = __atomic_load_n(&l->beats, __ATOMIC_ACQUIRE);
	uint32_t n = beats == NULL ? 0 : __atomic_load_n(&beats->n, __ATOMIC_ACQUIRE);

	for (uint32_t i = 0; i < n; i++) {
		struct weir_beat *b = beats->beat[i];

		if (b == NULL)
			continue;
		__atomic_store_n(&b->generation, generation, __ATOMIC_RELAXED);
		__atomic_store_n(&b->time_ns, ns, __ATOMIC_RELEASE);
	}
}

/* A worker without a table would only drop what XDP may still serve, so it does not beat. */
static void beat(struct lcore *l)
{
	l->beat_ns = l->now_ns;
	if (l->w.table != NULL && l->doubt_ns == 0)
		write_beats(l, l->w.table->generation, l->now_ns);
}

static void count_flows(struct lcore *l)
{
	const struct flow_stats *s = flow_table_stats(l->w.flows);
	struct weir_worker_counters *c = l->w.count;

	c->flow_capacity = s->capacity;
	c->flow_live = s->live;
	c->flow_inserts = s->inserts;
	c->flow_removes = s->removes;
	c->flow_expired = s->expired;
	c->flow_evicted = s->evicted;
	c->flow_full = s->full;
}

static void count_turn(struct lcore *l)
{
	struct weir_worker_counters *c = l->w.count;

	c->loops++;
	c->beat_ns = l->now_ns;
	c->generation = l->w.table == NULL ? 0 : l->w.table->generation;
	count_flows(l);
}

static void idle(struct lcore *l, uint32_t received)
{
	uint32_t us;

	l->empty_turns = received > 0 ? 0 : l->empty_turns + 1;
	if (!l->shared->backoff || l->empty_turns < LCORE_EMPTY_TURNS || l->audit.going_on)
		return;
	us = LCORE_SLEEP_MIN_US + (l->empty_turns - LCORE_EMPTY_TURNS);
	usleep(us < LCORE_SLEEP_MAX_US ? us : LCORE_SLEEP_MAX_US);
}

uint32_t lcore_turn(struct lcore *l)
{
	uint32_t received;

	take_time(l);
	clear_doubt(l);
	received = poll_queues(l);
	sweep(l);
	if (l->now_ns != l->beat_ns)
		beat(l);
	count_turn(l);
	rte_rcu_qsbr_quiescent(l->shared->qs, l->index);
	if (unlikely(audit_state(&l->audit) == AUDIT_ASKED))
		audit_step(l, received);
	idle(l, received);
	return received;
}

static void run_errand(struct lcore *l)
{
	void (*errand)(void) = __atomic_load_n(&l->errand, __ATOMIC_ACQUIRE);

	if (likely(errand == NULL))
		return;
	errand();
	__atomic_store_n(&l->errand, NULL, __ATOMIC_RELEASE);
}

int lcore_main(void *arg)
{
	struct lcore *l = arg;
	uint64_t buckets = flow_table_stats(l->w.flows)->capacity / 4 + 1;

	l->sweep_step_ns = SWEEP_ROUND_NS / (buckets / SWEEP_BUCKETS + 1);
	l->sweep_ns = clock_coarse_ns();
	l->turn_tsc = rte_rdtsc();
	l->w.count->lcore = rte_lcore_id();
	rte_rcu_qsbr_thread_register(l->shared->qs, l->index);
	rte_rcu_qsbr_thread_online(l->shared->qs, l->index);
	while (!__atomic_load_n(&l->shared->stop, __ATOMIC_RELAXED)) {
		lcore_turn(l);
		run_errand(l);
	}
	/* So that XDP knows at once, and not only when the last beat has gone stale. */
	write_beats(l, 0, 0);
	rte_rcu_qsbr_thread_offline(l->shared->qs, l->index);
	rte_rcu_qsbr_thread_unregister(l->shared->qs, l->index);
	return 0;
}
