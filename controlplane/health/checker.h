/* SPDX-License-Identifier: BSD-3-Clause */
/* The child's side: checker.c talks with the parent, checker_probe.c keeps the rhythm of each probe,
 * checker_connect.c runs one check with libcurl, checker_jail.c gives all rights away.
 */
#pragma once

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <sys/queue.h>

#include "health.h"
#include "health_wire.h"

#define CHECKER_ARGUMENT "--health-checker"
/* Checks under way at one time; those beyond wait for their turn. */
#define CHECKER_MAX_RUNS 1024
/* Descriptors that are not those of checks: standard ones, parent, epoll, libcurl's own. */
#define CHECKER_OWN_FDS 16

struct checker_run;

struct checker_probe {
	TAILQ_ENTRY(checker_probe) waiting;
	struct checker *checker;
	struct wire_spec spec;
	uint32_t slot, serial;
	struct event *timer;
	uint64_t next_us; /* monotonic: when its next slot is */
	int is_waiting;
	struct checker_run *run; /* NULL = no check under way */
};

struct checker {
	struct event_base *base;
	struct bufferevent *pipe;
	struct event *beat;
	struct checker_connect *connect;
	struct checker_probe *probes[HEALTH_MAX_TARGETS];
	TAILQ_HEAD(, checker_probe) waiting;
	uint32_t max_runs, n_runs;
	uint64_t late; /* since the last beat */
};

struct checker_outcome {
	enum wire_outcome outcome;
	int error;
	uint32_t duration_us;
};

/* checker.c: was health_checker_main() called in this process? */
int checker_possible(void);
void checker_report(
	struct checker *c, const struct checker_probe *p, const struct checker_outcome *outcome);
uint64_t checker_now_us(void);

/* checker_probe.c. 0 or -errno. */
int checker_probe_add(struct checker *c, const struct wire_target *t);
void checker_probe_delete(struct checker *c, const struct wire_target *t);
/* The check that checker_connect_start() began has ended. */
void checker_probe_done(struct checker_probe *p, const struct checker_outcome *outcome);

/* checker_connect.c. NULL on failure. */
struct checker_connect *checker_connect_new(struct event_base *base, uint32_t max_runs);
struct checker_run *checker_connect_start(struct checker_connect *cc, struct checker_probe *p);
/* Forget a check under way; checker_probe_done() is not called. */
void checker_connect_abort(struct checker_run *run);

/* checker_jail.c. Limits first, since the number of descriptors decides the number of runs. */
uint32_t checker_jail_limits(void);
/* Give up user, groups, capabilities and all but the system calls of a running checker. -errno and
 * a line on stderr on failure: then it must not run.
 */
int checker_jail_enter(void);
