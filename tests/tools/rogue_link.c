// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <rte_ring.h>

#include "rogue.h"
#include "table_check.h"

static int listen_once(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), conn;

	strncpy(a.sun_path, path, sizeof(a.sun_path) - 1);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 1))
		return -errno;
	conn = accept(fd, NULL, NULL);
	close(fd);
	unlink(path);
	return conn < 0 ? -errno : conn;
}

static int receive_hello(struct rogue_link *l)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = {&l->hello, sizeof(l->hello)};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room)};
	struct stat st;
	int fd;

	if (recvmsg(l->conn, &m, 0) != sizeof(l->hello) || !CMSG_FIRSTHDR(&m))
		return -EPROTO;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	if (fstat(fd, &st))
		return -errno;
	l->counters = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return l->counters == MAP_FAILED ? -errno : 0;
}

static int make_region(struct rogue_link *l)
{
	int fd = memfd_create("rogue", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, WEIR_REGION_SIZE))
		return -errno;
	fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	l->region = mmap(NULL, WEIR_REGION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (l->region == MAP_FAILED)
		return -errno;
	l->region->magic = WEIR_REGION_MAGIC;
	l->region->abi = WEIR_REGION_ABI;
	l->region->length = WEIR_REGION_SIZE;
	l->region->instance = (uint64_t)time(NULL) << 16 | getpid();
	rte_ring_init(&l->region->command.ring, "command", WEIR_RING_SLOTS,
		RING_F_SP_ENQ | RING_F_SC_DEQ);
	rte_ring_init(
		&l->region->reply.ring, "reply", WEIR_RING_SLOTS, RING_F_SP_ENQ | RING_F_SC_DEQ);
	l->command.mem = &l->region->command;
	l->reply.mem = &l->region->reply;
	return fd;
}

static int send_welcome(struct rogue_link *l, int fd)
{
	struct weir_welcome w = {
		.magic = WEIR_LINK_MAGIC, .abi = WEIR_LINK_ABI, .instance = l->region->instance};
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {.room = {0}};
	struct iovec iov = {&w, sizeof(w)};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(l->conn, &m, 0) == sizeof(w) ? 0 : -errno;
}

int rogue_accept(struct rogue_link *l, const char *path)
{
	int rc, fd;

	memset(l, 0, sizeof(*l));
	l->conn = listen_once(path);
	if (l->conn < 0)
		return l->conn;
	rc = receive_hello(l);
	if (rc)
		return rc;
	fd = make_region(l);
	if (fd < 0)
		return fd;
	rc = send_welcome(l, fd);
	close(fd);
	return rc;
}

void rogue_close(struct rogue_link *l)
{
	close(l->conn);
	munmap(l->region, WEIR_REGION_SIZE);
}

void rogue_push_prepare(struct rogue_link *l, const struct rogue_table *t, struct weir_msg *m)
{
	memcpy(l->region->blob, t, sizeof(*t));
	*m = (struct weir_msg){.type = WEIR_MSG_TABLE,
		.seq = ++l->seq,
		.generation = t->head.generation,
		.length = t->head.length,
		.checksum = t->head.checksum};
	weir_msg_seal(m);
}

void rogue_send(struct rogue_link *l, struct weir_msg *m)
{
	weir_ring_put(&l->command, m);
}

int rogue_answer(struct rogue_link *l, struct weir_msg *m)
{
	struct timespec pause = {.tv_nsec = 1000000};

	for (int i = 0; i < 3000; i++) {
		if (weir_ring_get(&l->reply, m) == 0)
			return weir_msg_verify(m);
		nanosleep(&pause, NULL);
	}
	return -ETIMEDOUT;
}
