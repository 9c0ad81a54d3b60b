/* SPDX-License-Identifier: BSD-3-Clause */
/* From a destination address to the services on it.
 *
 *	address --hash--> { vip, first, n } --> services[first .. first + n)   sorted by (proto, port)
 *
 * One structure answers "is this a VIP", exact ports and port ranges: ranges of a VIP and protocol do
 * not overlap, so the last one that begins at or before the port is the only candidate. If it does not
 * reach the port, the fallback does, which stands first. A VIP with one service costs one probe and one
 * comparison.
 *
 * Open addressing with linear probing, at most half full, filled once, no deletions. The slot depends
 * on the cluster key: whoever sends packets cannot aim at a long run.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "weir_addr.h"
#include "weir_table.h"

struct vip_entry {
	struct weir_addr vip;
	uint32_t first; /* service */
	uint32_t n;	/* services; 0 = free entry */
	uint32_t
		fragments; /* those that forward fragments: the first one's place behind `first`, + 1;
			     * 0 = none */
	uint32_t pad;	   /* two entries in a cache line, none across two */
};
_Static_assert(sizeof(struct vip_entry) == 32, "VIP entry: half a cache line");

struct vip_index {
	struct vip_entry *entries;
	uint32_t mask;
	uint64_t key[2];
};

/* Entries for @n sorted services: a power of two. */
uint32_t vip_index_slots(const struct weir_table_service *services, uint32_t n);

/* @mem: @slots x sizeof(struct vip_entry) bytes, aligned to 64. */
void vip_index_init(struct vip_index *index, void *mem, uint32_t slots, const uint64_t key[2]);
void vip_index_fill(struct vip_index *index, const struct weir_table_service *services, uint32_t n);

/* NULL if @addr is no VIP. */
const struct vip_entry *vip_index_find(const struct vip_index *index, const struct weir_addr *addr);
