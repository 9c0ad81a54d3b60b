/* SPDX-License-Identifier: BSD-3-Clause */
/* Health checks: libcurl multi in a child process without privileges. The parent sends targets and
 * receives results as fixed structs over pipes; the child can die and be started again without any
 * verdict changing. Targets that several pools name alike (address, port, type, times) are probed
 * once.
 */
#pragma once

#include <event2/event.h>

#include "conf.h"

#define HEALTH_MAX_TARGETS 16384

struct health_target {
	uint32_t id;             /* the caller's; comes back with each result */
	struct weir_addr addr;
	uint16_t port;
	struct conf_check check;
};

struct health_result {
	uint32_t id;
	int ok;
	uint32_t duration_us;
	char error[96];          /* one line for a person; empty if ok */
};

struct health; /* opaque */

/* @result: called from the event loop for each finished check of each target. */
struct health *health_new(struct event_base *base,
	void (*result)(void *arg, const struct health_result *r), void *arg);
void health_free(struct health *h);
/* Replace the set of targets; unchanged ones keep their rhythm. */
int health_targets(struct health *h, const struct health_target *t, uint32_t n);

struct health_status {
	int running;             /* the child lives */
	uint32_t restarts;
	uint64_t checks, failures, late;
};
void health_status(const struct health *h, struct health_status *out);
