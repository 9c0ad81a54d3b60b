// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "link_io.h"

static int check_peer(int fd)
{
	struct ucred cred;
	socklen_t size = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) != 0)
		return -errno;
	return cred.uid == 0 || cred.uid == geteuid() ? 0 : -EPERM;
}

static int connect_to(int fd, const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path));
	return connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 ? 0 : -errno;
}

int link_io_connect(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err;

	if (fd < 0)
		return -errno;
	err = connect_to(fd, path);
	if (err == 0)
		err = check_peer(fd);
	if (err == 0)
		return fd;
	close(fd);
	return err;
}

int link_io_send_hello(int fd, const struct weir_hello *h, int counters_fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {.iov_base = (void *)(uintptr_t)h, .iov_len = sizeof(*h)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &counters_fd, sizeof(int));
	return sendmsg(fd, &msg, MSG_NOSIGNAL) == sizeof(*h) ? 0 : -EPROTO;
}

static void take_fds(struct msghdr *msg, struct link_welcome *out)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		uint32_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (uint32_t)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		if (n > LINK_MAX_FDS - out->n_fds)
			n = LINK_MAX_FDS - out->n_fds; // cannot be: the buffer holds no more
		memcpy(out->fd + out->n_fds, CMSG_DATA(c), n * sizeof(int));
		out->n_fds += n;
	}
}

static int is_welcome(const struct link_welcome *w, const struct msghdr *msg, ssize_t size)
{
	return size == sizeof(w->msg) && (msg->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 &&
	       w->msg.magic == WEIR_LINK_MAGIC && w->msg.abi == WEIR_LINK_ABI &&
	       w->n_fds == 1 + (uint32_t)__builtin_popcount(w->msg.beat_ports);
}

int link_io_receive(int fd, struct link_welcome *out)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int) * LINK_MAX_FDS)];
	} control;
	struct iovec iov = {.iov_base = &out->msg, .iov_len = sizeof(out->msg)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t size = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	out->n_fds = 0;
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (size <= 0)
		return -ECONNRESET;
	take_fds(&msg, out);
	if (is_welcome(out, &msg, size))
		return 1;
	link_io_close_fds(out);
	return -EPROTO;
}

void link_io_close_fds(struct link_welcome *w)
{
	for (uint32_t i = 0; i < w->n_fds; i++)
		close(w->fd[i]);
	w->n_fds = 0;
}
