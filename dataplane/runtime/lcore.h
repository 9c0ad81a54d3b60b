/* SPDX-License-Identifier: BSD-3-Clause */
/* The thread of a worker: run to completion over its own queues, for ever.
 *
 *	turn:  clock, table > [ rx > stages > tx > account ] per queue > sweep > beat > quiescent
 *
 * It logs, allocates and locks nothing. Its only system calls are the driver's, the short sleep of
 * idle = "backoff", and an errand.
 */
#pragma once

#include <linux/types.h>

#include "../../bpf/weir_abi.h"
#include "audit.h"
#include "batch.h"
#include "publish.h"
#include "worker.h"

#define LCORE_MAX_QUEUES 64
#define LCORE_BURST	 32

/* A receive queue of this worker. */
struct lcore_queue {
	uint16_t ethdev;
	uint16_t queue;
	uint16_t port; /* index in the configuration */
	uint16_t beat; /* receive queue of the port, which names its heartbeat */
};

/* The heartbeats that this worker writes: beat[i] belongs to queue[i], or is NULL. Main lcore: makes,
 * swaps, frees after a grace period; raises n after it has filled the element.
 */
struct lcore_beats {
	uint32_t n;
	struct weir_beat *beat[LCORE_MAX_QUEUES];
};

/* What all workers share. Main lcore: writes. */
struct lcore_shared {
	struct publish *publish;
	struct rte_rcu_qsbr *qs;
	uint64_t limit_ns;     /* freshness limit of a heartbeat */
	uint64_t doubt_cycles; /* a longer turn makes a worker doubt its table */
	uint64_t
		main_turn_ns; /* start of the main lcore's last turn that emptied the command ring */
	int backoff;
	int stop;
};

struct lcore {
	struct worker w;
	uint32_t index;
	const struct lcore_shared *shared;
	uint32_t n_queues; /* main lcore: raises it after it has filled the element */
	struct lcore_queue queue[LCORE_MAX_QUEUES];
	struct lcore_beats *beats; /* main lcore: swaps */
	/* Main lcore: sets it; the worker calls it once, between two turns, and clears it. */
	void (*errand)(void);

	/* the worker's own */
	uint64_t turn_tsc;	/* start of this turn */
	uint64_t now_ns;	/* CLOCK_MONOTONIC_COARSE of this turn */
	uint64_t beat_ns;	/* of the last heartbeat */
	uint64_t doubt_ns;	/* it woke from a long gap then; 0 = no doubt about the table */
	uint64_t sweep_ns;	/* next time to sweep */
	uint64_t sweep_step_ns; /* from one sweep to the next */
	uint32_t empty_turns;	/* in a row */
	struct batch batch;

	struct audit audit;
};

/* Runs until @shared->stop. @arg: struct lcore. Called through rte_eal_remote_launch(). */
int lcore_main(void *arg);
/* One turn; @return packets received. For tests, and for lcore_main(). */
uint32_t lcore_turn(struct lcore *l);

/* The number of turns without a packet before a worker with idle = "backoff" sleeps, and for how
 * long: grows from the first to the second.
 */
#define LCORE_EMPTY_TURNS  64
#define LCORE_SLEEP_MIN_US 50
#define LCORE_SLEEP_MAX_US 200
