// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "planes.h"

void test_plane_init(struct test_plane *p, uint64_t instance)
{
	memset(p, 0, sizeof(*p));
	p->fd = p->region_fd = -1;
	test_region_make(&p->counters, instance, 1, 1, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	p->hello = (struct weir_hello){
		.magic = WEIR_LINK_MAGIC,
		.abi = WEIR_LINK_ABI,
		.instance = instance,
		.pid = (uint32_t)getpid(),
		.n_workers = 1,
		.n_ports = 1,
		.port = {{.name = "p0", .interface = "eth0", .queues = 1}},
	};
}

int test_plane_connect(struct test_plane *p, const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};

	p->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->fd < 0)
		abort();
	strncpy(addr.sun_path, path, sizeof(addr.sun_path) - 1);
	return connect(p->fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ? -errno : 0;
}

int test_plane_send(struct test_plane *p, size_t length, int n_fds)
{
	char bytes[sizeof(p->hello) + 64] = {0};
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(32 * sizeof(int))];
	} control = {0};
	struct iovec iov = {bytes, length};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	int fds[32];

	memcpy(bytes, &p->hello, sizeof(p->hello));
	for (int i = 0; i < n_fds; i++)
		fds[i] = p->counters.fd;
	if (n_fds > 0) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.align), fds, n_fds * sizeof(int));
	}
	return sendmsg(p->fd, &msg, MSG_NOSIGNAL) == (ssize_t)length ? 0 : -errno;
}

static void take_fds(struct test_plane *p, struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fds[WEIR_MAX_PORTS + 2]; /* CMSG_SPACE() rounds up */
	size_t n;

	if (!c || c->cmsg_type != SCM_RIGHTS)
		return;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(c), n * sizeof(int));
	p->region_fd = fds[0];
	p->n_beats = (uint32_t)n - 1;
	memcpy(p->beats, fds + 1, p->n_beats * sizeof(int));
}

int test_plane_welcome(struct test_plane *p)
{
	char space[CMSG_SPACE((WEIR_MAX_PORTS + 1) * sizeof(int))];
	struct iovec iov = {&p->welcome, sizeof(p->welcome)};
	struct msghdr msg = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space)};
	ssize_t n = recvmsg(p->fd, &msg, MSG_CMSG_CLOEXEC);

	if (n <= 0)
		return n < 0 && errno == EAGAIN ? 0 : -1;
	take_fds(p, &msg);
	if (n != sizeof(p->welcome) || p->region_fd < 0)
		return -1;
	p->region = mmap(
		NULL, WEIR_REGION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, p->region_fd, 0);
	if (p->region == MAP_FAILED)
		abort();
	p->command.mem = &p->region->command;
	p->reply.mem = &p->region->reply;
	return 1;
}

int test_plane_command(struct test_plane *p, struct weir_msg *m)
{
	return weir_ring_get(&p->command, m);
}

void test_plane_reply(struct test_plane *p, struct weir_msg m)
{
	weir_msg_seal(&m);
	if (weir_ring_put(&p->reply, &m) < 0)
		abort();
}

void test_plane_close(struct test_plane *p)
{
	if (p->fd >= 0)
		close(p->fd);
	if (p->region)
		munmap(p->region, WEIR_REGION_SIZE);
	if (p->region_fd >= 0)
		close(p->region_fd);
	for (uint32_t i = 0; i < p->n_beats; i++)
		close(p->beats[i]);
	p->fd = p->region_fd = -1;
	p->region = NULL;
	p->n_beats = 0;
	p->command.pos = p->reply.pos = 0;
}

void test_plane_free(struct test_plane *p)
{
	test_plane_close(p);
	test_region_free(&p->counters);
}
