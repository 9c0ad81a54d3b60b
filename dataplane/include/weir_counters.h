/* SPDX-License-Identifier: BSD-3-Clause */
/* The counters region: a memfd that the data plane makes, writes and seals; the control plane maps
 * it read-only and never asks a worker anything. All counters are 64 bits, single writer, plain
 * stores, read with relaxed loads, and never reset while the process lives.
 *
 *	struct weir_counters_head
 *	struct weir_port_counters     [n_ports]
 *	then for each worker, at worker_offset + i * worker_stride:
 *		struct weir_worker_counters
 *		struct weir_backend_counters [WEIR_MAX_BACKENDS + 1]   index = slot
 *		struct weir_service_counters [WEIR_MAX_SERVICES]       index = service slot
 *
 * The region is sparse: pages of slots that were never used cost no memory.
 */
#pragma once

#include <stdint.h>

#include "weir_drop.h"
#include "weir_table.h"

#define WEIR_COUNTERS_MAGIC 0x746e6377u /* "wcnt" */
#define WEIR_COUNTERS_ABI   2u
#define WEIR_MAX_WORKERS    64u
#define WEIR_NAME_MAX	    64u /* bytes of a name, terminating zero included */

/* Main lcore: writes. Control plane: reads. */
struct weir_counters_head {
	uint32_t magic;
	uint32_t abi;
	uint64_t length;   /* bytes of the region */
	uint64_t instance; /* random, another one for each start of the data plane */
	uint64_t tsc_hz;
	uint64_t start_ns; /* CLOCK_MONOTONIC at start */
	uint32_t n_workers;
	uint32_t n_ports;
	uint64_t worker_offset;
	uint64_t worker_stride;
	uint64_t ports_open;	 /* 1 once every port is open and the workers run */
	uint64_t generation;	 /* of the table in use; 0 = none yet */
	uint64_t table_checksum; /* `content` of the table in use */
	uint64_t applied;	 /* tables taken since start */
	uint64_t refused[WEIR_REFUSAL__COUNT];
	uint64_t mbufs_total; /* of the packet pools */
	uint64_t mbufs_free;  /* refreshed each second by the main lcore */
};

/* Main lcore: writes each 100 ms from the driver's statistics. Control plane: reads. */
struct weir_port_counters {
	char name[WEIR_NAME_MAX];      /* key of the port in the configuration */
	char interface[WEIR_NAME_MAX]; /* kernel interface, or the DPDK device */
	uint64_t link_up;	       /* 0 or 1 */
	uint64_t rx_packets, tx_packets;
	uint64_t rx_bytes, tx_bytes;
	uint64_t rx_missed; /* lost before a worker saw them: rings overflowed */
	uint64_t rx_nombuf;
	uint64_t rx_errors, tx_errors;
};

/* Worker: writes. Control plane: reads.
 * INV-1: rx_packets == forwarded + replied + sum of drops, exactly, whenever the worker is between
 * two bursts.
 */
struct weir_worker_counters {
	_Alignas(64) uint64_t loops; /* turns of the main loop */
	uint64_t beat_ns;	     /* CLOCK_MONOTONIC_COARSE of the last turn */
	uint64_t generation;	     /* table held at the last turn */
	uint64_t lcore;
	uint64_t cycles_busy; /* TSC cycles in turns that received something */
	uint64_t cycles_idle;
	uint64_t gap_max_cycles; /* longest turn so far */
	uint64_t rx_packets, rx_bytes;
	uint64_t forwarded_packets, forwarded_bytes; /* bytes as received, without encapsulation */
	uint64_t replied_packets;
	uint64_t flow_capacity;
	uint64_t flow_live; /* entries in the table now */
	uint64_t flow_inserts;
	uint64_t flow_removes; /* flow_inserts - flow_removes == flow_live */
	uint64_t flow_expired; /* of the removes: by age */
	uint64_t flow_evicted; /* of the removes: an embryonic one made room */
	uint64_t flow_full;    /* inserts refused: forwarded by hash */
	uint64_t flow_hits;
	uint64_t flow_misses;
	uint64_t drops[WEIR_DROP__COUNT];
};

/* Worker: writes. Control plane: reads. One line of half a cache line per backend. */
struct weir_backend_counters {
	uint64_t packets;   /* forwarded to it */
	uint64_t bytes;	    /* as received, without encapsulation */
	uint64_t new_flows; /* entries made for it */
	uint64_t flows;	    /* entries that name it now (a gauge) */
};

struct weir_service_counters {
	uint64_t packets; /* forwarded */
	uint64_t bytes;
	uint64_t new_flows;
	uint64_t drops; /* of packets that had reached this service */
};
