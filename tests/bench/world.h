/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker with all that belongs to it, driven burst by burst from the calling thread: flow table,
 * counters and tables in huge pages, the device of device.h as its only port.
 */
#pragma once

#include "batch.h"
#include "device.h"
#include "grace.h"
#include "publish.h"
#include "worker.h"

#define WORLD_BURST    32
#define WORLD_BACKENDS 100

/* The table: @n_vips services on TCP port 80, dealt to @n_pools pools of the same 100 backends. */
struct world_table {
	uint32_t family; /* of VIPs and backends */
	enum weir_forward forward;
	uint32_t n_vips, n_pools;
};

struct world {
	struct grace grace;
	struct table_limits limits;
	struct publish publish;
	struct worker w;
	struct batch batch;
	void *blob; /* of the last world_push() */
	uint64_t generation;
	/* Time by packets: each so many move it by one tick. 0 = the system's. */
	uint32_t packets_per_tick;
	uint64_t packets;
	uint32_t bursts_per_sweep; /* 0 = no sweeping */
	int established;	   /* the flow table is full of confirmed flows: see case_run.c */
};

/* Huge pages for @flows. 0 or -ENOMEM. */
int world_init(struct world *w, uint32_t max_flows);
/* An empty flow table of @flows entries; counters at zero. */
void world_reset(struct world *w, uint32_t flows);
/* Build and publish a table, through all checks. 0 or -errno, with a message. */
int world_push(struct world *w, const struct world_table *t);
/* The last table once more, under the next generation and without its rows, as a control plane sends
 * one in which a backend's state may have changed. From any thread.
 */
int world_push_again(struct world *w);

/* What a worker does in a turn: clock, table, receive, stages, send, account, sweep, quiescent. */
void world_turn(struct world *w);
/* The floor: receive, swap the MACs, send. */
void world_floor_turn(struct world *w);
