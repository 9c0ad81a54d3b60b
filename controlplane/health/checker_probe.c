// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>

#include "checker.h"

/* The first slot lies anywhere in the interval, so that a thousand targets of one file do not all
 * knock in the same millisecond; from there on slots are exact multiples, whatever a check took.
 */
static void rhythm_begin(struct checker_probe *p)
{
	p->next_us = checker_now_us() + arc4random_uniform(p->spec.interval_ms) * 1000ull;
}

static void rhythm_wait(struct checker_probe *p)
{
	uint64_t now = checker_now_us();
	uint64_t wait = p->next_us > now ? p->next_us - now : 0;
	struct timeval tv = {(time_t)(wait / 1000000), (suseconds_t)(wait % 1000000)};

	event_add(p->timer, &tv);
}

/* On to the next slot. Those that have passed meanwhile are not made up for: they are late. */
static void rhythm_next(struct checker_probe *p)
{
	uint64_t interval = p->spec.interval_ms * 1000ull, now = checker_now_us();
	uint64_t missed = now > p->next_us ? (now - p->next_us) / interval : 0;

	p->checker->late += missed;
	p->next_us += (missed + 1) * interval;
}

/* A check that cannot even begin for want of memory is our failure, and the next slot tries again. */
static void run_or_wait(struct checker_probe *p)
{
	const struct checker_outcome no_memory = {.outcome = WIRE_UNKNOWN, .error = ENOMEM};
	struct checker *c = p->checker;

	if (c->n_runs >= c->max_runs) {
		TAILQ_INSERT_TAIL(&c->waiting, p, waiting);
		p->is_waiting = 1;
		return;
	}
	p->run = checker_connect_start(c->connect, p);
	if (p->run)
		c->n_runs++;
	else
		checker_report(c, p, &no_memory);
}

static void on_slot(evutil_socket_t fd, short what, void *arg)
{
	struct checker_probe *p = arg;

	rhythm_next(p);
	rhythm_wait(p);
	if (p->run || p->is_waiting)
		p->checker->late++;
	else
		run_or_wait(p);
}

static void stop_waiting(struct checker_probe *p)
{
	TAILQ_REMOVE(&p->checker->waiting, p, waiting);
	p->is_waiting = 0;
}

static void run_ended(struct checker *c)
{
	struct checker_probe *next = TAILQ_FIRST(&c->waiting);

	c->n_runs--;
	if (!next)
		return;
	stop_waiting(next);
	run_or_wait(next);
}

void checker_probe_done(struct checker_probe *p, const struct checker_outcome *outcome)
{
	p->run = NULL;
	checker_report(p->checker, p, outcome);
	run_ended(p->checker);
}

static void probe_free(struct checker *c, struct checker_probe *p)
{
	c->probes[p->slot] = NULL;
	if (p->is_waiting)
		stop_waiting(p);
	event_free(p->timer);
	if (p->run) {
		checker_connect_abort(p->run);
		run_ended(c);
	}
	free(p);
}

void checker_probe_delete(struct checker *c, const struct wire_target *t)
{
	struct checker_probe *p = c->probes[t->slot];

	if (p && p->serial == t->serial)
		probe_free(c, p);
}

int checker_probe_add(struct checker *c, const struct wire_target *t)
{
	struct checker_probe *p;

	if (t->order != WIRE_ADD || c->probes[t->slot] || !t->spec.interval_ms)
		return -EPROTO;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->checker = c;
	p->spec = t->spec;
	p->slot = t->slot;
	p->serial = t->serial;
	p->timer = evtimer_new(c->base, on_slot, p);
	if (!p->timer) {
		free(p);
		return -ENOMEM;
	}
	c->probes[t->slot] = p;
	rhythm_begin(p);
	rhythm_wait(p);
	return 0;
}
