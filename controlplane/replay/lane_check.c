/* SPDX-License-Identifier: BSD-3-Clause */
/* What must always add up: every packet once in one counter, every flow entry made and not removed
 * there, and each backend's gauge the number of entries that name it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lane.h"

static void check_packets(const struct worker *w, uint32_t index, struct weir_diag *d)
{
	const struct weir_worker_counters *c = w->count;
	uint64_t drops = 0;

	for (uint32_t i = 0; i < WEIR_DROP__COUNT; i++)
		drops += c->drops[i];
	if (c->rx_packets == c->forwarded_packets + c->replied_packets + drops)
		return;
	diag_error(d, NULL, 0,
		"worker %u does not account for every packet: %" PRIu64 " received, %" PRIu64
		" forwarded, %" PRIu64 " replied, %" PRIu64 " dropped",
		index, c->rx_packets, c->forwarded_packets, c->replied_packets, drops);
}

static void count_entry(const struct flow_entry *e, void *arg)
{
	uint64_t *by_slot = arg;

	by_slot[e->slot <= WEIR_MAX_BACKENDS ? e->slot : WEIR_MAX_BACKENDS]++;
}

static void check_gauges(
	const struct worker *w, uint32_t index, const uint64_t *by_slot, struct weir_diag *d)
{
	for (uint32_t i = 0; i <= WEIR_MAX_BACKENDS; i++)
		if (w->backends[i].flows != by_slot[i])
			diag_error(d, NULL, 0,
				"worker %u counts %" PRIu64 " flows of slot %u, and holds %" PRIu64,
				index, w->backends[i].flows, i, by_slot[i]);
}

static void check_flows(
	const struct worker *w, uint32_t index, uint64_t *by_slot, struct weir_diag *d)
{
	const struct flow_stats *s = flow_table_stats(w->flows);
	uint64_t found = flow_table_scan(w->flows, count_entry, by_slot);

	if (s->inserts - s->removes != s->live || found != s->live)
		diag_error(d, NULL, 0,
			"flow table of worker %u: %" PRIu64 " made, %" PRIu64 " removed, %" PRIu64
			" live, %" PRIu64 " found",
			index, s->inserts, s->removes, s->live, found);
	check_gauges(w, index, by_slot, d);
}

int lanes_check(const struct lanes *l, struct weir_diag *d)
{
	unsigned int before = d->n_errors;

	for (uint32_t i = 0; i < l->n; i++) {
		uint64_t *by_slot = calloc(WEIR_MAX_BACKENDS + 1, sizeof(*by_slot));

		if (by_slot == NULL)
			return -ENOMEM;
		check_packets(&l->lane[i].w, i, d);
		check_flows(&l->lane[i].w, i, by_slot, d);
		free(by_slot);
	}
	return d->n_errors == before ? 0 : -EIO;
}
