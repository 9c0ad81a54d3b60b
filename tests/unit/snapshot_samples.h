/* SPDX-License-Identifier: BSD-3-Clause */
/* Snapshots built from sample tables, in memory of exactly the size asked for. */
#pragma once

#include "blobs.h"
#include "snapshot.h"

struct sample {
	struct blob blob;
	struct pool *pools[BLOB_POOLS];
	void *mem;
	struct snapshot *snapshot;
};

/* @blob: a table that was accepted; NULL = the good one of blob_make(). */
void sample_make(struct sample *s, const struct blob *blob);
/* @n services, TCP port 80, each on a VIP of its own; checked by table_check(). */
void sample_make_wide(struct sample *s, uint32_t n);
struct weir_addr sample_wide_vip(uint32_t i);
void sample_free(struct sample *s);
