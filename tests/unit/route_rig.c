// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "route_rig.h"
#include "unit.h"

struct route_rig route_rig;

const struct route_port route_rig_ports[] = {{.interface = "lan"}, {.interface = "wan"}};

void route_rig_run(const char *fmt, ...)
{
	char cmd[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	ck_assert_msg(system(cmd) == 0, "failed: %s", cmd);
}

void route_rig_run_there(const char *fmt, ...)
{
	char cmd[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	route_rig_run("nsenter --net=/proc/%d/ns/net sh -ec '%s'", route_rig.there, cmd);
}

static void make_there(void)
{
	int ready[2];
	char c;

	ck_assert_int_eq(pipe(ready), 0);
	route_rig.there = fork();
	if (route_rig.there == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWNET) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
}

static void on_changed(void *arg)
{
	route_rig.n_changed++;
}

void route_rig_up(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "this test needs root: %s", strerror(errno));
	make_there();
	/* Addresses are usable at once: what takes two seconds otherwise is the kernel's affair. */
	route_rig_run("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
	route_rig_run_there("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
	route_rig_run("set -e; ip link set lo up;"
		      "for n in lan wan; do ip link add $n type veth peer name $n netns %d; done;"
		      "ip addr add 10.1.0.1/24 dev lan; ip addr add fd01::1/64 dev lan nodad;"
		      "ip addr add 10.2.0.1/24 dev wan; ip addr add fd02::1/64 dev wan nodad;"
		      "ip link set lan up; ip link set wan up",
		route_rig.there);
	route_rig_run_there(
		"ip link set lo up; ip addr add 10.9.0.9/32 dev lo; ip addr add fd09::9/128 dev lo;"
		"for i in 2 3 4; do ip addr add 10.1.0.$i/24 dev lan;"
		" ip addr add fd01::$i/64 dev lan nodad; done;"
		"ip addr add 10.2.0.2/24 dev wan; ip addr add fd02::2/64 dev wan nodad;"
		"echo 1 > /proc/sys/net/ipv4/conf/all/arp_notify;"
		"echo 1 > /proc/sys/net/ipv6/conf/all/ndisc_notify;"
		"ip link set lan up; ip link set wan up");
	route_rig.base = event_base_new();
	route_rig.route = route_new(route_rig.base, on_changed, NULL);
	ck_assert_ptr_nonnull(route_rig.route);
	route_ports(route_rig.route, route_rig_ports, 2);
}

void route_rig_down(void)
{
	route_free(route_rig.route);
	event_base_free(route_rig.base);
	kill(route_rig.there, SIGKILL);
	waitpid(route_rig.there, NULL, 0);
}

struct weir_addr route_rig_addr(const char *text)
{
	struct weir_addr a = {0};
	uint8_t v4[4];

	if (inet_pton(AF_INET, text, v4) == 1)
		return weir_addr_v4(v4);
	ck_assert_int_eq(inet_pton(AF_INET6, text, a.b), 1);
	return a;
}

void route_rig_watch(const char *const *texts, uint32_t n)
{
	struct weir_addr list[16];

	for (uint32_t i = 0; i < n; i++)
		list[i] = route_rig_addr(texts[i]);
	route_watch(route_rig.route, list, n);
}

struct weir_table_next_hop route_rig_lookup(const char *text)
{
	struct weir_table_next_hop hop;
	struct weir_addr a = route_rig_addr(text);

	route_lookup(route_rig.route, &a, &hop);
	return hop;
}

void route_rig_turn(uint32_t ms)
{
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};

	event_base_loopexit(route_rig.base, &tv);
	event_base_dispatch(route_rig.base);
}

int route_rig_until_ready(const char *text, uint16_t port, const uint8_t *mac, uint32_t ms)
{
	uint64_t start = unit_now_ns();

	while (unit_now_ns() - start < ms * 1000000ull) {
		struct weir_table_next_hop hop = route_rig_lookup(text);

		if (hop.state == WEIR_HOP_READY && hop.port == port &&
			(!mac || memcmp(hop.dst_mac, mac, 6) == 0))
			return (int)((unit_now_ns() - start) / 1000000);
		route_rig_turn(2);
	}
	return -1;
}

int route_rig_until_pending(const char *text, uint32_t ms)
{
	uint64_t start = unit_now_ns();

	while (unit_now_ns() - start < ms * 1000000ull) {
		if (route_rig_lookup(text).state == WEIR_HOP_PENDING)
			return (int)((unit_now_ns() - start) / 1000000);
		route_rig_turn(2);
	}
	return -1;
}

static void read_mac(const char *where, const char *interface, uint8_t mac[6])
{
	char cmd[256];
	FILE *f;

	/* sysfs shows the namespace of whoever mounted it: ask ip(8). */
	snprintf(cmd, sizeof(cmd), "%s ip -o link show %s | sed 's/.*ether \\([^ ]*\\).*/\\1/'",
		where, interface);
	f = popen(cmd, "r");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2],
				 &mac[3], &mac[4], &mac[5]),
		6);
	pclose(f);
}

static void mac_there(const char *interface, uint8_t mac[6])
{
	char where[64];

	snprintf(where, sizeof(where), "nsenter --net=/proc/%d/ns/net", route_rig.there);
	read_mac(where, interface, mac);
}

void route_rig_expect(const char *text, const char *src, const char *interface, uint16_t mtu)
{
	struct weir_table_next_hop hop = route_rig_lookup(text);
	struct weir_addr want = route_rig_addr(src);
	uint8_t mac[6];

	ck_assert_int_eq(hop.state, WEIR_HOP_READY);
	ck_assert_msg(weir_addr_eq(&hop.src, &want), "source address of %s", text);
	read_mac("", interface, mac);
	ck_assert_mem_eq(hop.src_mac, mac, 6);
	mac_there(interface, mac);
	ck_assert_mem_eq(hop.dst_mac, mac, 6);
	ck_assert_uint_eq(hop.mtu, mtu);
	ck_assert_uint_eq(hop.vlan, 0);
}

struct route_status route_rig_status(void)
{
	struct route_status s;

	route_status(route_rig.route, &s);
	return s;
}
