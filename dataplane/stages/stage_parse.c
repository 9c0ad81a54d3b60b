// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

#include "stages.h"

#define TCP_DOFF 12 /* byte of the header with its length */

/* Does it carry bytes for the application? The parser has checked that the header is there. */
static uint8_t has_data(const uint8_t *frame, const struct parsed *p)
{
	uint32_t l4_len = p->l3_len - (uint32_t)(p->l4_off - p->l3_off);

	if (p->proto != IPPROTO_TCP || p->kind != PARSE_FLOW)
		return 1;
	return l4_len > (frame[p->l4_off + TCP_DOFF] >> 4) * 4u;
}

static enum weir_drop parse_one(const struct worker_port *port, struct batch *b, uint8_t k)
{
	struct rte_mbuf *m = b->mbuf[k];
	enum weir_drop drop;

	if (unlikely(b->len[k] > port->max_frame))
		return WEIR_DROP_l2_long;
	if (unlikely(m->nb_segs > 1) && rte_pktmbuf_linearize(m) != 0)
		return WEIR_DROP_segments;
	drop = parse_frame(rte_pktmbuf_mtod(m, const uint8_t *), b->len[k], &b->parsed[k]);
	if (likely(drop == WEIR_DROP_NONE))
		b->data[k] = has_data(rte_pktmbuf_mtod(m, const uint8_t *), &b->parsed[k]);
	return drop;
}

void stage_parse(struct worker *w, struct batch *b)
{
	uint16_t kept = 0;

	/* The first line holds all headers of IPv4, and IPv6 up to its ports lies in the second. */
	for (uint16_t i = 0; i < b->n_live; i++) {
		const uint8_t *data = rte_pktmbuf_mtod(b->mbuf[b->live[i]], const uint8_t *);

		rte_prefetch0(data);
		rte_prefetch0(data + 64);
	}
	for (uint16_t i = 0; i < b->n_live; i++)
		batch_keep(b, &kept, b->live[i], parse_one(&w->port[b->port], b, b->live[i]));
	b->n_live = kept;
}
