// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>

#include <rte_ethdev.h>

#include "alloc.h"
#include "clock.h"
#include "stages.h"
#include "tx.h"
#include "world.h"

#define MBUFS	      4095
#define MBUF_CACHE    256
#define MAX_FRAME     1518
#define SWEEP_BUCKETS 8 /* as a worker does */

static void applied(void *arg, struct publish_ticket ticket, const struct table *t)
{
}

static void allow_all(struct table_limits *l)
{
	*l = (struct table_limits){.n_vips = 1, .n_backends = 1, .n_ports = 1};
}

static int init_counters(struct worker *w)
{
	w->count = alloc_zeroed("count", sizeof(*w->count));
	w->backends = alloc_zeroed("be", sizeof(*w->backends) * (WEIR_MAX_BACKENDS + 1));
	w->services = alloc_zeroed("svc", sizeof(*w->services) * WEIR_MAX_SERVICES);
	return w->count == NULL || w->backends == NULL || w->services == NULL ? -ENOMEM : 0;
}

int world_init(struct world *w, uint32_t max_flows)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create(
		"bench", MBUFS, MBUF_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);

	w->w.flows = alloc_zeroed("flows", flow_table_memsize(max_flows));
	if (pool == NULL || w->w.flows == NULL || init_counters(&w->w) != 0 ||
		grace_init(&w->grace, 1) != 0)
		return -ENOMEM;
	allow_all(&w->limits);
	w->publish = (struct publish){.grace = &w->grace, .limits = &w->limits, .applied = applied};
	w->w.n_ports = 1;
	w->w.port[0] = (struct worker_port){.mac = DEVICE_MAC, .max_frame = MAX_FRAME, .open = 1};
	rte_rcu_qsbr_thread_register(w->grace.qs, 0);
	rte_rcu_qsbr_thread_online(w->grace.qs, 0);
	device_open(pool);
	return 0;
}

void world_reset(struct world *w, uint32_t flows)
{
	static const uint64_t secret[2] = {0x9b2c5d3e4f607182, 0x1f2e3d4c5b6a7988};

	memset(w->w.count, 0, sizeof(*w->w.count));
	memset(w->w.backends, 0, sizeof(*w->w.backends) * (WEIR_MAX_BACKENDS + 1));
	memset(w->w.services, 0, sizeof(*w->w.services) * WEIR_MAX_SERVICES);
	flow_table_init(
		w->w.flows, flows, secret, &w->w.backends[0].flows, sizeof(w->w.backends[0]));
	w->packets_per_tick = 0;
	w->bursts_per_sweep = 0;
}

static void take_time(struct world *w)
{
	w->w.now_ns = clock_coarse_ns();
	w->w.now = clock_flow_time(w->w.now_ns);
	if (w->packets_per_tick != 0)
		w->w.now = (flow_time)(w->packets / w->packets_per_tick) & FLOW_TIME_MASK;
}

static void run_burst(struct world *w, uint16_t n)
{
	struct batch *b = &w->batch;

	b->port = 0;
	batch_start(b, n);
	stages_run(&w->w, b);
	tx_batch(&w->w, b);
	tx_free_dropped(b);
	stage_account(&w->w, b);
	w->packets += n;
}

void world_turn(struct world *w)
{
	uint16_t n;

	take_time(w);
	w->w.table = publish_load(&w->publish);
	n = rte_eth_rx_burst(0, 0, w->batch.mbuf, WORLD_BURST);
	run_burst(w, n);
	if (w->bursts_per_sweep != 0 && w->packets / WORLD_BURST % w->bursts_per_sweep == 0)
		flow_table_sweep(w->w.flows, w->w.now, SWEEP_BUCKETS);
	rte_rcu_qsbr_quiescent(w->grace.qs, 0);
}

static void swap_macs(struct rte_mbuf *m)
{
	struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	struct rte_ether_addr dst = eth->dst_addr;

	eth->dst_addr = eth->src_addr;
	eth->src_addr = dst;
}

void world_floor_turn(struct world *w)
{
	struct rte_mbuf **mbuf = w->batch.mbuf;
	uint16_t n = rte_eth_rx_burst(0, 0, mbuf, WORLD_BURST);

	for (uint16_t i = 0; i < n; i++)
		swap_macs(mbuf[i]);
	rte_eth_tx_burst(0, 0, mbuf, n);
}
