// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>

#include <rte_ethdev.h>

#include "log.h"
#include "port_rss.h"
#include "ports.h"

/* Spread by a key that others know, flows can be chosen to meet in one queue: say so. */
static void check_key(const struct port *p, uint16_t ethdev, const struct rte_eth_dev_info *info,
	const struct rte_eth_conf *conf)
{
	if (conf->rxmode.mq_mode == RTE_ETH_MQ_RX_RSS && !port_rss_holds(ethdev, info))
		log_warning("port %s: the driver of %s does not confirm our random RSS key: "
			    "under a well-known one packets can be aimed at one of the %u queues",
			p->conf->name, port_device(p), p->conf->queues);
}

static int check_queues(
	const struct port *p, const struct rte_eth_dev_info *info, uint16_t rxqs, uint16_t txqs)
{
	if (rxqs <= info->max_rx_queues && txqs <= info->max_tx_queues)
		return 0;
	log_error("port %s: %s has %u receive and %u transmit queues, but queues = %u and the "
		  "workers need %u and %u: lower dataplane.ports.%s.queues or the number of lcores",
		p->conf->name, port_device(p), info->max_rx_queues, info->max_tx_queues,
		p->conf->queues, rxqs, txqs, p->conf->name);
	return -EINVAL;
}

static int set_up_queues(uint16_t ethdev, uint16_t rxqs, uint16_t txqs, struct rte_mempool *pool)
{
	uint16_t rxd = PORTS_DESCRIPTORS, txd = PORTS_DESCRIPTORS;
	int socket = rte_eth_dev_socket_id(ethdev);
	int err = rte_eth_dev_adjust_nb_rx_tx_desc(ethdev, &rxd, &txd);

	for (uint16_t q = 0; q < rxqs && err == 0; q++)
		err = rte_eth_rx_queue_setup(ethdev, q, rxd, (unsigned int)socket, NULL, pool);
	for (uint16_t q = 0; q < txqs && err == 0; q++)
		err = rte_eth_tx_queue_setup(ethdev, q, txd, (unsigned int)socket, NULL);
	return err;
}

int port_start(const struct port *p, struct rte_mempool *pool, uint16_t ethdev, uint16_t rxqs,
	uint16_t txqs)
{
	struct rte_eth_dev_info info;
	struct rte_eth_conf conf = {0};
	int err = rte_eth_dev_info_get(ethdev, &info);

	if (err == 0)
		err = check_queues(p, &info, rxqs, txqs);
	if (err == 0)
		err = port_rss_conf(&info, rxqs, &conf);
	if (err == 0)
		err = rte_eth_dev_configure(ethdev, rxqs, txqs, &conf);
	if (err == 0)
		err = set_up_queues(ethdev, rxqs, txqs, pool);
	if (err == 0)
		err = rte_eth_dev_start(ethdev);
	if (err == 0)
		check_key(p, ethdev, &info, &conf);
	return err;
}
