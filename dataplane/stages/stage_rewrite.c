// SPDX-License-Identifier: BSD-3-Clause
#include <rte_branch_prediction.h>
#include <rte_common.h>

#include "stages.h"

/* Move the start of the frame so that @head bytes stand before the IP header, and cut padding off. */
static uint8_t *reshape(struct rte_mbuf *m, const struct parsed *p, uint32_t head)
{
	char *at;

	if (head >= p->l3_off)
		at = rte_pktmbuf_prepend(m, (uint16_t)(head - p->l3_off));
	else
		at = rte_pktmbuf_adj(m, (uint16_t)(p->l3_off - head));
	if (unlikely(at == NULL))
		return NULL;
	m->data_len = (uint16_t)(head + p->l3_len);
	m->pkt_len = m->data_len;
	m->ol_flags = 0; // what the driver said of the frame as it came
	return (uint8_t *)at;
}

/* Tell the sender what would fit, unless the packet is one that nobody answers (RFC 1122, 3.2.2): an
 * ICMP error, or a fragment that is not the first.
 */
static __rte_noinline enum weir_drop too_big(struct batch *b, uint8_t k, uint32_t overhead)
{
	const struct parsed *p = &b->parsed[k];

	if (p->kind == PARSE_ERROR || (p->kind == PARSE_FRAGMENT && !(p->flags & PARSE_PORTS)))
		return WEIR_DROP_too_big;
	b->mtu[k] = (uint16_t)(b->backend[k]->mtu - overhead);
	return batch_ask(b, k, BATCH_REPLY_TOO_BIG, WEIR_DROP_too_big);
}

static enum weir_drop rewrite_one(struct batch *b, uint8_t k)
{
	const struct backend *be = b->backend[k];
	const struct parsed *p = &b->parsed[k];
	struct encap_way way = service_way(b->service[k]);
	uint32_t overhead;
	uint8_t *at;

	if (unlikely(!be->hop_ready))
		return WEIR_DROP_neigh_pending;
	overhead = encap_overhead(&be->encap, (enum weir_forward)way.forward);
	if (unlikely(p->l3_len + overhead > be->mtu))
		return too_big(b, k, overhead);
	at = reshape(b->mbuf[k], p, be->encap.l2_len + overhead);
	/* No headroom: pools leave ENCAP_MAX, so a driver took more than it may. */
	if (unlikely(at == NULL))
		return WEIR_DROP_too_big;
	encap_write(&be->encap, way, at, p, b->hash[k]);
	return WEIR_DROP_NONE;
}

void stage_rewrite(struct worker *w, struct batch *b)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < b->n_live; i++)
		batch_keep(b, &kept, b->live[i], rewrite_one(b, b->live[i]));
	b->n_live = kept;
}
