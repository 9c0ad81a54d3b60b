/* SPDX-License-Identifier: BSD-3-Clause */
/* A synthetic Ethernet device in memory: what it receives it writes into mbufs of the pool, what it
 * sends goes back to the pool at once. A flow is a number from a generator or a counter, so the device
 * keeps no memory per flow that would compete with the worker's for the caches.
 *
 *	number --> who: source address and port --> frame: valid, 60 bytes (IPv6 with TCP: 74)
 *
 * It plugs its two functions into rte_eth_fp_ops[0], where rte_eth_rx_burst() and rte_eth_tx_burst()
 * find those of any driver.
 */
#pragma once

#include <stdint.h>

#include <rte_mbuf.h>

#define DEVICE_MAC  0x020000000010ull /* its own, as struct parsed has MACs */
#define DEVICE_PEER 0x020000000020ull

enum device_order {
	DEVICE_RANDOM,	/* flows below @flows, any */
	DEVICE_COUNT,	/* flow after flow, none twice within 2^39 */
	DEVICE_FILL,	/* each burst of flows twice, up to @flows */
	DEVICE_COLLIDE, /* 65,536 tuples with one CRC32-C: see collide.h */
};

struct device_plan {
	uint32_t family; /* 4 or 6 */
	uint32_t flows;
	uint32_t n_vips;
	uint8_t tcp_flags;
	enum device_order order;
};

/* VIP @i, network order, for tables as for frames. IPv4: 4 bytes at @out, IPv6: 16. */
void device_vip(uint32_t family, uint32_t i, uint8_t *out);

/* Port 0, queue 0. */
void device_open(struct rte_mempool *pool);
void device_set_plan(const struct device_plan *plan);
