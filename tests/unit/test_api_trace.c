// SPDX-License-Identifier: BSD-3-Clause
/* GET /v1/trace without a data plane, and with one that is played by the test: it says hello with
 * counters, takes the region, and answers a flow query as it is told, or never.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api_fixture.h"
#include "unit.h"

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "(none)";
}

static struct answer trace(
	struct fixture *f, const char *client, const char *vip, const char *proto)
{
	char path[256];

	snprintf(path, sizeof(path), "/v1/trace?client=%s&vip=%s&proto=%s", client, vip, proto);
	return fixture_get(f, path);
}

static void resolve_all(struct fixture *f)
{
	for (uint32_t slot = 0; slot < WEIR_MAX_BACKENDS; slot++)
		if (f->cp->model->by_slot[slot])
			f->cp->model->by_slot[slot]->hop.state = WEIR_HOP_READY;
}

/* Hashes and rows of tests/model/vectors.json. */
START_TEST(hash_and_row_are_those_of_the_published_vectors)
{
	struct fixture f;
	struct answer a;
	const char *target;

	fixture_setup_with(&f,
		"services: { web: { vip = \"10.99.0.1\"; port = 80; protocol = \"tcp\"; pool = "
		"\"p\"; }; };\n"
		"pools: { p: { rows = 251; backends: { web-1: { address = \"10.77.0.21\"; };\n"
		"  web-2: { address = \"10.77.0.22\"; }; }; }; };\n");
	ck_assert_uint_eq(fixture_backend(&f, "web", "web-1")->pool->n_rows, 251);
	a = trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(text(a.json, "hash"), "0x8b1005dd09465065");
	ck_assert_int_eq(json_integer_value(json_object_get(a.json, "row")), 136);
	target = text(a.json, "target");
	ck_assert_uint_eq(fixture_backend(&f, "web", target)->slot,
		weir_row_target(fixture_backend(&f, "web", target)->pool->rows[136]));
	answer_free(&a);
	a = trace(&f, "10.77.1.2:40001", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(text(a.json, "hash"), "0xcc31cf58e6064f52");
	ck_assert_int_eq(json_integer_value(json_object_get(a.json, "row")), 200);
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(without_a_data_plane_the_table_answers_and_the_flow_is_unknown)
{
	static const char *const keys[] = {"service", "plane", "worker", "hash", "row", "phase",
		"base", "target", "flow", "backend", "encap", "next_hop", "verdict", "reason"};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	a = trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		ck_assert_msg(json_object_get(a.json, keys[i]) != NULL, "no %s", keys[i]);
	ck_assert_str_eq(text(a.json, "flow"), "unknown");
	ck_assert_str_eq(text(a.json, "phase"), "stable");
	ck_assert_str_eq(text(a.json, "verdict"), "drop");
	ck_assert_str_eq(text(a.json, "reason"), "neigh_pending");
	answer_free(&a);
	resolve_all(&f);
	a = trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(text(a.json, "verdict"), "forward");
	ck_assert_str_eq(text(a.json, "encap"), "ipip");
	ck_assert_str_eq(text(a.json, "backend"), text(a.json, "target"));
	ck_assert_str_eq(text(json_object_get(a.json, "next_hop"), "state"), "ready");
	ck_assert(json_is_null(json_object_get(a.json, "reason")));
	answer_free(&a);
	a = trace(&f, "[fd77:1::2]:40000", "[fd99::2]:443", "tcp");
	ck_assert_str_eq(text(a.json, "service"), "api6");
	ck_assert_str_eq(text(a.json, "verdict"), "forward");
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(packets_that_no_backend_gets_have_the_reason_of_their_drop)
{
	static const struct {
		const char *client, *vip, *proto, *reason;
	} rows[] = {
		{"10.77.1.2:1", "10.99.0.9:80", "tcp", "not_local"},
		{"10.77.1.2:1", "10.99.0.1:81", "tcp", "no_vip_port"},
		{"10.77.1.2:1", "10.99.0.1:80", "udp", "no_vip_port"},
		{"10.77.1.2:0", "10.99.0.1:80", "tcp", "port0"},
		{"10.99.0.2:1", "10.99.0.1:80", "tcp", "src_is_vip"},
	};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	resolve_all(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a = trace(&f, rows[i].client, rows[i].vip, rows[i].proto);
		ck_assert_str_eq(text(a.json, "verdict"), "drop");
		ck_assert_str_eq(text(a.json, "reason"), rows[i].reason);
		answer_free(&a);
	}
	for (int i = 1; i <= 3; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/v1/backends/web/web-%d", i);
		a = fixture_post(&f, path, "{\"admin\": \"maint\"}");
		answer_free(&a);
	}
	fixture_run(&f, 20);
	a = trace(&f, "10.77.1.2:1", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(text(a.json, "reason"), "no_backend");
	ck_assert(json_is_null(json_object_get(a.json, "backend")));
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(malformed_tuples_are_refused_with_the_expected_form)
{
	static const struct {
		const char *client, *vip, *proto, *part;
	} rows[] = {
		{"", "10.99.0.1:80", "tcp", "client: ''"},
		{"10.77.1.2", "10.99.0.1:80", "tcp", "client: '10.77.1.2' is not ADDRESS:PORT"},
		{"10.77.1.2:", "10.99.0.1:80", "tcp", "client"},
		{"10.77.1.2:65536", "10.99.0.1:80", "tcp", "client"},
		{"10.77.1.2:-1", "10.99.0.1:80", "tcp", "client"},
		{"10.77.1:1", "10.99.0.1:80", "tcp", "client"},
		{"fd77::2:1", "[fd99::2]:443", "tcp", "client"},
		{"[fd77::2:1", "[fd99::2]:443", "tcp", "client"},
		{"[]:1", "[fd99::2]:443", "tcp", "client"},
		{"10.77.1.2:1", "10.99.0.1", "tcp", "vip"},
		{"10.77.1.2:1", "10.99.0.1:80", "icmp", "not tcp or udp"},
		{"10.77.1.2:1", "[fd99::2]:443", "tcp", "one address family"},
	};
	struct fixture f;

	fixture_setup(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer a = trace(&f, rows[i].client, rows[i].vip, rows[i].proto);

		ck_assert_msg(a.status == 400, "row %zu: status %ld", i, a.status);
		ck_assert_msg(strstr(text(a.json, "error"), rows[i].part) != NULL, "row %zu: %s", i,
			text(a.json, "error"));
		answer_free(&a);
	}
	fixture_teardown(&f);
}
END_TEST

/* The other end of the link, in a thread. */
struct peer {
	const struct fixture *f;
	struct weir_msg flow; /* the answer to a query; type 0 = none */
	int fd, stop;
	pthread_t thread;
};

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

static void answer_query(struct peer *p, struct weir_ring_end *reply, const struct weir_msg *query)
{
	struct weir_msg m = p->flow;

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

static void peer_start(struct peer *p, struct fixture *f)
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

static void peer_stop(struct peer *p)
{
	__atomic_store_n(&p->stop, 1, __ATOMIC_RELAXED);
	pthread_join(p->thread, NULL);
	close(p->fd);
}

START_TEST(flow_that_a_worker_holds_is_a_hit_with_its_backend)
{
	const struct model_backend *b;
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	resolve_all(&f);
	b = fixture_backend(&f, "web", "web-3");
	p.flow = (struct weir_msg){.type = WEIR_MSG_FLOW,
		.reason = 1,
		.length = (uint64_t)1 << 32 | b->slot,
		.checksum = (uint64_t)2 << 32 | 890,
		.detail = b->incarnation};
	peer_start(&p, &f);
	resolve_all(&f);
	a = trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(text(a.json, "flow"), "hit");
	ck_assert_str_eq(text(a.json, "backend"), "web-3");
	ck_assert_int_eq(json_integer_value(json_object_get(a.json, "worker")), 1);
	ck_assert_ptr_nonnull(strstr(text(a.json, "why"), "confirmed, expires in 890 s"));
	ck_assert_str_eq(text(a.json, "verdict"), "forward");
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(entry_of_an_earlier_incarnation_is_a_miss)
{
	const struct model_backend *b;
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	b = fixture_backend(&f, "web", "web-3");
	p.flow = (struct weir_msg){.type = WEIR_MSG_FLOW,
		.reason = 1,
		.length = b->slot,
		.detail = b->incarnation + 1};
	peer_start(&p, &f);
	resolve_all(&f);
	a = trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(text(a.json, "flow"), "miss");
	ck_assert_str_eq(text(a.json, "backend"), text(a.json, "target"));
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(nonsense_from_the_data_plane_is_a_miss)
{
	static const uint64_t slots[] = {WEIR_MAX_BACKENDS, WEIR_SLOT_NONE, 9000, UINT32_MAX};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		struct peer p = {.flow = {.type = WEIR_MSG_FLOW,
					 .reason = 1,
					 .length = slots[i],
					 .checksum = UINT64_MAX}};

		peer_start(&p, &f);
		resolve_all(&f);
		a = trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
		ck_assert_str_eq(text(a.json, "flow"), "miss");
		answer_free(&a);
		peer_stop(&p);
		fixture_run(&f, 50);
	}
	fixture_teardown(&f);
}
END_TEST

START_TEST(data_plane_that_does_not_answer_delays_only_this_trace)
{
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	peer_start(&p, &f);
	resolve_all(&f);
	a = trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(text(a.json, "flow"), "unknown");
	ck_assert_str_eq(text(a.json, "verdict"), "forward");
	ck_assert_double_lt(a.seconds, 2.5);
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

static int send_trace(const struct fixture *f)
{
	static const char request[] = "GET /v1/trace?client=10.77.1.2:4&vip=10.99.0.1:80&proto=tcp "
				      "HTTP/1.1\r\nHost: weir\r\n\r\n";
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", f->socket);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	ck_assert_int_eq(send(fd, request, sizeof(request) - 1, 0), sizeof(request) - 1);
	return fd;
}

START_TEST(client_that_leaves_before_the_answer_harms_nobody)
{
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	peer_start(&p, &f);
	for (int i = 0; i < 8; i++) {
		int fd = send_trace(&f);

		fixture_run(&f, 20);
		close(fd);
	}
	fixture_run(&f, 1500);
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(a.status, 200);
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(server_that_ends_before_the_answer_leaves_nothing_behind)
{
	struct peer p = {0};
	struct fixture f;
	int fd;

	fixture_setup(&f);
	peer_start(&p, &f);
	fd = send_trace(&f);
	fixture_run(&f, 50);
	peer_stop(&p);
	fixture_teardown(&f);
	close(fd);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("api_trace");

	fixture_need_root();
	unit_case(s, hash_and_row_are_those_of_the_published_vectors, 20);
	unit_case(s, without_a_data_plane_the_table_answers_and_the_flow_is_unknown, 20);
	unit_case(s, packets_that_no_backend_gets_have_the_reason_of_their_drop, 20);
	unit_case(s, malformed_tuples_are_refused_with_the_expected_form, 20);
	unit_case(s, flow_that_a_worker_holds_is_a_hit_with_its_backend, 20);
	unit_case(s, entry_of_an_earlier_incarnation_is_a_miss, 20);
	unit_case(s, nonsense_from_the_data_plane_is_a_miss, 20);
	unit_case(s, data_plane_that_does_not_answer_delays_only_this_trace, 20);
	unit_case(s, client_that_leaves_before_the_answer_harms_nobody, 20);
	unit_case(s, server_that_ends_before_the_answer_leaves_nothing_behind, 20);
	return s;
}
