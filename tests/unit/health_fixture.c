// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "health_fixture.h"

/* The shared main() knows nothing of checkers; glibc hands constructors the arguments. */
__attribute__((constructor)) static void become_checker(int argc, char **argv)
{
	health_checker_main(argc, argv);
}

struct event_base *fixture_base;
struct health *fixture_health;
struct seen fixture_seen[FIXTURE_IDS];
uint32_t fixture_ok, fixture_failed, fixture_accepted;
static int listeners[16];
static uint32_t n_listeners;

static void on_result(void *arg, const struct health_result *r)
{
	uint64_t now = unit_now_ns();
	struct seen *s = &fixture_seen[r->id];

	ck_assert_uint_lt(r->id, FIXTURE_IDS);
	ck_assert_int_eq(r->ok, r->error[0] == '\0');
	r->ok ? s->ok++ : s->failed++;
	if (!r->ok) {
		snprintf(s->error, sizeof(s->error), "%s", r->error);
		s->error_us = r->duration_us;
	}
	if (s->last_ns) {
		double gap = (double)(now - s->last_ns);

		s->gaps++;
		s->sum_gap_ns += gap;
		s->sum_square_ns += gap * gap;
		if (now - s->last_ns > s->max_gap_ns)
			s->max_gap_ns = now - s->last_ns;
	}
	s->last_ns = now;
}

void fixture_setup(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "this test needs root: %s", strerror(errno));
	ck_assert_int_eq(
		system("ip link set lo up && ip link add hole type veth peer name nobody &&"
		       " ip link set hole up && ip link set nobody up arp off &&"
		       " ip addr add 192.0.2.1/24 dev hole &&"
		       " ip neigh add 192.0.2.9 dev hole lladdr 02:00:00:00:00:09"),
		0);
	fixture_base = event_base_new();
	fixture_health = health_new(fixture_base, on_result, NULL);
	ck_assert_ptr_nonnull(fixture_health);
}

void fixture_teardown(void)
{
	health_free(fixture_health);
	event_base_free(fixture_base);
}

/* A checker that is slow, or stopped, lets the kernel complete its handshakes. Nobody would accept
 * them, and a listen queue that is full is a true "down".
 */
static void accept_all(void)
{
	for (uint32_t i = 0; i < n_listeners; i++) {
		int fd;

		while ((fd = accept(listeners[i], NULL, NULL)) >= 0) {
			close(fd);
			fixture_accepted++;
		}
	}
}

int fixture_run(int (*done)(void), uint32_t ms)
{
	uint64_t end = unit_now_ns() + ms * 1000000ull;

	while (unit_now_ns() < end) {
		struct timeval tv = {0, 5000};

		if (done && done())
			return 1;
		event_base_loopexit(fixture_base, &tv);
		event_base_dispatch(fixture_base);
		accept_all();
	}
	return done && done();
}

int fixture_listen(const char *addr, uint16_t port)
{
	int family = strchr(addr, ':') ? AF_INET6 : AF_INET, one = 1;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	inet_pton(family, addr, family == AF_INET ? (void *)&sin.sin_addr : &sin6.sin6_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	ck_assert_int_eq(family == AF_INET ? bind(fd, (void *)&sin, sizeof(sin))
					   : bind(fd, (void *)&sin6, sizeof(sin6)),
		0);
	ck_assert_int_eq(listen(fd, 1024), 0);
	ck_assert_uint_lt(n_listeners, 16);
	listeners[n_listeners++] = fd;
	return fd;
}

struct health_target fixture_target(
	uint32_t id, const char *addr, uint16_t port, uint32_t interval_ms, uint32_t timeout_ms)
{
	struct health_target t = {.id = id, .port = port};
	uint8_t v4[4];

	if (inet_pton(AF_INET, addr, v4) == 1)
		t.addr = weir_addr_v4(v4);
	else
		ck_assert_int_eq(inet_pton(AF_INET6, addr, t.addr.b), 1);
	t.check = (struct conf_check){.type = CONF_CHECK_TCP,
		.interval_ms = interval_ms,
		.timeout_ms = timeout_ms,
		.rise = 2,
		.fall = 3};
	return t;
}

struct health_status fixture_status(void)
{
	struct health_status s;

	health_status(fixture_health, &s);
	return s;
}

void fixture_sum(uint32_t n)
{
	fixture_ok = fixture_failed = 0;
	for (uint32_t i = 0; i < n; i++) {
		fixture_ok += fixture_seen[i].ok;
		fixture_failed += fixture_seen[i].failed;
	}
}

void fixture_targets(struct health_target *t, uint32_t n, uint32_t interval_ms)
{
	char addr[32];

	for (uint32_t i = 0; i < n; i++) {
		snprintf(addr, sizeof(addr), "127.0.%u.%u", i / 250 + 1, i % 250 + 1);
		t[i] = fixture_target(i, addr, 80, interval_ms, 150);
	}
}

int fixture_zero_is_up(void)
{
	return fixture_seen[0].ok > 0;
}

void fixture_note_failures(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (fixture_seen[i].failed)
			unit_note("id %u failed %u times, last after %u us: %s", i,
				fixture_seen[i].failed, fixture_seen[i].error_us,
				fixture_seen[i].error);
	}
}
