// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "route_private.h"

#define DELAY_MIN_US 10000u
#define DELAY_MAX_US 2000000u
/* A flush may take a fifth of the loop's time, however many events there are. */
#define DELAY_FACTOR 4
/* A flush is done in slices, each a turn of the loop of some 10 ms; so many hold every address that
 * can be watched, and whatever a storm adds meanwhile waits for the next flush.
 */
#define SLICE_PATHS 2048u
#define SLICES_MAX  8u
/* Path MTUs that the kernel learnt expire without an event. */
#define REFRESH_TICKS 60

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

void route_soon(struct route *r)
{
	struct timeval tv = {(time_t)(r->delay_us / 1000000), (suseconds_t)(r->delay_us % 1000000)};

	if (!event_pending(r->flush, EV_TIMEOUT, NULL))
		event_add(r->flush, &tv);
}

static void resync(struct route *r)
{
	r->resync = 0;
	r->status.resyncs++;
	route_port_forget(r);
	if (route_query_links(r))
		r->resync = 1;
	route_path_dirty_all(r);
}

/* Bring everything up to date with the kernel: 1 if an answer differs. @limit bounds the paths. */
static int refresh(struct route *r, uint32_t limit)
{
	int all = r->resync, fresh;

	if (r->resync)
		resync(r);
	if (r->n_dirty) {
		route_query_paths(r, limit);
		fresh = route_hop_rebuild(r);
		if (all)
			route_hop_forget(r);
		if ((all || fresh) && route_query_neighbours(r))
			r->resync = 1;
	}
	route_hop_ask_new(r);
	return route_path_answers(r);
}

static void flush_end(struct route *r)
{
	uint64_t delay = r->cost_us * DELAY_FACTOR;
	int owed = r->owed;

	r->delay_us = delay < DELAY_MIN_US   ? DELAY_MIN_US
		      : delay > DELAY_MAX_US ? DELAY_MAX_US
					     : delay;
	r->slices = 0;
	r->cost_us = 0;
	r->owed = 0;
	if (r->n_dirty || r->resync)
		route_soon(r);
	if (!owed)
		return;
	r->status.changes++;
	r->changed(r->arg);
}

static void on_flush(evutil_socket_t fd, short what, void *arg)
{
	struct timeval now = {0};
	struct route *r = arg;
	uint64_t start = now_us();

	r->owed |= refresh(r, SLICE_PATHS);
	r->cost_us += now_us() - start;
	if (r->n_dirty && ++r->slices < SLICES_MAX)
		event_add(r->flush, &now);
	else
		flush_end(r);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct route *r = arg;

	route_hop_ask_again(r);
	if (++r->ticks % REFRESH_TICKS)
		return;
	route_path_dirty_all(r);
	if (r->n_dirty)
		route_soon(r);
}

void route_watch(struct route *r, const struct weir_addr *addrs, uint32_t n)
{
	if (route_path_watch(r, addrs, n))
		return;
	if (!n)
		route_hop_rebuild(r);
	r->owed |= refresh(r, r->n_watches + 1);
	if (r->owed || r->resync)
		route_soon(r);
}

static int ports_same(const struct route *r, const struct route_port *ports, uint32_t n)
{
	if (n != r->n_ports)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		if (memcmp(&r->ports[i].said, &ports[i], sizeof(ports[i])) != 0)
			return 0;
	}
	return 1;
}

void route_ports(struct route *r, const struct route_port *ports, uint32_t n)
{
	if (n > WEIR_MAX_PORTS)
		n = WEIR_MAX_PORTS;
	if (ports_same(r, ports, n))
		return;
	memset(r->ports, 0, sizeof(r->ports));
	for (uint32_t i = 0; i < n; i++)
		r->ports[i].said = ports[i];
	r->n_ports = n;
	r->resync = 1;
	r->owed |= refresh(r, r->n_watches + 1);
	if (r->owed || r->resync)
		route_soon(r);
}

void route_lookup(struct route *r, const struct weir_addr *addr, struct weir_table_next_hop *out)
{
	const struct watch *w = route_path_find(r, addr);

	*out = w ? w->answer : (struct weir_table_next_hop){.state = WEIR_HOP_PENDING};
}

void route_status(struct route *r, struct route_status *out)
{
	*out = r->status;
	out->watched = r->n_watches;
}

static int timers(struct route *r)
{
	struct timeval second = {.tv_sec = 1};

	r->flush = evtimer_new(r->base, on_flush, r);
	r->tick = event_new(r->base, -1, EV_PERSIST, on_tick, r);
	return r->flush && r->tick && event_add(r->tick, &second) == 0 ? 0 : -ENOMEM;
}

struct route *route_new(struct event_base *base, void (*changed)(void *arg), void *arg)
{
	struct route *r = calloc(1, sizeof(*r));
	int err = -ENOMEM;

	if (!r)
		return NULL;
	r->base = base;
	r->changed = changed;
	r->arg = arg;
	r->delay_us = DELAY_MIN_US;
	err = timers(r);
	err = err ? err : route_query_open(r);
	err = err ? err : route_event_open(r);
	if (!err)
		return r;
	route_free(r);
	errno = -err;
	return NULL;
}

void route_free(struct route *r)
{
	if (!r)
		return;
	route_event_close(r);
	route_query_close(r);
	if (r->flush)
		event_free(r->flush);
	if (r->tick)
		event_free(r->tick);
	free(r->watches);
	free(r->hops);
	free(r);
}
