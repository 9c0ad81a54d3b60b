/* SPDX-License-Identifier: BSD-3-Clause */
/* A full count of a flow table that is in use: exact, in small steps, by the thread that owns it.
 *
 *	bucket  0 .......... next .......... n_buckets
 *	        counted      | not yet
 *
 * A step counts the next buckets as they are. Between two steps the table lives on: an entry that
 * comes, goes, moves or changes its backend in the part that was counted is added to or taken from
 * the count at once, one in the other part is met later. So at the end the count is that of all
 * entries at that moment, although no moment was long. While nobody audits, an insert or a remove
 * pays one comparison for it.
 *
 * What it finds is independent of what the table believes: an entry that was overwritten or cleared
 * past flow_table_insert() and flow_table_remove() makes the two differ.
 */
#pragma once

#include "flow_table.h"

#define FLOW_AUDIT_BUCKETS 64u	/* per step: 4 KiB */
#define FLOW_AUDIT_SLOTS   256u /* likewise, once the buckets are counted */

/* The caller fills what stands first; the rest is the audit's. */
struct flow_audit {
	uint32_t *by_slot; /* room for @n_slots */
	uint32_t n_slots;

	uint32_t next;	      /* bucket */
	uint32_t next_slot;   /* to compare with its gauge */
	uint32_t wrong;	      /* slots whose gauge is not the number of entries that name it */
	uint32_t first_wrong; /* if @wrong > 0 */
	uint64_t entries;
	uint64_t stray; /* of them: of a slot >= @n_slots */
};

/* @a stays where it is until a step says that it was the last. An audit that was not finished is
 * forgotten.
 */
void flow_audit_start(struct flow_table *t, struct flow_audit *a);
/* 1: there is more to do. 0: done, and at this moment @a->entries are all there are. */
int flow_audit_step(struct flow_table *t, struct flow_audit *a);
