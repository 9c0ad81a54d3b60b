// SPDX-License-Identifier: BSD-3-Clause
#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "audit.h"
#include "lcore.h"

void audit_ask(struct audit *a)
{
	if (audit_state(a) != AUDIT_ASKED)
		__atomic_store_n(&a->state, AUDIT_ASKED, __ATOMIC_RELEASE);
}

/* A burst of none: net_af_xdp looks at its completion ring only when something is sent, so what was
 * sent last would stay there for as long as nothing follows.
 */
static void take_back_sent(struct lcore *l)
{
	struct rte_mbuf *none[1];

	for (uint32_t i = 0; i < l->w.n_ports; i++) {
		const struct worker_port *p = &l->w.port[i];

		if (__atomic_load_n(&p->open, __ATOMIC_ACQUIRE))
			rte_eth_tx_burst(p->ethdev, p->txq, none, 0);
	}
}

static void begin(struct lcore *l)
{
	struct audit *a = &l->audit;

	take_back_sent(l);
	a->flow.by_slot = a->by_slot;
	a->flow.n_slots = WEIR_MAX_BACKENDS + 1;
	flow_audit_start(l->w.flows, &a->flow);
	a->going_on = 1;
}

static void copy_packets(const struct weir_worker_counters *c, struct weir_verify_packets *out)
{
	*out = (struct weir_verify_packets){
		.rx = c->rx_packets,
		.forwarded = c->forwarded_packets,
		.replied = c->replied_packets,
	};
	for (int i = 0; i < WEIR_DROP__COUNT; i++)
		out->dropped += c->drops[i];
}

static void copy_flows(
	const struct flow_stats *s, const struct flow_audit *a, struct weir_verify_flows *out)
{
	*out = (struct weir_verify_flows){
		.inserts = s->inserts,
		.removes = s->removes,
		.live = s->live,
		.counted = a->entries,
		.wrong = a->wrong + (a->stray > 0),
		.first_wrong = a->wrong > 0 ? a->first_wrong : UINT32_MAX,
	};
}

static void finish(struct lcore *l)
{
	struct audit *a = &l->audit;

	copy_packets(l->w.count, &a->packets);
	copy_flows(flow_table_stats(l->w.flows), &a->flow, &a->flows);
	take_back_sent(l);
	a->going_on = 0;
	__atomic_store_n(&a->state, AUDIT_DONE, __ATOMIC_RELEASE);
}

void audit_step(struct lcore *l, uint32_t received)
{
	uint64_t us = rte_get_tsc_hz() / 1000000, start = rte_rdtsc();
	uint64_t budget = us * (received > 0 ? AUDIT_BUSY_US : AUDIT_IDLE_US);

	if (!l->audit.going_on) {
		begin(l);
		return;
	}
	while (flow_audit_step(l->w.flows, &l->audit.flow))
		if (rte_rdtsc() - start >= budget)
			return;
	finish(l);
}
