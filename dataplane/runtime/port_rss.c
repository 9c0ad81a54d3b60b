// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "port_rss.h"

/* As long as a device may ask for: hash_key_size has 8 bits. Main lcore only. */
static uint8_t our_key[UINT8_MAX];
static int drawn;

/* Up to 256 bytes come whole or not at all. */
static int draw(void)
{
	if (drawn)
		return 0;
	if (getrandom(our_key, sizeof(our_key), 0) != sizeof(our_key))
		return -errno;
	drawn = 1;
	return 0;
}

int port_rss_conf(const struct rte_eth_dev_info *info, uint16_t rxqs, struct rte_eth_conf *conf)
{
	struct rte_eth_rss_conf *rss = &conf->rx_adv_conf.rss_conf;
	int err = draw();

	if (err != 0)
		return err;
	if (rxqs <= 1 || info->flow_type_rss_offloads == 0)
		return 0;
	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	rss->rss_hf = info->flow_type_rss_offloads &
		      (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);
	if (info->hash_key_size == 0)
		return 0; // no length that it would take: see port_rss_holds()
	rss->rss_key = our_key;
	rss->rss_key_len = info->hash_key_size;
	return 0;
}

int port_rss_is_ours(const uint8_t *key, uint8_t len)
{
	return drawn && len > 0 && memcmp(key, our_key, len) == 0;
}

int port_rss_holds(uint16_t ethdev, const struct rte_eth_dev_info *info)
{
	uint8_t key[UINT8_MAX] = {0};
	struct rte_eth_rss_conf rss = {.rss_key = key, .rss_key_len = info->hash_key_size};

	if (info->hash_key_size == 0 || rte_eth_dev_rss_hash_conf_get(ethdev, &rss) != 0)
		return 0;
	return port_rss_is_ours(key, info->hash_key_size);
}
