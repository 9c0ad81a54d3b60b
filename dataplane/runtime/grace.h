/* SPDX-License-Identifier: BSD-3-Clause */
/* What must wait until every worker has passed a quiescent state. The main lcore asks now and then
 * and never blocks, so a stopped worker delays only what waits here, and the queue is bounded.
 */
#pragma once

#include <stdint.h>

#include <rte_rcu_qsbr.h>

#define GRACE_MAX 16

typedef void (*grace_fn)(void *arg);

struct grace_item {
	uint64_t token;
	grace_fn done;
	void *arg;
};

/* Main lcore only, but for @qs. Items end in the order in which they came. */
struct grace {
	struct rte_rcu_qsbr *qs;
	uint32_t head, tail; /* rise for ever */
	struct grace_item item[GRACE_MAX];
};

/* Room for @n_workers threads, numbered from 0. 0 or -ENOMEM. */
int grace_init(struct grace *g, uint32_t n_workers);
void grace_free(struct grace *g);

static inline uint32_t grace_waiting(const struct grace *g)
{
	return g->head - g->tail;
}

static inline int grace_has_room(const struct grace *g)
{
	return grace_waiting(g) < GRACE_MAX;
}

/* Call @done once nobody holds what was unpublished before this call. The caller has seen that there
 * is room, before it unpublished anything.
 */
void grace_add(struct grace *g, grace_fn done, void *arg);
/* End what can be ended now. */
void grace_poll(struct grace *g);
