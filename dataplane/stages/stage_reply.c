// SPDX-License-Identifier: BSD-3-Clause
/* Answers, each in the mbuf of the packet that asks for it. Whoever is not answered keeps the reason
 * that it was put on the list with: icmp_rate for an echo request, too_big for what does not fit.
 */
#include "reply.h"
#include "stages.h"

static void set_frame(struct rte_mbuf *m, uint32_t len)
{
	m->data_len = (uint16_t)len;
	m->pkt_len = len;
	m->ol_flags = 0; // what the driver said of the frame as it came
}

static int answer_echo(struct worker *w, struct batch *b, uint8_t k)
{
	const struct parsed *p = &b->parsed[k];
	struct rte_mbuf *m = b->mbuf[k];

	if (!rates_take_echo(&w->rates, &p->src, w->now_ns))
		return 0;
	set_frame(m, reply_echo(rte_pktmbuf_mtod(m, uint8_t *), p));
	return 1;
}

/* Without headroom there is no answer: pools leave more, so a driver took what it may not. */
static int answer_too_big(struct worker *w, struct batch *b, uint8_t k)
{
	const struct parsed *p = &b->parsed[k];
	struct rte_mbuf *m = b->mbuf[k];

	if (rte_pktmbuf_headroom(m) < reply_room(p) ||
		!rates_take_error(&w->rates, &p->src, w->now_ns))
		return 0;
	rte_pktmbuf_prepend(m, (uint16_t)reply_room(p));
	set_frame(m, reply_too_big(rte_pktmbuf_mtod(m, uint8_t *), p, b->mtu[k]));
	return 1;
}

static int answer(struct worker *w, struct batch *b, uint8_t k)
{
	if (b->reply[k] == BATCH_REPLY_ECHO)
		return answer_echo(w, b, k);
	return answer_too_big(w, b, k);
}

void stage_reply(struct worker *w, struct batch *b)
{
	for (uint16_t i = 0; i < b->n_asked; i++) {
		uint8_t k = b->asked[i];

		if (!answer(w, b, k))
			continue;
		b->reason[k] = WEIR_DROP_NONE;
		b->live[b->n_live++] = k;
	}
	b->n_asked = 0;
}
