/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "link_priv.h"

uint64_t link_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void on_acceptable(int fd, short what, void *arg)
{
	link_peer_accept(arg);
}

static void on_retry(int fd, short what, void *arg)
{
	struct link *l = arg;

	event_add(l->acceptable, NULL);
	link_table_sync(l);
}

static int make_events(struct link *l)
{
	l->acceptable = event_new(l->base, l->listen_fd, EV_READ | EV_PERSIST, on_acceptable, l);
	l->poll = event_new(l->base, -1, 0, link_reply_poll, l);
	l->retry = event_new(l->base, -1, 0, on_retry, l);
	if (!l->acceptable || !l->poll || !l->retry)
		return -ENOMEM;
	return event_add(l->acceptable, NULL) < 0 ? -ENOMEM : 0;
}

struct link *link_new(struct event_base *base, const char *socket_path, struct stats *stats,
	struct model *model, const struct link_hooks *hooks)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->base = base;
	l->stats = stats;
	l->model = model;
	l->hooks = *hooks;
	l->listen_fd = link_socket_listen(socket_path);
	if (l->listen_fd < 0) {
		errno = -l->listen_fd;
		free(l);
		return NULL;
	}
	strcpy(l->path, socket_path); /* fits: it was bound */
	if (make_events(l) < 0) {
		link_free(l);
		errno = ENOMEM;
		return NULL;
	}
	return l;
}

void link_free(struct link *l)
{
	if (!l)
		return;
	l->hooks = (struct link_hooks){0};
	if (l->peer)
		link_peer_drop(l, NULL);
	if (l->acceptable)
		event_free(l->acceptable);
	if (l->poll)
		event_free(l->poll);
	if (l->retry)
		event_free(l->retry);
	close(l->listen_fd);
	unlink(l->path);
	free(l);
}

void link_push(struct link *l)
{
	l->armed = 1;
	link_table_sync(l);
}

int link_connected(const struct link *l)
{
	return l->status.connected;
}

const struct weir_hello *link_hello(const struct link *l)
{
	return l->said_hello ? &l->hello : NULL;
}

void link_status(const struct link *l, struct link_status *out)
{
	*out = l->status;
}
