/* SPDX-License-Identifier: BSD-3-Clause */
/* EAL without huge pages, devices, files or privileges, and packets in its buffers. */
#pragma once

#include <rte_mbuf.h>

#include "diag.h"
#include "options.h"

struct mbufs {
	struct rte_mempool *pool;
	uint32_t n;
};

/* @table_bytes: of the largest table that the data plane will be offered. 0, or -errno and @d. */
int mbufs_start(
	struct mbufs *p, const struct options *o, uint64_t table_bytes, struct weir_diag *d);
void mbufs_stop(struct mbufs *p);
/* A packet in a chain as @o wants it, or NULL: cannot happen while no more than a burst is out. */
struct rte_mbuf *mbufs_make(
	struct mbufs *p, const struct options *o, const uint8_t *data, uint32_t len);
/* Buffers that are not in the pool. */
uint32_t mbufs_out(const struct mbufs *p);
