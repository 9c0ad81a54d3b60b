// SPDX-License-Identifier: BSD-3-Clause
#include <rte_branch_prediction.h>

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

static enum weir_drop rewrite_one(struct batch *b, uint8_t k)
{
	const struct backend *be = b->backend[k];
	const struct parsed *p = &b->parsed[k];
	enum weir_forward forward = (enum weir_forward)b->service[k]->forward;
	uint32_t head;
	uint8_t *at;

	if (unlikely(!be->hop_ready))
		return WEIR_DROP_neigh_pending;
	head = encap_len(&be->encap, forward);
	if (unlikely(p->l3_len + head - be->encap.l2_len > be->mtu))
		return WEIR_DROP_too_big;
	at = reshape(b->mbuf[k], p, head);
	/* No headroom: pools leave ENCAP_MAX, so a driver took more than it may. */
	if (unlikely(at == NULL))
		return WEIR_DROP_too_big;
	encap_write(&be->encap, service_way(b->service[k]), at, p, b->hash[k]);
	return WEIR_DROP_NONE;
}

void stage_rewrite(struct worker *w, struct batch *b)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < b->n_live; i++)
		batch_keep(b, &kept, b->live[i], rewrite_one(b, b->live[i]));
	b->n_live = kept;
}
