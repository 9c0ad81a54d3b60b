/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "lane.h"

#define SWEEP_ROUND_NS (45 * CLOCK_S_NS)	     /* as a worker's */
#define SWEEP_LEAP_NS  (30 * 24 * 3600 * CLOCK_S_NS) /* less than half a turn of flow_time */

/* Fixed: the same capture gives the same verdicts. Nobody aims at a bucket of ours. */
static const uint64_t flow_secret[2] = {0x7765697220666c6f, 0x7773206f6e6c7921};
static const uint64_t rate_key[2] = {0x7765697220726174, 0x6573206f6e6c7921};

static void *zeroed(size_t size)
{
	size_t whole = (size + 63) / 64 * 64;
	void *mem = aligned_alloc(64, whole);

	return mem == NULL ? NULL : memset(mem, 0, whole);
}

static int make_flows(struct worker *w, uint32_t capacity)
{
	void *mem = zeroed(flow_table_memsize(capacity));

	w->count = zeroed(sizeof(*w->count));
	w->backends = zeroed((WEIR_MAX_BACKENDS + 1) * sizeof(*w->backends));
	w->services = zeroed(WEIR_MAX_SERVICES * sizeof(*w->services));
	if (mem == NULL || w->count == NULL || w->backends == NULL || w->services == NULL) {
		free(mem);
		return -ENOMEM;
	}
	w->flows = flow_table_init(
		mem, capacity, flow_secret, &w->backends[0].flows, sizeof(w->backends[0]));
	return 0;
}

static uint64_t mac_number(const uint8_t mac[6])
{
	uint64_t n = 0;

	for (int i = 0; i < 6; i++)
		n = n << 8 | mac[i];
	return n;
}

static void set_ports(struct worker *w, const struct hops *hops)
{
	w->n_ports = hops->n_ports;
	for (uint32_t i = 0; i < hops->n_ports; i++)
		w->port[i] = (struct worker_port){
			.mac = mac_number(hops->port[i].mac),
			.max_frame = hops->port[i].mtu + 18, // Ethernet header and one tag
			.open = 1,
		};
}

static void set_rates(struct worker *w, const struct dataplane_conf *conf)
{
	const struct rates_conf rates = {
		.echo_per_s = conf->icmp_echo_rate,
		.error_per_s = conf->icmp_error_rate,
		.source_per_s = conf->icmp_source_rate,
	};

	rates_init(&w->rates, &rates, rate_key);
}

static void introduce(struct lanes *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		l->flows[i] = l->lane[i].w.flows;
	for (uint32_t i = 0; i < l->n; i++) {
		l->lane[i].w.peers = l->flows;
		l->lane[i].w.n_peers = l->n;
	}
}

int lanes_init(struct lanes *l, uint32_t n, const struct dataplane_conf *conf,
	const struct hops *hops, struct weir_diag *d)
{
	l->lane = zeroed(n * sizeof(*l->lane));
	l->flows = calloc(n, sizeof(*l->flows));
	for (l->n = 0; l->lane != NULL && l->flows != NULL && l->n < n; l->n++) {
		struct worker *w = &l->lane[l->n].w;

		if (make_flows(w, conf->flows_per_worker) != 0)
			break;
		set_ports(w, hops);
		set_rates(w, conf);
	}
	if (l->n == n) {
		introduce(l);
		return 0;
	}
	diag_error(d, conf->file, 0,
		"no memory for %u workers of %u flows: lower dataplane.flows-per-worker", n,
		conf->flows_per_worker);
	l->n = l->lane == NULL ? 0 : n; // the rest is zero
	return -ENOMEM;
}

void lanes_free(struct lanes *l)
{
	for (uint32_t i = 0; i < l->n; i++) {
		free(l->lane[i].w.flows);
		free(l->lane[i].w.count);
		free(l->lane[i].w.backends);
		free(l->lane[i].w.services);
	}
	free(l->lane);
	free(l->flows);
}

/* Between two packets of a capture a worker would have swept its table many times. The result is the
 * same if it is done once, but for leaps in which flow_time goes round.
 */
static void sweep(struct lane *l, uint64_t now_ns)
{
	struct flow_table *t = l->w.flows;
	uint32_t buckets = (uint32_t)(flow_table_stats(t)->capacity / 4);

	if (!l->is_started)
		l->swept_ns = now_ns;
	l->is_started = 1;
	while (now_ns - l->swept_ns >= SWEEP_ROUND_NS) {
		uint64_t left = now_ns - l->swept_ns;

		l->swept_ns += left < SWEEP_LEAP_NS ? left : SWEEP_LEAP_NS;
		flow_table_sweep(t, clock_flow_time(l->swept_ns), buckets);
	}
}

void lanes_set(struct lanes *l, const struct table *t, uint64_t now_ns)
{
	for (uint32_t i = 0; i < l->n; i++) {
		struct worker *w = &l->lane[i].w;

		w->table = t;
		w->now_ns = now_ns;
		w->now = clock_flow_time(now_ns);
		sweep(&l->lane[i], now_ns);
	}
}

void lane_run(struct lane *l)
{
	stages_run(&l->w, &l->b);
	stage_account(&l->w, &l->b);
}
