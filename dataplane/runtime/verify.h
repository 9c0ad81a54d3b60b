/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the accounts hold? Asked by the control plane, answered while everything runs: every worker
 * audits itself (audit.h), and when the last one is done the main lcore counts the packet buffers.
 *
 *	NONE --verify_ask()--> RUNNING --all workers are done, or the deadline--> answers, NONE
 */
#pragma once

#include <rte_mempool.h>

#include "lcore.h"
#include "weir_verify.h"

#define VERIFY_DEADLINE_NS (3 * CLOCK_S_NS)
#define VERIFY_STILL_NS	   CLOCK_S_NS

/* What buffers are where while nothing moves, and how many may be elsewhere: see ports.h. */
struct verify_buffers {
	uint64_t at_rest;
	uint32_t moving, slack;
	uint32_t blur; /* by which counting free buffers may be off while workers take and give */
};

/* Main lcore only. */
struct verify {
	struct lcore *const *workers;
	uint32_t n_workers;
	struct rte_mempool *pool; /* NULL: there are no buffers to count */
	void (*buffers)(void *arg, struct verify_buffers *out);
	void (*answer)(void *arg, const struct weir_msg *m); /* unsealed */
	void *buffers_arg, *answer_arg;

	uint64_t seq; /* 0 = nothing is asked */
	uint64_t region;
	uint64_t deadline_ns;
	uint32_t tries;	    /* left, if the buffers of a still worker are not all there */
	uint64_t rx, rx_ns; /* packets received so far, and since when there are no more */
};

/* A question that comes while one is open takes its place. @region: see struct publish_ticket. */
void verify_ask(struct verify *v, uint64_t seq, uint64_t region, uint64_t now_ns);
/* Once per turn. */
void verify_poll(struct verify *v, uint64_t now_ns);
