/* SPDX-License-Identifier: BSD-3-Clause */
/* What dataplane.memory is spent on: packet buffers, flow tables, and room for backend tables. */
#pragma once

#include <stdint.h>

#include <rte_mempool.h>

#include "batch.h"
#include "dataplane_conf.h"

#define MEMORY_POOL_CACHE 256u

/* Its cache, and the burst in hand. */
#define MEMORY_MBUFS_PER_WORKER (2 * MEMORY_POOL_CACHE + 2 * BATCH_MAX)

struct memory_plan {
	uint32_t mbufs;
	uint64_t packets; /* bytes */
	uint64_t flows;	  /* bytes, of all workers */
	uint64_t tables;  /* bytes kept free for backend tables */
};

struct memory_plan memory_plan(const struct dataplane_conf *conf, uint32_t n_workers);
/* 0, or -ENOMEM with a sentence that says how much is needed for what. */
int memory_check(const struct dataplane_conf *conf, const struct memory_plan *plan);
/* The packet pool of all ports. NULL with a logged sentence. */
struct rte_mempool *memory_packets(const struct memory_plan *plan);
