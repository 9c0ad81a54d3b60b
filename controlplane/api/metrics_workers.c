// SPDX-License-Identifier: BSD-3-Clause
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"

/* A family with one series per worker: a counter at @offset. */
static const struct worker_family {
	const char *name, *type, *help;
	size_t offset;
} families[] = {
#define FIELD(f) offsetof(struct weir_worker_counters, f)
	{"weir_worker_rx_packets_total", "counter", "Packets received.", FIELD(rx_packets)},
	{"weir_worker_rx_bytes_total", "counter", "Bytes received.", FIELD(rx_bytes)},
	{"weir_worker_forwarded_packets_total", "counter", "Packets sent to backends.",
		FIELD(forwarded_packets)},
	{"weir_worker_forwarded_bytes_total", "counter",
		"Bytes sent to backends, as received (without encapsulation).",
		FIELD(forwarded_bytes)},
	{"weir_worker_replied_packets_total", "counter", "Packets answered by weir itself.",
		FIELD(replied_packets)},
	{"weir_flow_table_entries", "gauge", "Flows in the table now.", FIELD(flow_live)},
	{"weir_flow_table_capacity", "gauge", "Flows that the table has room for.",
		FIELD(flow_capacity)},
	{"weir_flow_table_inserts_total", "counter", "Entries made.", FIELD(flow_inserts)},
	{"weir_flow_table_expired_total", "counter", "Entries removed by age.",
		FIELD(flow_expired)},
	{"weir_flow_table_evictions_total", "counter",
		"Embryonic entries removed to make room for another.", FIELD(flow_evicted)},
	{"weir_flow_table_full_total", "counter",
		"Entries refused for want of room; their packets were forwarded by hash.",
		FIELD(flow_full)},
	{"weir_flow_table_hits_total", "counter", "Lookups that found the flow.", FIELD(flow_hits)},
	{"weir_flow_table_misses_total", "counter", "Lookups that did not.", FIELD(flow_misses)},
#undef FIELD
};

/* Counters keep their last value when the data plane goes, a gauge speaks of now. */
static uint64_t value_of(
	const struct weir_worker_counters *w, const struct worker_family *f, int attached)
{
	uint64_t v;

	if (!attached && strcmp(f->type, "gauge") == 0)
		return 0;
	memcpy(&v, (const char *)w + f->offset, sizeof(v));
	return v;
}

static void cpu_family(
	struct metrics_writer *w, const struct weir_worker_counters *c, uint32_t n, double hz)
{
	char label[12];

	writer_family(w, "weir_worker_cpu_seconds_total", "counter",
		"Time in turns of the loop that received something (busy) or nothing (idle).");
	for (uint32_t i = 0; i < n; i++) {
		snprintf(label, sizeof(label), "%u", i);
		writer_double(
			w, (double)c[i].cycles_busy / hz, "worker", label, "state", "busy", NULL);
		writer_double(
			w, (double)c[i].cycles_idle / hz, "worker", label, "state", "idle", NULL);
	}
}

static void gap_family(
	struct metrics_writer *w, const struct weir_worker_counters *c, uint32_t n, double hz)
{
	char label[12];

	writer_family(w, "weir_worker_gap_max_seconds", "gauge",
		"Longest turn of the loop since the data plane started.");
	for (uint32_t i = 0; i < n; i++) {
		snprintf(label, sizeof(label), "%u", i);
		writer_double(w, (double)c[i].gap_max_cycles / hz, "worker", label, NULL);
	}
}

void metrics_workers(struct metrics_writer *w, const struct cp *cp)
{
	uint32_t n = stats_workers(cp->stats);
	struct weir_worker_counters *c = calloc(n ? n : 1, sizeof(*c));
	struct weir_counters_head head;
	char label[12];
	double hz;

	if (!c) {
		w->failed = 1;
		return;
	}
	stats_head(cp->stats, &head);
	hz = head.tsc_hz ? (double)head.tsc_hz : 1e9;
	for (uint32_t i = 0; i < n; i++)
		stats_worker(cp->stats, i, &c[i]);
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
		writer_family(w, families[f].name, families[f].type, families[f].help);
		for (uint32_t i = 0; i < n; i++) {
			snprintf(label, sizeof(label), "%u", i);
			writer_u64(w, value_of(&c[i], &families[f], stats_attached(cp->stats)),
				"worker", label, NULL);
		}
	}
	cpu_family(w, c, n, hz);
	gap_family(w, c, n, hz);
	free(c);
}
