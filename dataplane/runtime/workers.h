/* SPDX-License-Identifier: BSD-3-Clause */
/* All workers: made before the ports, running until the end. */
#pragma once

#include "counters.h"
#include "dataplane_conf.h"
#include "grace.h"
#include "lcore.h"

struct workers {
	uint32_t n;
	struct lcore *lcore[WEIR_MAX_WORKERS];
	const struct flow_table *flows[WEIR_MAX_WORKERS]; /* of each, for the others to peek at */
	struct lcore_shared shared;
};

/* Flow tables, counters and threads' data. 0 or -errno with a logged sentence. */
int workers_init(struct workers *ws, const struct dataplane_conf *conf, uint32_t n,
	const struct counters *counters);
/* @ws->shared is filled. 0 or -errno. */
int workers_start(struct workers *ws);
/* Have each worker call @fn on its thread, and wait for it: 0, or -ETIME after two seconds. */
int workers_call(struct workers *ws, void (*fn)(void));
void workers_stop(struct workers *ws);
void workers_free(struct workers *ws);
