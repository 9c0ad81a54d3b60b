// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>

#include "alloc.h"
#include "grace.h"

int grace_init(struct grace *g, uint32_t n_workers)
{
	*g = (struct grace){.qs = alloc_zeroed("grace", rte_rcu_qsbr_get_memsize(n_workers))};
	if (g->qs == NULL)
		return -ENOMEM;
	if (rte_rcu_qsbr_init(g->qs, n_workers) != 0) {
		alloc_free(g->qs);
		return -ENOMEM;
	}
	return 0;
}

void grace_free(struct grace *g)
{
	alloc_free(g->qs);
	g->qs = NULL;
}

void grace_add(struct grace *g, grace_fn done, void *arg)
{
	struct grace_item *i = &g->item[g->head % GRACE_MAX];

	i->token = rte_rcu_qsbr_start(g->qs);
	i->done = done;
	i->arg = arg;
	g->head++;
}

void grace_poll(struct grace *g)
{
	while (grace_waiting(g) > 0) {
		struct grace_item i = g->item[g->tail % GRACE_MAX];

		if (rte_rcu_qsbr_check(g->qs, i.token, false) != 1)
			return;
		g->tail++;
		i.done(i.arg);
	}
}
