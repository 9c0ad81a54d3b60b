// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ethdev.h>

#include "tx.h"

/* Live packets for one port, in order, with their places in the batch. */
struct burst {
	uint16_t n;
	struct rte_mbuf *mbuf[BATCH_MAX];
	uint8_t place[BATCH_MAX];
};

static void gather(const struct batch *b, uint32_t port, struct burst *out)
{
	out->n = 0;
	for (uint16_t i = 0; i < b->n_live; i++) {
		uint8_t k = b->live[i];

		if (batch_port_out(b, k) != port)
			continue;
		out->mbuf[out->n] = b->mbuf[k];
		out->place[out->n++] = k;
	}
}

static void send_burst(const struct worker_port *port, struct batch *b, struct burst *out)
{
	uint16_t sent = 0;

	if (likely(port->open))
		sent = rte_eth_tx_burst(port->ethdev, port->txq, out->mbuf, out->n);
	for (uint16_t i = sent; i < out->n; i++)
		b->reason[out->place[i]] = WEIR_DROP_tx_full;
}

void tx_batch(struct worker *w, struct batch *b)
{
	uint16_t left = b->n_live;
	struct burst out;

	for (uint32_t port = 0; port < w->n_ports && left > 0; port++) {
		gather(b, port, &out);
		if (out.n > 0)
			send_burst(&w->port[port], b, &out);
		left -= out.n;
	}
	b->n_live = 0;
}

void tx_free_dropped(struct batch *b)
{
	struct rte_mbuf *dropped[BATCH_MAX];
	unsigned int n = 0;

	for (uint16_t k = 0; k < b->n; k++)
		if (b->reason[k] != WEIR_DROP_NONE)
			dropped[n++] = b->mbuf[k];
	if (n > 0)
		rte_pktmbuf_free_bulk(dropped, n);
}
