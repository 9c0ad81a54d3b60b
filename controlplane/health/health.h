/* SPDX-License-Identifier: BSD-3-Clause */
/* Health checks: libcurl multi in a child process without privileges. The parent sends targets and
 * receives results as fixed structs over a socket pair; the child can die and be started again
 * without any verdict changing. Targets that several pools name alike (address, port, type, times)
 * are probed once.
 *
 * A check that failed for a reason of our own (no descriptor, no port, a child that got no CPU) says
 * nothing about the backend: no result comes of it, and it is counted as `unknown`.
 */
#pragma once

#include <event2/event.h>

#include "conf.h"

#define HEALTH_MAX_TARGETS 16384

/* The first thing in main() of every program that calls health_new(): the child is this very
 * program, executed anew so that it inherits no memory (keys, tables) of the parent. Returns at once
 * in the parent; does not return in the child.
 */
void health_checker_main(int argc, char **argv);

struct health_target {
	uint32_t id; /* the caller's; comes back with each result */
	struct weir_addr addr;
	uint16_t port; /* check.port, if not 0, goes before it */
	struct conf_check check;
};

struct health_result {
	uint32_t id;
	int ok;
	uint32_t duration_us;
	char error[96]; /* one line for a person; empty if ok */
};

struct health; /* opaque */

/* @result: called from the event loop for each finished check of each target. It may call
 * health_targets(), not health_free(). NULL and errno on failure; ENOTSUP: health_checker_main() was
 * not called.
 */
struct health *health_new(struct event_base *base,
	void (*result)(void *arg, const struct health_result *r), void *arg);
void health_free(struct health *h);
/* Replace the set of targets; unchanged ones keep their rhythm. Targets of type NONE get no checks.
 * 0; -E2BIG, -EINVAL (a port, interval or timeout of 0) or -ENOMEM, and then the old set stays.
 */
int health_targets(struct health *h, const struct health_target *t, uint32_t n);

struct health_status {
	int running; /* the child lives */
	int pid;     /* of the child; 0 = none */
	uint32_t restarts;
	uint32_t probes;	   /* distinct targets */
	uint64_t checks, failures; /* finished; of them without success */
	uint64_t late;		   /* slots of a rhythm that passed without a check */
	uint64_t unknown;	   /* checks that failed for a reason of our own */
	char last_unknown[96];	   /* why, for the newest one; empty = never */
};
void health_status(const struct health *h, struct health_status *out);
