// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <check.h>

#include "api_peer.h"

static int receive_region(int fd)
{
	struct weir_welcome w;
	struct iovec iov = {&w, sizeof(w)};
	char control[CMSG_SPACE(sizeof(int) * 17)];
	struct msghdr mh = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *c;
	int region = -1;

	if (recvmsg(fd, &mh, 0) != sizeof(w))
		return -1;
	c = CMSG_FIRSTHDR(&mh);
	if (c)
		memcpy(&region, CMSG_DATA(c), sizeof(region));
	return region;
}

static void send_hello(int fd)
{
	struct weir_hello h = {.magic = WEIR_LINK_MAGIC, .abi = WEIR_LINK_ABI, .instance = 42};
	struct iovec iov = {&h, sizeof(h)};
	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct msghdr mh = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&mh);
	int counters = fixture_counters_make(NULL, NULL);

	h.pid = (uint32_t)getpid();
	h.n_workers = 2;
	h.n_ports = 1;
	h.ports_open = 1;
	strcpy(h.port[0].name, "uplink0");
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &counters, sizeof(counters));
	if (sendmsg(fd, &mh, 0) != sizeof(h))
		abort();
	close(counters);
}

static void answer_audit(struct peer *p, struct weir_ring_end *reply, uint64_t seq)
{
	__atomic_add_fetch(&p->audits, 1, __ATOMIC_RELAXED);
	usleep(p->audit_ms * 1000);
	for (int i = 0; i < PEER_ACCOUNTS && p->accounts[i].type != 0; i++) {
		struct weir_msg m = p->accounts[i];

		m.seq = seq;
		weir_msg_seal(&m);
		weir_ring_put(reply, &m);
	}
}

static void answer_query(struct peer *p, struct weir_ring_end *reply, const struct weir_msg *query)
{
	struct weir_msg m = p->flow;

	if (query->type == WEIR_MSG_VERIFY) {
		answer_audit(p, reply, query->seq);
		return;
	}
	if (query->type == WEIR_MSG_TABLE) {
		m = (struct weir_msg){.type = WEIR_MSG_APPLIED, .generation = query->generation};
	} else if (m.type == 0) {
		return;
	}
	m.seq = query->seq;
	if (query->type == WEIR_MSG_FLOW_QUERY)
		m.offset = query->offset;
	weir_msg_seal(&m);
	weir_ring_put(reply, &m);
}

static void *peer_main(void *arg)
{
	struct peer *p = arg;
	struct weir_region *r;
	struct weir_msg m;
	int fd;

	send_hello(p->fd);
	fd = receive_region(p->fd);
	r = mmap(NULL, WEIR_REGION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r == MAP_FAILED)
		abort();
	struct weir_ring_end command = {&r->command, 0}, reply = {&r->reply, 0};

	while (!__atomic_load_n(&p->stop, __ATOMIC_RELAXED)) {
		if (weir_ring_get(&command, &m) == 0)
			answer_query(p, &reply, &m);
		else
			usleep(1000);
	}
	munmap(r, WEIR_REGION_SIZE);
	close(fd);
	return NULL;
}

void peer_start(struct peer *p, struct fixture *f)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	p->f = f;
	p->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", f->dp_socket);
	ck_assert_int_eq(connect(p->fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	ck_assert_int_eq(pthread_create(&p->thread, NULL, peer_main, p), 0);
	for (int i = 0; i < 100 && !link_connected(f->cp->link); i++)
		fixture_run(f, 20);
	ck_assert(link_connected(f->cp->link));
	fixture_run(f, 100);
}

void peer_stop(struct peer *p)
{
	__atomic_store_n(&p->stop, 1, __ATOMIC_RELAXED);
	pthread_join(p->thread, NULL);
	close(p->fd);
}
