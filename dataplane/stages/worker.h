/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker as the stages see it. Everything here belongs to one worker thread; the runtime fills it
 * and refreshes what stands under "of this burst" before it calls the stages.
 */
#pragma once

#include <stdint.h>

#include "flow_table.h"
#include "rate.h"
#include "snapshot.h"
#include "weir_counters.h"

#define TABLE_VLAN_WORDS (4096 / 64)

/* What a worker loads once per burst: an immutable snapshot, and what follows from its next hops.
 * Main lcore: builds and frees. Workers: read.
 */
struct table {
	const struct snapshot *snap;
	uint64_t generation;
	uint64_t content;		  /* see weir_table_head */
	uint64_t vlans[TABLE_VLAN_WORDS]; /* ids that a next hop uses: frames may come tagged so */
};

static inline int table_has_vlan(const struct table *t, uint16_t id)
{
	return (t->vlans[id / 64 % TABLE_VLAN_WORDS] >> (id % 64) & 1) != 0;
}

/* A port on the way in and out. */
struct worker_port {
	uint64_t mac;	    /* as struct parsed has MACs */
	uint32_t max_frame; /* bytes; longer ones are l2_long */
	uint16_t ethdev;    /* where this worker transmits */
	uint16_t txq;
	uint8_t open; /* 0: ethdev and txq are not valid */
};

struct worker {
	/* of this burst */
	const struct table *table; /* NULL before the first one came */
	flow_time now;
	uint64_t now_ns; /* the same clock in full, for the rates */

	/* for ever */
	struct flow_table *flows;
	const struct flow_table *const *peers; /* flow tables of all workers: only to peek at */
	uint32_t n_peers;		       /* 0 = there is no other */
	struct weir_worker_counters *count;
	struct weir_backend_counters *backends; /* by slot */
	struct weir_service_counters *services; /* by service slot */
	struct worker_port port[WEIR_MAX_PORTS];
	uint32_t n_ports;
	struct rates rates; /* of ICMP that it sends; zero = none */
};
