// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "link.h"
#include "link_io.h"
#include "log.h"
#include "region.h"

#define RETRY_NS (100 * CLOCK_MS_NS)

void link_init(struct link *l, const char *path, int counters_fd, const struct link_hooks *hooks)
{
	*l = (struct link){
		.path = path,
		.counters_fd = counters_fd,
		.hooks = *hooks,
		.state = LINK_DOWN,
		.fd = -1,
	};
}

/* A reason that repeats ten times a second is said once. */
static void say_once(struct link *l, const char *why)
{
	if (strcmp(l->said, why) == 0)
		return;
	log_warning("control plane at %s: %s", l->path, why);
	snprintf(l->said, sizeof(l->said), "%s", why);
}

static void drop_region(struct link *l)
{
	if (l->region == NULL)
		return;
	l->hooks.down(l->hooks.arg);
	region_unmap(l->region);
	l->region = NULL;
}

void link_close(struct link *l)
{
	drop_region(l);
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->state = LINK_DOWN;
}

void link_reset(struct link *l, uint64_t now_ns, const char *why)
{
	say_once(l, why);
	link_close(l);
	l->retry_ns = now_ns + RETRY_NS;
}

static void try_connect(struct link *l, uint64_t now_ns)
{
	struct weir_hello hello = {.magic = WEIR_LINK_MAGIC, .abi = WEIR_LINK_ABI};
	int fd;

	if (now_ns < l->retry_ns)
		return;
	fd = link_io_connect(l->path);
	if (fd == -EPERM || fd == -EACCES) {
		link_reset(l, now_ns, "the listener is neither root nor of our user: not used");
		return;
	}
	if (fd < 0) {
		link_reset(l, now_ns, "nobody listens; trying again each 100 ms");
		return;
	}
	l->fd = fd;
	l->hooks.hello(l->hooks.arg, &hello);
	if (link_io_send_hello(fd, &hello, l->counters_fd) != 0)
		link_reset(l, now_ns, "it hung up before the hello");
	else
		l->state = LINK_WAITING;
}

/* 0, or -errno with what is wrong in @why. */
static int accept_welcome(struct link *l, const struct link_welcome *w, const char **why)
{
	int err;

	l->region = region_map(w->fd[0], w->msg.instance, why);
	if (l->region == NULL)
		return -EINVAL;
	err = l->hooks.up(l->hooks.arg, l->region, w->msg.beat_ports, w->fd + 1);
	if (err == 0)
		return 0;
	*why = "its heartbeat maps cannot be used";
	return err;
}

static void wait_welcome(struct link *l, uint64_t now_ns)
{
	struct link_welcome w;
	const char *why = NULL;
	int got = link_io_receive(l->fd, &w), err;

	if (got == 0)
		return;
	if (got < 0) {
		link_reset(l, now_ns,
			got == -EPROTO ? "it speaks another version of the link"
				       : "it hung up without a welcome; its log says why");
		return;
	}
	err = accept_welcome(l, &w, &why);
	link_io_close_fds(&w);
	if (err != 0) {
		link_reset(l, now_ns, why);
		return;
	}
	l->state = LINK_UP;
	l->said[0] = '\0';
	log_info("control plane at %s: connected", l->path);
}

/* Nothing is sent after the welcome: whatever can be read means the end. */
static void watch(struct link *l, uint64_t now_ns)
{
	struct link_welcome w;
	int got = link_io_receive(l->fd, &w);

	if (got == 0)
		return;
	if (got > 0)
		link_io_close_fds(&w);
	link_reset(l, now_ns, "connection lost; forwarding goes on with the table in use");
}

void link_poll(struct link *l, uint64_t now_ns)
{
	switch (l->state) {
	case LINK_DOWN:
		try_connect(l, now_ns);
		break;
	case LINK_WAITING:
		wait_welcome(l, now_ns);
		break;
	case LINK_UP:
		watch(l, now_ns);
		break;
	}
}
