/* SPDX-License-Identifier: BSD-3-Clause */
/* A control plane that lies: the parts that its test program is made of. */
#pragma once

#include <stdint.h>

#include "weir_counters.h"
#include "weir_link.h"
#include "weir_ring.h"
#include "weir_table.h"

/* A small good table, laid out as a struct so that a test can spoil any field. */
#define ROGUE_ROWS 251
struct rogue_table {
	struct weir_table_head head;
	struct weir_table_service service;
	struct weir_table_pool pool;
	struct weir_table_backend backend[2];
	struct weir_table_next_hop hop;
	uint32_t rows[ROGUE_ROWS + 1];
};

void rogue_table_good(struct rogue_table *t, uint64_t generation);
/* Put the checksums right again after a field was spoilt. */
void rogue_table_seal(struct rogue_table *t);

/* The link to one data plane. */
struct rogue_link {
	int conn;
	struct weir_region *region;
	struct weir_ring_end command, reply;
	const struct weir_counters_head *counters;
	struct weir_hello hello;
	uint64_t seq;
};

/* Listen on @path, take one data plane, hand it a region. 0 or -errno. */
int rogue_accept(struct rogue_link *l, const char *path);
void rogue_close(struct rogue_link *l);

/* Copy @t into the blob area and send it; @m may be spoilt by the caller before rogue_send(). */
void rogue_push_prepare(struct rogue_link *l, const struct rogue_table *t, struct weir_msg *m);
void rogue_send(struct rogue_link *l, struct weir_msg *m);
/* Wait up to 3 s for an answer. 0 or -ETIMEDOUT. */
int rogue_answer(struct rogue_link *l, struct weir_msg *m);
