// SPDX-License-Identifier: BSD-3-Clause
#include "stages.h"

static void count_forwarded(struct worker *w, const struct batch *b, uint16_t k)
{
	struct weir_backend_counters *be = &w->backends[b->slot[k]];
	struct weir_service_counters *svc = &w->services[b->service[k]->slot];

	w->count->forwarded_packets++;
	w->count->forwarded_bytes += b->len[k];
	be->packets++;
	be->bytes += b->len[k];
	svc->packets++;
	svc->bytes += b->len[k];
}

/* Neither backend nor service got the packet, so neither counts it. */
static void count_replied(struct worker *w)
{
	w->count->replied_packets++;
}

static void count_dropped(struct worker *w, const struct batch *b, uint16_t k)
{
	w->count->drops[b->reason[k]]++;
	if (b->service[k] != NULL)
		w->services[b->service[k]->slot].drops++;
}

void stage_account(struct worker *w, struct batch *b)
{
	for (uint16_t k = 0; k < b->n; k++) {
		w->count->rx_packets++;
		w->count->rx_bytes += b->len[k];
		if (b->reason[k] != WEIR_DROP_NONE)
			count_dropped(w, b, k);
		else if (b->reply[k] != BATCH_REPLY_NONE)
			count_replied(w);
		else
			count_forwarded(w, b, k);
	}
}
