// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_log.h>

#include "encap.h"
#include "log.h"
#include "ports.h"

#define VLAN_LEN 4

_Static_assert(RTE_PKTMBUF_HEADROOM >= ENCAP_MAX, "outer headers fit in front of a packet");

const char *port_device(const struct port *p)
{
	if (p->conf->interface[0] != '\0')
		return p->conf->interface;
	return p->conf->device[0] != '\0' ? p->conf->device : p->conf->vdev;
}

static uint64_t mac_number(const uint8_t mac[6])
{
	uint64_t n = 0;

	for (int i = 0; i < 6; i++)
		n = n << 8 | mac[i];
	return n;
}

static void add_queue(struct lcore *l, struct lcore_queue q)
{
	l->queue[l->n_queues] = q;
	__atomic_store_n(&l->n_queues, l->n_queues + 1, __ATOMIC_RELEASE);
}

/* AF_XDP: worker i sends on the device of queue i. Others: on transmit queue i of the only device. */
static void set_way_out(struct lcore *l, const struct port *p)
{
	struct worker_port *out = &l->w.port[p->index];
	uint32_t i = l->index;

	out->mac = mac_number(p->mac);
	out->ethdev = port_is_xdp(p) ? p->ethdev[i] : p->ethdev[0];
	out->txq = port_is_xdp(p) ? 0 : (uint16_t)i;
	__atomic_store_n(&out->open, 1, __ATOMIC_RELEASE);
}

void port_set_max_frame(const struct ports *ports, const struct port *p)
{
	for (uint32_t i = 0; i < ports->n_workers; i++)
		__atomic_store_n(&ports->workers[i]->w.port[p->index].max_frame,
			p->mtu + RTE_ETHER_HDR_LEN + VLAN_LEN, __ATOMIC_RELAXED);
}

void port_hand_out(struct ports *ports, struct port *p)
{
	port_set_max_frame(ports, p);
	for (uint32_t i = 0; i < ports->n_workers; i++)
		set_way_out(ports->workers[i], p);
	for (uint16_t q = 0; q < p->conf->queues; q++)
		add_queue(ports->workers[q % ports->n_workers],
			(struct lcore_queue){
				.ethdev = port_is_xdp(p) ? p->ethdev[q] : p->ethdev[0],
				.queue = port_is_xdp(p) ? 0 : q,
				.port = p->index,
				.beat = q,
			});
	p->open = 1;
	log_info("port %s: %s is open, %u queues, MAC " RTE_ETHER_ADDR_PRT_FMT ", MTU %u",
		p->conf->name, port_device(p), p->conf->queues, p->mac[0], p->mac[1], p->mac[2],
		p->mac[3], p->mac[4], p->mac[5], p->mtu);
}

/* The first device that @devargs names. */
static int find_ethdev(const char *devargs, uint16_t *ethdev)
{
	struct rte_dev_iterator it;
	uint16_t id;

	RTE_ETH_FOREACH_MATCHING_DEV(id, devargs, &it)
	{
		*ethdev = id;
		rte_eth_iterator_cleanup(&it);
		return 0;
	}
	return -ENODEV;
}

static int open_device(struct ports *ports, struct port *p)
{
	struct rte_ether_addr mac;
	uint16_t mtu;
	int err = rte_dev_probe(port_device(p));

	if (err == 0)
		err = find_ethdev(port_device(p), &p->ethdev[0]);
	if (err != 0) {
		log_error("port %s: DPDK has no device %s (%s)", p->conf->name, port_device(p),
			strerror(-err));
		return err;
	}
	p->n_ethdevs = 1;
	err = port_start(p, ports->pool, p->ethdev[0], (uint16_t)p->conf->queues,
		(uint16_t)ports->n_workers);
	if (err == 0)
		err = rte_eth_macaddr_get(p->ethdev[0], &mac);
	if (err == 0)
		err = rte_eth_dev_get_mtu(p->ethdev[0], &mtu);
	if (err != 0) {
		log_error("port %s: cannot start %s: %s", p->conf->name, port_device(p),
			strerror(-err));
		return err;
	}
	memcpy(p->mac, mac.addr_bytes, sizeof(p->mac));
	p->mtu = mtu;
	return 0;
}

int ports_open_devices(struct ports *ports)
{
	for (uint32_t i = 0; i < ports->n; i++) {
		struct port *p = &ports->port[i];
		uint64_t out = ports_buffers_out(ports);
		int err = port_is_xdp(p) ? 0 : open_device(ports, p);

		if (err != 0)
			return err;
		if (port_is_xdp(p))
			continue;
		port_note_buffers(ports, p, out);
		port_hand_out(ports, p);
	}
	return 0;
}

uint32_t ports_open_xdp(struct ports *ports, uint64_t now_ns)
{
	uint32_t opened = 0;

	for (uint32_t i = 0; i < ports->n; i++) {
		struct port *p = &ports->port[i];
		uint64_t out;

		if (p->open || !port_is_xdp(p) || now_ns < p->retry_ns)
			continue;
		out = ports_buffers_out(ports);
		if (port_open_xdp(ports, p) != 0)
			continue;
		port_note_buffers(ports, p, out);
		port_hand_out(ports, p);
		opened++;
	}
	return opened;
}

void ports_look(struct ports *ports)
{
	for (uint32_t i = 0; i < ports->n; i++)
		if (!ports->port[i].open && port_is_xdp(&ports->port[i]))
			port_find_interface(&ports->port[i]);
}

int ports_all_open(const struct ports *ports)
{
	for (uint32_t i = 0; i < ports->n; i++)
		if (!ports->port[i].open)
			return 0;
	return 1;
}

void port_close(struct port *p)
{
	for (uint16_t i = 0; i < p->n_ethdevs; i++) {
		rte_eth_dev_stop(p->ethdev[i]);
		rte_eth_dev_close(p->ethdev[i]);
	}
	p->n_ethdevs = 0;
	p->open = 0;
}

/* net_af_xdp tries to detach the XDP program when it closes, which is not its own, and complains that
 * it cannot.
 */
static void hush_xdp_driver(void)
{
	rte_log_set_level_pattern("pmd.net.af_xdp", RTE_LOG_EMERG);
}

void ports_close(struct ports *ports)
{
	hush_xdp_driver();
	for (uint32_t i = 0; i < ports->n; i++)
		port_close(&ports->port[i]);
}
