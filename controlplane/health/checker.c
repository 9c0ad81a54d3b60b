// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "checker.h"

/* What a parent that does not read may have waiting; reports beyond are lost, as if the checks had
 * not been made.
 */
#define OUTPUT_MAX (4096 * sizeof(struct wire_report))

static int was_called;

int checker_possible(void)
{
	return was_called;
}

uint64_t checker_now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void send_report(struct checker *c, const struct wire_report *w)
{
	if (evbuffer_get_length(bufferevent_get_output(c->pipe)) < OUTPUT_MAX)
		bufferevent_write(c->pipe, w, sizeof(*w));
}

void checker_report(
	struct checker *c, const struct checker_probe *p, const struct checker_outcome *outcome)
{
	struct wire_report w = {.magic = WIRE_MAGIC,
		.outcome = outcome->outcome,
		.slot = p->slot,
		.serial = p->serial,
		.duration_us = outcome->duration_us,
		.error = outcome->error};

	send_report(c, &w);
}

static void on_beat(evutil_socket_t fd, short what, void *arg)
{
	struct checker *c = arg;
	struct wire_report w = {.magic = WIRE_MAGIC, .outcome = WIRE_BEAT, .late = c->late};

	c->late = 0;
	send_report(c, &w);
}

/* A parent that sends nonsense is not our parent; _exit(), since nothing here is worth saving. */
static void obey(struct checker *c, const struct wire_target *t)
{
	if (t->magic != WIRE_MAGIC || t->slot >= HEALTH_MAX_TARGETS)
		_exit(EXIT_FAILURE);
	if (t->order == WIRE_DELETE)
		checker_probe_delete(c, t);
	else if (checker_probe_add(c, t))
		_exit(EXIT_FAILURE);
}

static void on_read(struct bufferevent *pipe, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(pipe);
	struct wire_target t;

	while (evbuffer_get_length(in) >= sizeof(t)) {
		evbuffer_remove(in, &t, sizeof(t));
		obey(arg, &t);
	}
}

/* The parent has died or closed: nobody is left to check for. */
static void on_event(struct bufferevent *pipe, short what, void *arg)
{
	_exit(EXIT_SUCCESS);
}

/* No cached time: a probe's timer counts from now, not from the start of the turn. */
static struct event_base *make_base(void)
{
	struct event_config *conf = event_config_new();
	struct event_base *base = NULL;

	if (conf && event_config_set_flag(conf, EVENT_BASE_FLAG_NO_CACHE_TIME) == 0)
		base = event_base_new_with_config(conf);
	if (conf)
		event_config_free(conf);
	return base;
}

static int prepare(struct checker *c)
{
	struct timeval second = {.tv_sec = 1};

	TAILQ_INIT(&c->waiting);
	c->max_runs = checker_jail_limits();
	c->base = make_base();
	if (!c->base)
		return -ENOMEM;
	c->pipe = bufferevent_socket_new(c->base, WIRE_FD, 0);
	c->beat = event_new(c->base, -1, EV_PERSIST, on_beat, c);
	c->connect = checker_connect_new(c->base, c->max_runs);
	if (!c->pipe || !c->beat || !c->connect || event_add(c->beat, &second))
		return -ENOMEM;
	bufferevent_setcb(c->pipe, on_read, NULL, on_event, c);
	return bufferevent_enable(c->pipe, EV_READ | EV_WRITE) ? -ENOMEM : 0;
}

void health_checker_main(int argc, char **argv)
{
	static struct checker checker;

	was_called = 1;
	if (argc != 2 || strcmp(argv[1], CHECKER_ARGUMENT) != 0)
		return;
	prctl(PR_SET_NAME, "weir-health");
	if (prepare(&checker)) {
		fprintf(stderr, "weir-health: error: no memory to start with\n");
		_exit(EXIT_FAILURE);
	}
	if (checker_jail_enter())
		_exit(EXIT_FAILURE);
	event_base_dispatch(checker.base);
	_exit(EXIT_FAILURE);
}
