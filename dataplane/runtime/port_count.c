// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ethdev.h>

#include "port_link.h"
#include "ports.h"

/* An interface's MTU can change under us: longer frames that it lets in are then good ones. */
static uint64_t follow_interface(const struct ports *ports, struct port *p)
{
	struct port_link link;

	if (port_link_read(p->conf->interface, &link) != 0)
		return 0;
	if (link.mtu != p->mtu) {
		p->mtu = link.mtu;
		port_set_max_frame(ports, p);
	}
	return link.up != 0;
}

static uint64_t is_link_up(const struct ports *ports, struct port *p)
{
	struct rte_eth_link link;

	if (port_is_xdp(p))
		return follow_interface(ports, p);
	return rte_eth_link_get_nowait(p->ethdev[0], &link) == 0 && link.link_status != 0;
}

static void add_device(struct rte_eth_stats *sum, uint16_t ethdev)
{
	struct rte_eth_stats s;

	if (rte_eth_stats_get(ethdev, &s) != 0)
		return;
	sum->ipackets += s.ipackets;
	sum->opackets += s.opackets;
	sum->ibytes += s.ibytes;
	sum->obytes += s.obytes;
	sum->imissed += s.imissed;
	sum->rx_nombuf += s.rx_nombuf;
	sum->ierrors += s.ierrors;
	sum->oerrors += s.oerrors;
}

static void count_port(const struct ports *ports, struct port *p, struct weir_port_counters *out)
{
	struct rte_eth_stats sum = {0};

	for (uint16_t i = 0; i < p->n_ethdevs; i++)
		add_device(&sum, p->ethdev[i]);
	out->link_up = is_link_up(ports, p);
	out->rx_packets = sum.ipackets;
	out->tx_packets = sum.opackets;
	out->rx_bytes = sum.ibytes;
	out->tx_bytes = sum.obytes;
	out->rx_missed = sum.imissed;
	out->rx_nombuf = sum.rx_nombuf;
	out->rx_errors = sum.ierrors;
	out->tx_errors = sum.oerrors;
}

void ports_count(struct ports *ports, struct weir_port_counters *out)
{
	for (uint32_t i = 0; i < ports->n; i++)
		if (ports->port[i].open)
			count_port(ports, &ports->port[i], &out[i]);
}
