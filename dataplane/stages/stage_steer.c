// SPDX-License-Identifier: BSD-3-Clause
/* Packets that are led to a backend without being a packet of a flow:
 *
 *	ICMP error  the entry of the flow it is about, on this worker, else on any other; else base
 *	fragment    base of the row, whatever the table holds: pieces of one packet stay together
 *
 * None makes, refreshes, moves or removes an entry: both are easily forged.
 */
#include "steer.h"

/* Errors arrive where their own addresses and no ports lead, which is rarely the flow's worker. */
static int peek(const struct worker *w, uint64_t hash, struct flow_entry *out)
{
	if (flow_table_peek(w->flows, hash, w->now, out))
		return 1;
	for (uint32_t i = 0; i < w->n_peers; i++) {
		if (w->peers[i] != w->flows && flow_table_peek(w->peers[i], hash, w->now, out))
			return 1;
	}
	return 0;
}

/* The backend that holds the flow, if it is still the same one. */
static const struct backend *by_entry(const struct worker *w, uint64_t hash, uint16_t *slot)
{
	const struct backend *be;
	struct flow_entry e;

	if (!peek(w, hash, &e))
		return NULL;
	be = snapshot_backend(w->table->snap, e.slot);
	if (be->state == WEIR_BACKEND_NONE || be->incarnation != e.incarnation)
		return NULL;
	*slot = e.slot;
	return be;
}

static const struct backend *by_base(const struct worker *w, struct batch *b, uint8_t k)
{
	const struct snapshot *s = w->table->snap;
	const struct service *svc = b->service[k];
	uint64_t row_hash = snapshot_row_hash(s, svc, &b->parsed[k], b->hash[k]);
	uint32_t wanted = weir_row_base(service_row(svc, row_hash));
	const struct backend *be = snapshot_backend(s, wanted);

	if (wanted == WEIR_SLOT_NONE || be->state == WEIR_BACKEND_NONE)
		return NULL;
	b->slot[k] = (uint16_t)wanted;
	return be;
}

static const struct backend *look_up(struct worker *w, struct batch *b, uint8_t k)
{
	const struct backend *be = by_entry(w, b->hash[k], &b->slot[k]);

	b->flow[k] = be != NULL ? BATCH_FLOW_HIT : BATCH_FLOW_MISS;
	if (be != NULL)
		w->count->flow_hits++;
	else
		w->count->flow_misses++;
	return be;
}

enum weir_drop steer(struct worker *w, struct batch *b, uint8_t k)
{
	const struct backend *be = NULL;

	if (b->parsed[k].kind == PARSE_ERROR)
		be = look_up(w, b, k);
	if (be == NULL)
		be = by_base(w, b, k);
	b->backend[k] = be;
	return be == NULL ? WEIR_DROP_no_backend : WEIR_DROP_NONE;
}
