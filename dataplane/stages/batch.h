/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst on its way through the stages.
 *
 * Packets keep their place from beginning to end; `live` lists the places of those that go on. A
 * stage walks the list and drops by giving a reason: the place stays, so that accounting sees every
 * packet of the burst once.
 *
 * A packet that weir answers itself leaves `live` as if it were dropped, and is put on the list
 * `asked`; stage_reply() makes it live again if it may be answered, and otherwise its reason stands.
 */
#pragma once

#include <stdint.h>
#include <string.h>

#include <rte_mbuf.h>

#include "snapshot.h"
#include "weir_drop.h"

#define BATCH_MAX 64

enum batch_reply { BATCH_REPLY_NONE, BATCH_REPLY_ECHO, BATCH_REPLY_TOO_BIG };

/* What the flow table had to do with a packet: NONE = not asked; MISS = not found, and none made. */
enum batch_flow { BATCH_FLOW_NONE, BATCH_FLOW_HIT, BATCH_FLOW_MISS, BATCH_FLOW_NEW };

struct batch {
	uint16_t n; /* packets in the burst */
	uint16_t n_live;
	uint16_t n_asked;
	uint16_t port; /* index of the port they came in on */
	uint8_t live[BATCH_MAX];
	uint8_t asked[BATCH_MAX];
	uint8_t reason
		[BATCH_MAX]; /* enum weir_drop; NONE = forwarded, or replied if reply[] says so */
	uint8_t reply[BATCH_MAX]; /* enum batch_reply */
	uint8_t flow[BATCH_MAX];  /* enum batch_flow */
	uint8_t data[BATCH_MAX];  /* TCP: it carries payload */
	uint16_t slot[BATCH_MAX]; /* of the backend */
	uint16_t mtu[BATCH_MAX];  /* reply[] is TOO_BIG: what the sender should use */
	uint32_t len[BATCH_MAX];  /* bytes as received */
	uint64_t hash[BATCH_MAX]; /* names the flow: snapshot_hash() */
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
	b->n_asked = 0;
	memset(b->reply, BATCH_REPLY_NONE, n);
	memset(b->flow, BATCH_FLOW_NONE, n);
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

/* Place @k, live until now, waits for stage_reply(). Returns @otherwise, the reason by which the
 * caller's batch_keep() takes it out of live[] and which stands if it is not answered.
 */
static inline enum weir_drop batch_ask(
	struct batch *b, uint8_t k, enum batch_reply reply, enum weir_drop otherwise)
{
	b->reply[k] = (uint8_t)reply;
	b->asked[b->n_asked++] = k;
	return otherwise;
}

/* Index of the port by which a live packet leaves: a reply goes back to where the packet came from. */
static inline uint16_t batch_port_out(const struct batch *b, uint8_t k)
{
	return b->reply[k] == BATCH_REPLY_NONE ? b->backend[k]->port : b->port;
}

/* Every live packet is dropped for one reason. */
static inline void batch_drop_all(struct batch *b, enum weir_drop reason)
{
	for (uint16_t i = 0; i < b->n_live; i++)
		b->reason[b->live[i]] = (uint8_t)reason;
	b->n_live = 0;
}
