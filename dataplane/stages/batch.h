/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst on its way through the stages.
 *
 * Packets keep their place from beginning to end; `live` lists the places of those that go on. A
 * stage walks the list and drops by giving a reason: the place stays, so that accounting sees every
 * packet of the burst once.
 */
#pragma once

#include <stdint.h>

#include <rte_mbuf.h>

#include "snapshot.h"
#include "weir_drop.h"

#define BATCH_MAX 64

struct batch {
	uint16_t n; /* packets in the burst */
	uint16_t n_live;
	uint16_t port; /* index of the port they came in on */
	uint8_t live[BATCH_MAX];
	uint8_t reason[BATCH_MAX]; /* enum weir_drop; NONE = forwarded */
	uint8_t data[BATCH_MAX];   /* TCP: it carries payload */
	uint16_t slot[BATCH_MAX];  /* of the backend */
	uint32_t len[BATCH_MAX];   /* bytes as received */
	uint64_t hash[BATCH_MAX];
	struct rte_mbuf *mbuf[BATCH_MAX];
	const struct service *service[BATCH_MAX]; /* NULL until one was found */
	const struct backend *backend[BATCH_MAX];
	struct parsed parsed[BATCH_MAX];
};

_Static_assert(BATCH_MAX <= UINT8_MAX, "a place fits live[]");

/* @b->mbuf[0..n) and @b->port are set: make every packet live. */
static inline void batch_start(struct batch *b, uint16_t n)
{
	b->n = n;
	b->n_live = n;
	for (uint16_t i = 0; i < n; i++) {
		b->live[i] = (uint8_t)i;
		b->reason[i] = WEIR_DROP_NONE;
		b->service[i] = NULL;
		b->len[i] = rte_pktmbuf_pkt_len(b->mbuf[i]);
	}
}

/* For a stage's loop over live[]: place @k goes on, unless @reason drops it. @kept counts. */
static inline void batch_keep(struct batch *b, uint16_t *kept, uint8_t k, enum weir_drop reason)
{
	b->reason[k] = (uint8_t)reason;
	b->live[*kept] = k;
	*kept += reason == WEIR_DROP_NONE;
}

/* Every live packet is dropped for one reason. */
static inline void batch_drop_all(struct batch *b, enum weir_drop reason)
{
	for (uint16_t i = 0; i < b->n_live; i++)
		b->reason[b->live[i]] = (uint8_t)reason;
	b->n_live = 0;
}
