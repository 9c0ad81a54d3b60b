/* SPDX-License-Identifier: BSD-3-Clause */
/* The ports of the configuration and the DPDK devices behind them.
 *
 *	interface  AF_XDP: one device (net_af_xdp) per queue, opened only while our XDP program is on
 *	           the interface, that is after the control plane's welcome
 *	device     a PCI device: one device with all queues, opened at start
 *	vdev       a DPDK virtual device: likewise
 *
 * Queue q belongs to worker q % n_workers. A worker transmits on a device or queue of its own, so
 * that no two workers share a transmit queue.
 */
#pragma once

#include <rte_mempool.h>

#include "counters.h"
#include "dataplane_conf.h"
#include "lcore.h"
#include "verify.h"

#define PORTS_DESCRIPTORS 2048u /* per queue and direction */

struct port {
	const struct dataplane_port *conf;
	uint16_t index;
	uint16_t n_ethdevs; /* AF_XDP: = queues. Others: 1 */
	uint16_t ethdev[LCORE_MAX_QUEUES];
	uint8_t mac[6];
	uint32_t mtu;
	int open;
	uint32_t buffers;    /* that its drivers took when it was opened */
	uint64_t retry_ns;   /* AF_XDP: try again then */
	char waits_for[160]; /* what was said last about why it is not open */
};

/* Main lcore only. */
struct ports {
	uint32_t n;
	struct port port[WEIR_MAX_PORTS];
	struct rte_mempool *pool;
	uint32_t buffers_per_queue; /* of AF_XDP; 0 = not known */
	struct lcore *const *workers;
	uint32_t n_workers;
};

static inline int port_is_xdp(const struct port *p)
{
	return p->conf->interface[0] != '\0';
}

/* What the kernel or DPDK calls it. */
const char *port_device(const struct port *p);

/* Open the device or vdev ports. 0 or -errno with a logged sentence. */
int ports_open_devices(struct ports *p);
/* Try the AF_XDP ports that are not open yet. Returns the number opened now. */
uint32_t ports_open_xdp(struct ports *p, uint64_t now_ns);
/* Before the control plane is there: say which interfaces are missing. */
void ports_look(struct ports *p);
int ports_all_open(const struct ports *p);
void ports_close(struct ports *p);

/* Statistics of the drivers and links into the counters; call it each 100 ms. */
void ports_count(struct ports *p, struct weir_port_counters *out);

/* For verify: @arg is the struct ports. */
void ports_buffers(void *arg, struct verify_buffers *out);

/* Between the files of ports only. */

/* Buffers that are not in the pool. */
uint64_t ports_buffers_out(const struct ports *ports);
/* @p is about to be handed out; @out_before: as it was before @p was opened. */
void port_note_buffers(struct ports *ports, struct port *p, uint64_t out_before);

/* Configure and start @ethdev. @rxqs, @txqs: numbers of queues. 0 or -errno with a sentence. */
int port_start(const struct port *p, struct rte_mempool *pool, uint16_t ethdev, uint16_t rxqs,
	uint16_t txqs);
/* Give the queues of an opened port to the workers, and a way out to each of them. */
void port_hand_out(struct ports *ports, struct port *p);
/* Tell the workers what @p->mtu allows. */
void port_set_max_frame(const struct ports *ports, const struct port *p);
/* Is the interface there? 0, or -ENODEV, said once. */
int port_find_interface(struct port *p);
int port_open_xdp(struct ports *ports, struct port *p);
void port_close(struct port *port);
