// SPDX-License-Identifier: BSD-3-Clause
/* A case: a table, a flow table in the state that it is about, a plan for the device. Each proves by
 * the worker's own counters that it measured what its name says.
 */
#include <errno.h>
#include <stdio.h>

#include "cases.h"
#include "pusher.h"

#define TCP_SYN 0x02
#define TCP_ACK 0x10

#define FLOWS	  4000000u /* entries of the flow table, but for 10M flows */
#define LIVE	  (FLOWS / 10 * 7)
#define EMBRYONIC 20u /* ticks that a flow without an answer lives: world_table.c */
#define ROUND	  90u /* ticks in which a worker sweeps the whole table */
#define MOSTLY	  0.999

static void turns(struct world *w, uint64_t packets)
{
	for (uint64_t i = 0; i < packets; i += WORLD_BURST)
		world_turn(w);
}

/* Every flow sends two packets: the first makes an entry, the second confirms it. */
static void establish(struct world *w, const struct bench_case *c)
{
	struct device_plan plan = {
		.family = c->family,
		.flows = (c->size + WORLD_BURST - 1) / WORLD_BURST * WORLD_BURST,
		.n_vips = c->n_vips,
		.tcp_flags = TCP_ACK,
		.order = DEVICE_FILL,
	};

	device_set_plan(&plan);
	turns(w, 2ull * plan.flows);
	plan.flows = c->size;
	plan.order = DEVICE_RANDOM;
	device_set_plan(&plan);
}

/* Filling 10M flows takes seconds: cases that differ only in how they forward share them. */
static void prepare_hits(struct world *w, const struct bench_case *c)
{
	static struct bench_case last;

	if (w->established && last.family == c->family && last.size == c->size &&
		last.n_vips == c->n_vips)
		return;
	world_reset(w, c->size > FLOWS / 2 ? CASE_MAX_FLOWS : FLOWS);
	establish(w, c);
	w->established = 1;
	last = *c;
}

static void plan_new(enum device_order order, uint8_t tcp_flags)
{
	const struct device_plan plan = {
		.family = 4, .n_vips = 1, .flows = 1, .tcp_flags = tcp_flags, .order = order};

	device_set_plan(&plan);
}

/* Flows come at a rate at which LIVE of them are alive, and are swept at a worker's pace. */
static void prepare_new(struct world *w, const struct bench_case *c)
{
	uint64_t buckets, bursts;

	world_reset(w, FLOWS);
	plan_new(DEVICE_COUNT, TCP_SYN);
	w->packets_per_tick = LIVE / EMBRYONIC;
	buckets = flow_table_stats(w->w.flows)->capacity / 4;
	bursts = (uint64_t)w->packets_per_tick * ROUND / WORLD_BURST;
	w->bursts_per_sweep = (uint32_t)(bursts * 8 / buckets);
	turns(w, (uint64_t)w->packets_per_tick * (EMBRYONIC + ROUND));
}

/* Time stands still: one tick for more packets than there will be. */
static void prepare_flood(struct world *w, const struct bench_case *c)
{
	world_reset(w, FLOWS);
	w->packets_per_tick = UINT32_MAX;
	plan_new(DEVICE_COUNT, c->kind == CASE_SYN_FLOOD ? TCP_SYN : TCP_ACK);
	turns(w, 2 * FLOWS);
}

static void prepare_collide(struct world *w, const struct bench_case *c)
{
	world_reset(w, FLOWS);
	plan_new(DEVICE_COLLIDE, TCP_ACK);
	turns(w, 32 * 65536); // random: all but e^-30 of them are met twice
}

static void prepare(struct world *w, const struct bench_case *c)
{
	if (c->kind == CASE_HITS || c->kind == CASE_PUSH) {
		prepare_hits(w, c);
		return;
	}
	w->established = 0;
	if (c->kind == CASE_NEW)
		prepare_new(w, c);
	else if (c->kind == CASE_COLLIDE)
		prepare_collide(w, c);
	else
		prepare_flood(w, c);
}

/* Part of the packets since @before that found their flow. */
static int is_as_named(const struct world *w, const struct bench_case *c,
	const struct weir_worker_counters *before)
{
	const struct weir_worker_counters *now = w->w.count;
	double packets = (double)(now->rx_packets - before->rx_packets);
	double hits = (double)(now->flow_hits - before->flow_hits);
	double misses = (double)(now->flow_misses - before->flow_misses);
	int is_flood = c->kind == CASE_NEW || c->kind == CASE_SYN_FLOOD ||
		       c->kind == CASE_ACK_FLOOD;

	if (now->forwarded_packets - before->forwarded_packets !=
		now->rx_packets - before->rx_packets)
		return 0;
	return (is_flood ? misses : hits) >= MOSTLY * packets;
}

static int measure_case(struct world *w, const struct bench_case *c, struct measure *out)
{
	int rc;

	if (c->kind != CASE_PUSH) {
		measure_world(w, out);
		return 0;
	}
	rc = pusher_start(w);
	if (rc != 0)
		return rc;
	measure_world(w, out);
	return pusher_stop();
}

int case_run(struct world *w, const struct bench_case *c, struct measure *out)
{
	const struct world_table t = {
		.family = c->family,
		.forward = c->forward,
		.n_vips = c->n_vips,
		.n_pools = c->n_vips < 50 ? c->n_vips : 50,
	};
	struct weir_worker_counters before;
	int rc;

	if (c->kind == CASE_MAGLEV)
		return case_maglev(c->size, out);
	rc = world_push(w, &t);
	if (rc != 0)
		return rc;
	prepare(w, c);
	before = *w->w.count;
	rc = measure_case(w, c, out);
	if (rc == 0 && !is_as_named(w, c, &before)) {
		fprintf(stderr, "%s: packets were dropped, or flows not as they should be\n",
			c->name);
		return -EPROTO;
	}
	return rc;
}
