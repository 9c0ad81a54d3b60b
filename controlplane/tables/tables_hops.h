/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside tables/ only: next hops, each distinct one once. */
#pragma once

#include "model.h"

#define TABLES_HOP_HASH 32768u /* a power of two, twice the most next hops there can be */

struct tables_hops {
	struct weir_table_next_hop hop[WEIR_MAX_NEXT_HOPS];
	uint32_t n;
	uint16_t index[TABLES_HOP_HASH]; /* of a hop + 1; 0 = free */
};

/* Index of the next hop of @b; added if no earlier backend had it. */
uint32_t tables_hops_add(struct tables_hops *h, const struct model_backend *b);
