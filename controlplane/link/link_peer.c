/* SPDX-License-Identifier: BSD-3-Clause */
/* One data plane: from accept() over hello and welcome to its end. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link_priv.h"
#include "log.h"

static void peer_free(struct link_peer *p)
{
	link_query_fail_all(p);
	link_verify_fail(p);
	if (p->readable)
		event_free(p->readable);
	link_held_free(&p->held);
	link_held_free(&p->table.held);
	link_region_free(p->region);
	close(p->fd);
	free(p);
}

/* A refused data plane tries again for ever: the same sentence is said once a minute. */
static void complain(struct link *l, pid_t pid, const char *why)
{
	uint64_t now = link_now_ms();

	if (why == l->complaint && now - l->complaint_ms < LINK_COMPLAIN_S * 1000)
		return;
	l->complaint = why;
	l->complaint_ms = now;
	log_warning("data plane (pid %d) %s", (int)pid, why);
}

/* @why NULL: nothing to log. */
void link_peer_drop(struct link *l, const char *why)
{
	struct link_peer *p = l->peer;
	int greeted = p->greeted;

	if (why && greeted)
		log_warning("data plane (pid %d) %s", (int)p->pid, why);
	else if (why)
		complain(l, p->pid, why);
	l->peer = NULL;
	l->status.connected = 0;
	event_del(l->poll);
	event_del(l->retry);
	event_add(l->acceptable, NULL);
	if (greeted) {
		stats_sample(l->stats, l->model);
		stats_detach(l->stats);
	}
	peer_free(p);
	if (greeted && l->hooks.gone)
		l->hooks.gone(l->hooks.arg);
}

/* The region lives as long as one connection: a ring that a killed process has touched may hold a
 * half-written slot, and is never used again.
 */
static int welcome(struct link *l, const int *beats, uint32_t mask)
{
	struct link_peer *p = l->peer;
	int fd = link_region_make(&p->region), rc;

	if (fd < 0)
		return fd;
	p->command.mem = &p->region->command;
	p->reply.mem = &p->region->reply;
	rc = link_welcome_send(p->fd, p->region->instance, fd, beats, mask);
	close(fd);
	return rc;
}

/* Returns NULL, or why the data plane cannot be served; "" if the hook has said why. */
static const char *greet(struct link *l, const struct weir_hello *h, int counters_fd)
{
	int beats[WEIR_MAX_PORTS], rc;
	uint32_t mask = 0;

	for (uint32_t i = 0; i < WEIR_MAX_PORTS; i++)
		beats[i] = -1;
	l->hello = *h;
	l->said_hello = 1;
	if (l->hooks.hello && l->hooks.hello(l->hooks.arg, h, beats, &mask) < 0)
		return "";
	rc = stats_attach(l->stats, l->model, counters_fd);
	if (rc == -EPERM)
		return "refused: its counters region is not a memfd sealed against shrinking and "
		       "growing";
	if (rc < 0)
		return "refused: its counters region is not one that this version can read";
	rc = welcome(l, beats, mask);
	if (rc < 0) {
		stats_detach(l->stats);
		return "refused: no memory or descriptors for the shared region";
	}
	return NULL;
}

static void take_hello(struct link *l, const struct weir_hello *h, int counters_fd)
{
	struct link_peer *p = l->peer;
	const char *why = greet(l, h, counters_fd);

	close(counters_fd);
	if (why) {
		link_peer_drop(l, *why ? why : NULL);
		return;
	}
	p->greeted = 1;
	p->generation = h->generation;
	p->content = h->generation ? h->table_checksum : 0;
	l->status.connected = 1;
	l->status.applied_generation = h->generation;
	event_add(p->readable, NULL); /* no deadline any more */
	log_info("data plane (pid %d) connected: %" PRIu32 " workers, %" PRIu32
		 " ports, generation %" PRIu64,
		(int)p->pid, h->n_workers, h->n_ports, h->generation);
	link_table_sync(l);
}

/* After the hello nothing is said on the socket: anything but its end is a mistake. */
static void heard(struct link *l)
{
	char byte;
	ssize_t n = recv(l->peer->fd, &byte, 1, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	link_peer_drop(l, n > 0 ? "dropped: it talks on the socket after its hello"
				: "disconnected; it goes on with the table it has, if it runs");
}

static void on_readable(int fd, short what, void *arg)
{
	struct link *l = arg;
	const char *why = "refused: its socket cannot be read";
	struct weir_hello h;
	int counters_fd, rc;

	if (l->peer->greeted) {
		heard(l);
		return;
	}
	if (what & EV_TIMEOUT) {
		link_peer_drop(l, "dropped: it connected and said no hello");
		return;
	}
	rc = link_hello_receive(fd, &h, &counters_fd, &why);
	if (rc == 0)
		take_hello(l, &h, counters_fd);
	else if (rc != -EAGAIN)
		link_peer_drop(l, why);
}

static int peer_allowed(struct link *l, int fd, pid_t *pid)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return 0;
	*pid = cred.pid;
	if (cred.uid == 0 || cred.uid == geteuid())
		return 1;
	complain(l, cred.pid, "refused: it must run as root or under the uid of the control plane");
	return 0;
}

static int start(struct link *l, int fd, pid_t pid)
{
	const struct timeval deadline = {.tv_sec = LINK_HELLO_S};
	struct link_peer *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->fd = fd;
	p->pid = pid;
	p->readable = event_new(l->base, fd, EV_READ | EV_PERSIST, on_readable, l);
	if (!p->readable || event_add(p->readable, &deadline) < 0) {
		if (p->readable)
			event_free(p->readable);
		free(p);
		return -ENOMEM;
	}
	l->peer = p;
	return 0;
}

/* Without descriptors accept() would fail again at once, for ever: look again a little later. */
static void accept_later(struct link *l, int error)
{
	const struct timeval tv = {.tv_usec = LINK_RETRY_MS * 1000};

	if (error != EMFILE && error != ENFILE && error != ENOMEM && error != ENOBUFS)
		return;
	complain(l, 0, "cannot be accepted: no descriptors or memory left (ulimit -n)");
	event_del(l->acceptable);
	event_add(l->retry, &tv);
}

void link_peer_accept(struct link *l)
{
	int fd = accept4(l->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	pid_t pid = 0;

	if (fd < 0) {
		accept_later(l, errno);
		return;
	}
	if (!peer_allowed(l, fd, &pid))
		goto err_close;
	if (l->peer) {
		complain(l, pid,
			"refused: another data plane is connected; give each its own "
			"dataplane.socket");
		goto err_close;
	}
	if (start(l, fd, pid) == 0)
		return;
	complain(l, pid, "cannot be served: no memory");
err_close:
	close(fd);
}
