/* SPDX-License-Identifier: BSD-3-Clause */
/* Receive-side scaling: a device with several queues spreads flows by a Toeplitz hash. Under the key that
 * drivers come with, anybody can compute which packets meet in one queue; hence a key of our own, drawn
 * at start, the same for all ports of the process.
 */
#pragma once

#include <rte_ethdev.h>

/* Fill in @conf for @rxqs queues; nothing for one queue or a device that cannot. The key stays ours: a
 * driver may read it later. 0 or -errno.
 */
int port_rss_conf(const struct rte_eth_dev_info *info, uint16_t rxqs, struct rte_eth_conf *conf);

/* Is this our key? @len bytes at @key, as a device says it uses. */
int port_rss_is_ours(const uint8_t *key, uint8_t len);

/* The device has started: does it use our key? 1 = yes, 0 = no, or it does not say. */
int port_rss_holds(uint16_t ethdev, const struct rte_eth_dev_info *info);
