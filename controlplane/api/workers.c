// SPDX-License-Identifier: BSD-3-Clause
#include <time.h>

#include "server.h"

static uint64_t coarse_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static json_t *flow_table_json(const struct weir_worker_counters *w)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "capacity",
		(json_int_t)w->flow_capacity, "live", (json_int_t)w->flow_live, "inserts",
		(json_int_t)w->flow_inserts, "removes", (json_int_t)w->flow_removes, "expired",
		(json_int_t)w->flow_expired, "evicted", (json_int_t)w->flow_evicted, "full",
		(json_int_t)w->flow_full, "hits", (json_int_t)w->flow_hits, "misses",
		(json_int_t)w->flow_misses);
}

/* Times are of the data plane's TSC; its frequency comes from outside, so it may be anything. */
static json_t *worker_row(const struct stats *s, uint32_t i, uint64_t tsc_hz)
{
	double hz = tsc_hz ? (double)tsc_hz : 1e9;
	uint64_t now = coarse_ns(), dropped = 0;
	struct weir_worker_counters w;

	stats_worker(s, i, &w);
	for (int r = 0; r < WEIR_DROP__COUNT; r++)
		dropped += w.drops[r];
	return json_pack("{s:i, s:i, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:I, s:o}",
		"worker", (int)i, "lcore", (int)w.lcore, "generation", (json_int_t)w.generation,
		"beat_age_ms",
		w.beat_ns && now >= w.beat_ns
			? json_integer((json_int_t)((now - w.beat_ns) / 1000000))
			: json_null(),
		"rx_packets", (json_int_t)w.rx_packets, "rx_bytes", (json_int_t)w.rx_bytes,
		"forwarded_packets", (json_int_t)w.forwarded_packets, "forwarded_bytes",
		(json_int_t)w.forwarded_bytes, "replied_packets", (json_int_t)w.replied_packets,
		"dropped_packets", (json_int_t)dropped, "busy_s", (double)w.cycles_busy / hz,
		"idle_s", (double)w.cycles_idle / hz, "gap_max_us",
		(json_int_t)((double)w.gap_max_cycles / hz * 1e6), "flow_table",
		flow_table_json(&w));
}

void workers_get(struct request *rq)
{
	const struct stats *s = rq->cp->stats;
	struct weir_counters_head head;
	json_t *list = json_array();

	stats_head(s, &head);
	for (uint32_t i = 0; i < stats_workers(s); i++)
		json_array_append_new(list, worker_row(s, i, head.tsc_hz));
	reply_json(rq->req, 200, list);
}
