/* SPDX-License-Identifier: BSD-3-Clause */
/* Real checks of real sockets in a network namespace of each test's own (check forks for each test).
 *
 *	parent (the test) <-- socket pair --> checker (this program anew) --> 127.0.0.0/8, ::1
 *
 * 192.0.2.9 is a black hole: it lies behind an interface that answers nothing.
 */
#pragma once

#include "health.h"
#include "unit.h"

#define FIXTURE_IDS 1024

/* What the results of one id were. */
struct seen {
	uint32_t ok, failed;
	uint64_t last_ns, max_gap_ns;
	double sum_gap_ns, sum_square_ns;
	uint32_t gaps;
	uint32_t error_us; /* of the newest failure */
	char error[96];
};

extern struct event_base *fixture_base;
extern struct health *fixture_health;
extern struct seen fixture_seen[FIXTURE_IDS];
extern uint32_t fixture_ok, fixture_failed; /* see fixture_sum() */
extern uint32_t fixture_accepted;	    /* connections that a backend's program came to see */

void fixture_setup(void);
void fixture_teardown(void);
/* Run the loop until @done (NULL: never) or for @ms. Returns whether it was done. */
int fixture_run(int (*done)(void), uint32_t ms);
/* For fixture_run(): id 0 had a good result. */
int fixture_zero_is_up(void);
/* A listening socket; fixture_run() accepts what comes. */
int fixture_listen(const char *addr, uint16_t port);
struct health_target fixture_target(
	uint32_t id, const char *addr, uint16_t port, uint32_t interval_ms, uint32_t timeout_ms);
/* @n targets, each with an address of its own in 127.0.0.0/16. */
void fixture_targets(struct health_target *t, uint32_t n, uint32_t interval_ms);
struct health_status fixture_status(void);
/* Add up the results of the ids below @n. */
void fixture_sum(uint32_t n);
/* A line of diagnosis for each id below @n that failed. */
void fixture_note_failures(uint32_t n);
