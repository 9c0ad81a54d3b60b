/* SPDX-License-Identifier: BSD-3-Clause */
/* One simulated worker: what the runtime keeps for a thread, without the thread. */
#pragma once

#include "diag.h"
#include "hops.h"
#include "stages.h"

struct lane {
	struct worker w;
	struct batch b;
	uint64_t swept_ns; /* when its flow table was last looked through */
	int is_started;	   /* swept_ns is valid */
};

struct lanes {
	uint32_t n;
	struct lane *lane;
	const struct flow_table **flows;
};

/* 0 or -ENOMEM, which has been said. @l: zero. */
int lanes_init(struct lanes *l, uint32_t n, const struct dataplane_conf *conf,
	const struct hops *hops, struct weir_diag *d);
void lanes_free(struct lanes *l);

/* The burst that follows is judged with @t, at @now_ns, which does not go back. */
void lanes_set(struct lanes *l, const struct table *t, uint64_t now_ns);
/* Runs what stands in the batch of @l through the stages and accounts for it. The mbufs stay. */
void lane_run(struct lane *l);

/* Do the numbers add up? Each breach is said. 0 or -EIO. */
int lanes_check(const struct lanes *l, struct weir_diag *d);
