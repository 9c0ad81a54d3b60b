// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "flow_table.h"
#include "log.h"
#include "memory.h"
#include "ports.h"

#define MBUF_BYTES   (64u + sizeof(struct rte_mbuf) + RTE_MBUF_DEFAULT_BUF_SIZE + 64u)
#define TABLES_BYTES (16ull << 20)

/* Per queue: a full receive ring, as many buffers again that wait in the kernel's fill ring, and a
 * full transmit ring.
 */
#define MBUFS_PER_QUEUE (3 * PORTS_DESCRIPTORS)

struct memory_plan memory_plan(const struct dataplane_conf *conf, uint32_t n_workers)
{
	struct memory_plan plan = {.tables = TABLES_BYTES};

	plan.mbufs = n_workers * MEMORY_MBUFS_PER_WORKER;
	for (uint32_t i = 0; i < conf->n_ports; i++) {
		uint32_t queues = conf->port[i].queues;

		plan.mbufs += (queues > n_workers ? queues : n_workers) * MBUFS_PER_QUEUE;
	}
	plan.packets = plan.mbufs * (uint64_t)MBUF_BYTES;
	plan.flows = n_workers * (uint64_t)flow_table_memsize(conf->flows_per_worker);
	return plan;
}

int memory_check(const struct dataplane_conf *conf, const struct memory_plan *plan)
{
	uint64_t need = plan->packets + plan->flows + plan->tables;

	if (need <= conf->memory)
		return 0;
	log_error(
		"dataplane.memory is %luM, but packet buffers need %luM, flow tables %luM and "
		"backend tables %luM: set it to at least %luM, or lower flows-per-worker or queues",
		conf->memory >> 20, (plan->packets >> 20) + 1, (plan->flows >> 20) + 1,
		plan->tables >> 20, (need >> 20) + 1);
	return -ENOMEM;
}

struct rte_mempool *memory_packets(const struct memory_plan *plan)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create("weir-packets", plan->mbufs,
		MEMORY_POOL_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);

	if (pool == NULL)
		log_error("no memory for %u packet buffers (%s): raise dataplane.memory",
			plan->mbufs, rte_strerror(rte_errno));
	return pool;
}
