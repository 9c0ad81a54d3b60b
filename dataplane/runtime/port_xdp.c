// SPDX-License-Identifier: BSD-3-Clause
/* An AF_XDP port. Debian's net_af_xdp adopts the program that is on the interface if it is ours (see
 * bpf/weir_abi.h), and refuses two queues in one device on veth: so there is a device per queue.
 */
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#include "clock.h"
#include "log.h"
#include "port_link.h"
#include "ports.h"
#include "xdp_check.h"

#define RETRY_NS       (200 * CLOCK_MS_NS)
#define RETRY_ERROR_NS (2 * CLOCK_S_NS)

/* Say why the port has to wait, once for each reason. */
__attribute__((format(printf, 3, 4))) static int wait_for(
	struct port *p, int err, const char *fmt, ...)
{
	char text[sizeof(p->waits_for)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (strcmp(text, p->waits_for) != 0)
		log_warning("port %s: %s", p->conf->name, text);
	memcpy(p->waits_for, text, sizeof(text));
	return err;
}

int port_find_interface(struct port *p)
{
	if (if_nametoindex(p->conf->interface) != 0)
		return 0;
	return wait_for(p, -ENODEV,
		"there is no interface %s; waiting for it (`ip link` lists them)",
		p->conf->interface);
}

/* 0 if a socket on the interface will find our program. */
static int is_safe(struct port *p)
{
	const char *ifname = p->conf->interface;
	char other[16] = "";
	int err = port_find_interface(p);

	if (err != 0)
		return err;
	err = xdp_check(if_nametoindex(ifname), other);
	if (err == -ENOENT)
		return wait_for(
			p, err, "waiting for the control plane's XDP program on %s", ifname);
	if (err == -EEXIST)
		return wait_for(p, err, "%s carries a foreign XDP program (%s); waiting for ours",
			ifname, other);
	if (err != 0)
		return wait_for(
			p, err, "cannot ask for the XDP program on %s: %s", ifname, strerror(-err));
	return 0;
}

/* busy_budget stays at the driver's default: without it an empty receive ring may make the driver
 * poll() for up to a second, and the worker's heartbeat would go stale.
 */
static int open_queue(struct ports *ports, struct port *p, uint16_t q)
{
	char name[RTE_ETH_NAME_MAX_LEN], args[256];
	int err;

	snprintf(name, sizeof(name), "net_af_xdp_%u_%u", p->index, q);
	snprintf(
		args, sizeof(args), "iface=%s,start_queue=%u,queue_count=1", p->conf->interface, q);
	err = rte_eal_hotplug_add("vdev", name, args);
	if (err != 0)
		return err;
	err = rte_eth_dev_get_port_by_name(name, &p->ethdev[q]);
	if (err != 0)
		return err;
	p->n_ethdevs = (uint16_t)(q + 1);
	return port_start(p, ports->pool, p->ethdev[q], 1, 1);
}

static int open_queues(struct ports *ports, struct port *p)
{
	for (uint16_t q = 0; q < p->conf->queues; q++) {
		int err = open_queue(ports, p, q);

		if (err == 0)
			continue;
		wait_for(p, err,
			"no AF_XDP socket on queue %u of %s (%s): has it %u queues (ethtool -l), "
			"and is no other process on them?",
			q, p->conf->interface, strerror(-err), p->conf->queues);
		port_close(p);
		p->retry_ns = clock_now_ns() + RETRY_ERROR_NS;
		return err;
	}
	return 0;
}

/* XDP knows no worker for them and drops what comes for a VIP. */
static void check_unserved(const struct port *p, uint32_t rx_queues)
{
	if (rx_queues > p->conf->queues)
		log_warning(
			"port %s: %s has %u receive queues, but queues = %u: packets for VIPs that "
			"arrive on the others are dropped (no_worker); set queues = %u, or ethtool "
			"-L %s combined %u",
			p->conf->name, p->conf->interface, rx_queues, p->conf->queues, rx_queues,
			p->conf->interface, p->conf->queues);
}

int port_open_xdp(struct ports *ports, struct port *p)
{
	struct port_link link;
	int err = is_safe(p);

	p->retry_ns = clock_now_ns() + RETRY_NS;
	if (err != 0)
		return err;
	err = open_queues(ports, p);
	if (err != 0)
		return err;
	/* If the program went away meanwhile, libxdp has put its own there: let go at once. */
	err = is_safe(p);
	if (err != 0 || port_link_read(p->conf->interface, &link) != 0) {
		port_close(p);
		return err != 0 ? err : -ENODEV;
	}
	memcpy(p->mac, link.mac, sizeof(p->mac));
	p->mtu = link.mtu;
	check_unserved(p, link.rx_queues);
	p->waits_for[0] = '\0';
	return 0;
}
