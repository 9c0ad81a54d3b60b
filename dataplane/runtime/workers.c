// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <rte_launch.h>

#include "alloc.h"
#include "clock.h"
#include "eal.h"
#include "log.h"
#include "workers.h"

#define CALL_TIMEOUT_NS (2 * CLOCK_S_NS)

static struct flow_table *make_flows(uint32_t capacity, struct weir_backend_counters *backends)
{
	uint64_t secret[2];
	void *mem = alloc_zeroed("flows", flow_table_memsize(capacity));

	if (mem == NULL || getrandom(secret, sizeof(secret), 0) != sizeof(secret)) {
		alloc_free(mem);
		return NULL;
	}
	return flow_table_init(mem, capacity, secret, &backends[0].flows, sizeof(backends[0]));
}

/* A key of its own for each worker: it says nothing about the others' or the flow table's. */
static int make_rates(struct rates *r, const struct dataplane_conf *conf)
{
	const struct rates_conf rates = {
		.echo_per_s = conf->icmp_echo_rate,
		.error_per_s = conf->icmp_error_rate,
		.source_per_s = conf->icmp_source_rate,
	};
	uint64_t key[2];

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return -EIO;
	rates_init(r, &rates, key);
	return 0;
}

static struct lcore *make_lcore(struct workers *ws, const struct dataplane_conf *conf, uint32_t i,
	const struct counters *counters)
{
	struct lcore *l = alloc_zeroed("worker", sizeof(*l));

	if (l == NULL)
		return NULL;
	l->index = i;
	l->shared = &ws->shared;
	l->w.count = counters_worker(counters, i);
	l->w.backends = counters_backends(counters, i);
	l->w.services = counters_services(counters, i);
	l->w.n_ports = conf->n_ports;
	l->w.flows = make_flows(conf->flows_per_worker, l->w.backends);
	if (l->w.flows != NULL && make_rates(&l->w.rates, conf) == 0)
		return l;
	alloc_free(l->w.flows);
	alloc_free(l);
	return NULL;
}

/* Workers may look into each other's tables: they live as long as all of them. */
static void introduce(struct workers *ws)
{
	for (uint32_t i = 0; i < ws->n; i++)
		ws->flows[i] = ws->lcore[i]->w.flows;
	for (uint32_t i = 0; i < ws->n; i++) {
		ws->lcore[i]->w.peers = ws->flows;
		ws->lcore[i]->w.n_peers = ws->n;
	}
}

int workers_init(struct workers *ws, const struct dataplane_conf *conf, uint32_t n,
	const struct counters *counters)
{
	for (ws->n = 0; ws->n < n; ws->n++) {
		ws->lcore[ws->n] = make_lcore(ws, conf, ws->n, counters);
		if (ws->lcore[ws->n] == NULL) {
			log_error("no memory for the flow table of worker %u (%u flows, %zu MB): "
				  "raise "
				  "dataplane.memory or lower flows-per-worker",
				ws->n, conf->flows_per_worker,
				flow_table_memsize(conf->flows_per_worker) >> 20);
			workers_free(ws);
			return -ENOMEM;
		}
	}
	introduce(ws);
	return 0;
}

int workers_start(struct workers *ws)
{
	for (uint32_t i = 0; i < ws->n; i++) {
		int err = rte_eal_remote_launch(lcore_main, ws->lcore[i], eal_worker_lcore(i));

		if (err != 0) {
			log_error("cannot start worker %u: %s", i, strerror(-err));
			return err;
		}
	}
	return 0;
}

static int is_called(const struct workers *ws)
{
	for (uint32_t i = 0; i < ws->n; i++)
		if (__atomic_load_n(&ws->lcore[i]->errand, __ATOMIC_ACQUIRE) != NULL)
			return 0;
	return 1;
}

int workers_call(struct workers *ws, void (*fn)(void))
{
	uint64_t end = clock_now_ns() + CALL_TIMEOUT_NS;

	for (uint32_t i = 0; i < ws->n; i++)
		__atomic_store_n(&ws->lcore[i]->errand, fn, __ATOMIC_RELEASE);
	while (!is_called(ws)) {
		if (clock_now_ns() > end)
			return -ETIME;
		usleep(1000);
	}
	return 0;
}

void workers_stop(struct workers *ws)
{
	__atomic_store_n(&ws->shared.stop, 1, __ATOMIC_RELAXED);
	rte_eal_mp_wait_lcore();
}

void workers_free(struct workers *ws)
{
	for (uint32_t i = 0; i < ws->n; i++) {
		alloc_free(ws->lcore[i]->w.flows);
		alloc_free(ws->lcore[i]);
	}
	ws->n = 0;
}
