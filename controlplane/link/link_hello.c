/* SPDX-License-Identifier: BSD-3-Clause */
/* The two messages on the socket. Everything in a hello comes from another process. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link_priv.h"

/* Generations rise by one; nobody gets here by counting. */
#define GENERATION_MAX ((uint64_t)1 << 62)

union control {
	struct cmsghdr align;
	char space[CMSG_SPACE((WEIR_MAX_PORTS + 1) * sizeof(int))];
};

/* CMSG_SPACE() rounds up: so many descriptors fit, one more than were asked for. */
#define CONTROL_FDS ((sizeof(union control) - CMSG_LEN(0)) / sizeof(int))

/* Take every descriptor that came: those that were not asked for must not stay open. */
static int take_fds(struct msghdr *msg, int fds[CONTROL_FDS])
{
	int n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t bytes = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(fds + n, CMSG_DATA(c), bytes);
		n += (int)(bytes / sizeof(int));
	}
	return n;
}

static int name_good(const char *name, size_t size, int may_be_empty)
{
	size_t len = strnlen(name, size);

	if (len == size || (len == 0 && !may_be_empty))
		return 0;
	for (size_t i = 0; i < len; i++)
		if (!isgraph((unsigned char)name[i]) || name[i] == '/')
			return 0;
	return 1;
}

/* NULL, or what is wrong. */
static const char *check(const struct weir_hello *h)
{
	if (h->magic != WEIR_LINK_MAGIC)
		return "refused: it does not speak weir's protocol (wrong magic)";
	if (h->abi != WEIR_LINK_ABI)
		return "refused: it was built for another version of the link; both planes must "
		       "come from one release";
	if (h->n_ports > WEIR_MAX_PORTS || h->n_workers < 1 || h->n_workers > WEIR_MAX_WORKERS)
		return "refused: its number of ports or workers is impossible";
	if (h->ports_open > 1 || h->generation > GENERATION_MAX || h->instance == 0)
		return "refused: a field of its hello is out of range";
	for (uint32_t i = 0; i < h->n_ports; i++)
		if (!name_good(h->port[i].name, sizeof(h->port[i].name), 0) ||
			!name_good(h->port[i].interface, sizeof(h->port[i].interface), 1) ||
			h->port[i].mtu > UINT16_MAX)
			return "refused: a port in its hello has an impossible name or MTU";
	return NULL;
}

static int refuse(int fds[], int n, const char **why, const char *text)
{
	while (n > 0)
		close(fds[--n]);
	*why = text;
	return -EPROTO;
}

int link_hello_receive(int fd, struct weir_hello *h, int *counters_fd, const char **why)
{
	int fds[CONTROL_FDS], n;
	union control control;
	struct iovec iov = {h, sizeof(*h)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (got < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	n = take_fds(&msg, fds);
	if (got == 0)
		return refuse(fds, n, why, "refused: it hung up before its hello");
	if (got != sizeof(*h) || (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return refuse(fds, n, why, "refused: its hello has the wrong size");
	if (n != 1)
		return refuse(fds, n, why, "refused: its hello brings no counters region");
	if (check(h))
		return refuse(fds, n, why, check(h));
	*counters_fd = fds[0];
	return 0;
}

int link_welcome_send(int fd, uint64_t instance, int region_fd, const int *beats, uint32_t mask)
{
	struct weir_welcome w = {WEIR_LINK_MAGIC, WEIR_LINK_ABI, instance, mask, 0};
	struct iovec iov = {&w, sizeof(w)};
	int fds[WEIR_MAX_PORTS + 1] = {region_fd};
	union control control = {0};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control};
	struct cmsghdr *c = &control.align;
	size_t n = 1;

	for (uint32_t i = 0; i < WEIR_MAX_PORTS; i++)
		if (mask & 1u << i)
			fds[n++] = beats[i];
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
	if (sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof(w))
		return -errno;
	return 0;
}
