/* SPDX-License-Identifier: BSD-3-Clause */
/* From a checked blob to the table that the workers use.
 *
 *	blob -> table_check() -> pools (held ones are shared) -> snapshot -> one pointer
 *	                                                           old one -> grace -> freed
 *
 * A table is in use, and answered as applied, when every worker has let go of the one before.
 */
#pragma once

#include "grace.h"
#include "table_check.h"
#include "worker.h"

#define PUBLISH_BACKLOG 8u /* tables that wait for a worker to let go; more: refused, backlog */

/* Says that every worker uses @generation. @ticket: as given to publish_table(). */
struct publish_ticket {
	uint64_t region; /* which region it came from */
	uint64_t seq;
};
typedef void (*publish_applied)(void *arg, struct publish_ticket ticket, const struct table *t);

/* Main lcore: writes. Workers: load @table. */
struct publish {
	struct table *table;
	struct grace *grace;
	const struct table_limits *limits;
	publish_applied applied;
	void *arg;
};

/* What a worker holds for one turn, or NULL. */
static inline const struct table *publish_load(const struct publish *p)
{
	return __atomic_load_n(&p->table, __ATOMIC_ACQUIRE);
}

/* @blob: private memory, 8-byte aligned; the caller frees it. NONE: published, @p->applied follows. */
struct table_verdict publish_table(
	struct publish *p, const void *blob, uint64_t length, struct publish_ticket ticket);
/* Frees the table in use. No worker runs any more and nothing waits in the grace queue. */
void publish_free(struct publish *p);
