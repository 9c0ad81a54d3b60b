// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include "clients.h"

#define SWEEP_US 50000
/* A page of metrics may have megabytes: one turn of the loop for each 16 KiB, evhttp's default, would
 * take seconds on a busy machine.
 */
#define WRITE_MAX (256 * 1024)

struct client {
	struct bufferevent *bev; /* one reference is ours: it outlives evhttp's */
	time_t since_s;
};

struct clients {
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *sweep; /* runs while there is a client */
	unsigned int n, max;
	int paused;
	struct client client[CLIENTS_MAX];
};

static time_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* bufferevent_free() takes the callbacks away first, and evhttp never runs without an error
 * callback: none means that evhttp is done with it.
 */
static int client_gone(const struct client *cl)
{
	bufferevent_event_cb on_event = NULL;

	bufferevent_getcb(cl->bev, NULL, NULL, &on_event, NULL);
	return on_event == NULL;
}

static void clients_remove(struct clients *c, unsigned int i)
{
	bufferevent_decref(c->client[i].bev);
	c->client[i] = c->client[--c->n];
}

static void clients_arm(struct clients *c)
{
	const struct timeval tv = {.tv_usec = SWEEP_US};

	if (!event_pending(c->sweep, EV_TIMEOUT, NULL))
		event_add(c->sweep, &tv);
}

static int client_late(const struct client *cl, time_t now)
{
	int answering = evbuffer_get_length(bufferevent_get_output(cl->bev)) > 0;

	return now - cl->since_s > (answering ? CLIENTS_ANSWER_S : CLIENTS_REQUEST_S);
}

static void clients_reap(struct clients *c)
{
	for (unsigned int i = c->n; i-- > 0;)
		if (client_gone(&c->client[i]))
			clients_remove(c, i);
}

static void clients_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct clients *c = arg;
	time_t now = now_s();

	clients_reap(c);
	for (unsigned int i = 0; i < c->n; i++)
		if (client_late(&c->client[i], now))
			shutdown(bufferevent_getfd(c->client[i].bev), SHUT_RDWR);
	if (c->paused && c->n < c->max) {
		c->paused = 0;
		evconnlistener_enable(c->listener);
	}
	if (c->n > 0)
		clients_arm(c);
}

/* evhttp asks for the bufferevent of a connection that it has just accepted. The bufferevent owns the
 * socket: if evhttp closed it while our reference keeps the events alive, they would go on reading
 * from whatever gets the same descriptor next.
 */
static struct bufferevent *clients_accept(struct event_base *base, void *arg)
{
	struct clients *c = arg;
	struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

	clients_reap(c);
	if (!bev || c->n == c->max)
		return bev;
	bufferevent_set_max_single_write(bev, WRITE_MAX);
	bufferevent_incref(bev);
	c->client[c->n++] = (struct client){.bev = bev, .since_s = now_s()};
	if (c->n == c->max) {
		c->paused = 1;
		evconnlistener_disable(c->listener);
	}
	clients_arm(c);
	return bev;
}

struct clients *clients_new(struct event_base *base, struct evhttp *http,
	struct evconnlistener *listener, unsigned int max)
{
	struct clients *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->base = base;
	c->listener = listener;
	c->max = max < CLIENTS_MAX ? max : CLIENTS_MAX;
	c->sweep = evtimer_new(base, clients_sweep, c);
	if (!c->sweep) {
		free(c);
		return NULL;
	}
	evhttp_set_bevcb(http, clients_accept, c);
	return c;
}

void clients_free(struct clients *c)
{
	if (!c)
		return;
	while (c->n > 0)
		clients_remove(c, c->n - 1);
	event_free(c->sweep);
	free(c);
}
