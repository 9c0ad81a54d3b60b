// SPDX-License-Identifier: BSD-3-Clause
/* Next hops from a real kernel: each test has two network namespaces of its own (check forks for
 * each test), which vanish with it.
 *
 *	here                                       there (a child process)
 *	lan   10.1.0.1/24  fd01::1/64  ----------  10.1.0.2 .3 .4, fd01::2 .3
 *	wan   10.2.0.1/24  fd02::1/64  ----------  10.2.0.2, fd02::2
 *	                                           10.9.0.9 and fd09::9 on lo
 *
 * lan and wan are ports 0 and 1; 10.1.0.99 answers to nobody.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "route.h"
#include "unit.h"

static struct event_base *base;
static struct route *route;
static uint32_t n_changed;
static int there; /* pid of the other namespace */

static const struct route_port ports[] = {{.interface = "lan"}, {.interface = "wan"}};

__attribute__((format(printf, 1, 2))) static void run(const char *fmt, ...)
{
	char cmd[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	ck_assert_msg(system(cmd) == 0, "failed: %s", cmd);
}

__attribute__((format(printf, 1, 2))) static void run_there(const char *fmt, ...)
{
	char cmd[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	run("nsenter --net=/proc/%d/ns/net sh -ec '%s'", there, cmd);
}

static void make_there(void)
{
	int ready[2];
	char c;

	ck_assert_int_eq(pipe(ready), 0);
	there = fork();
	if (there == 0) {
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
	n_changed++;
}

static void setup(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "this test needs root: %s", strerror(errno));
	make_there();
	/* Addresses are usable at once: what takes two seconds otherwise is the kernel's affair. */
	run("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
	run_there("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
	run("set -e; ip link set lo up;"
	    "for n in lan wan; do ip link add $n type veth peer name $n netns %d; done;"
	    "ip addr add 10.1.0.1/24 dev lan; ip addr add fd01::1/64 dev lan nodad;"
	    "ip addr add 10.2.0.1/24 dev wan; ip addr add fd02::1/64 dev wan nodad;"
	    "ip link set lan up; ip link set wan up",
		there);
	run_there(
		"ip link set lo up; ip addr add 10.9.0.9/32 dev lo; ip addr add fd09::9/128 dev lo;"
		"for i in 2 3 4; do ip addr add 10.1.0.$i/24 dev lan;"
		" ip addr add fd01::$i/64 dev lan nodad; done;"
		"ip addr add 10.2.0.2/24 dev wan; ip addr add fd02::2/64 dev wan nodad;"
		"echo 1 > /proc/sys/net/ipv4/conf/all/arp_notify;"
		"echo 1 > /proc/sys/net/ipv6/conf/all/ndisc_notify;"
		"ip link set lan up; ip link set wan up");
	base = event_base_new();
	route = route_new(base, on_changed, NULL);
	ck_assert_ptr_nonnull(route);
	route_ports(route, ports, 2);
}

static void teardown(void)
{
	route_free(route);
	event_base_free(base);
	kill(there, SIGKILL);
	waitpid(there, NULL, 0);
}

static struct weir_addr addr(const char *text)
{
	struct weir_addr a = {0};
	uint8_t v4[4];

	if (inet_pton(AF_INET, text, v4) == 1)
		return weir_addr_v4(v4);
	ck_assert_int_eq(inet_pton(AF_INET6, text, a.b), 1);
	return a;
}

static void watch(const char *const *texts, uint32_t n)
{
	struct weir_addr list[16];

	for (uint32_t i = 0; i < n; i++)
		list[i] = addr(texts[i]);
	route_watch(route, list, n);
}
#define WATCH(...)                                                                                 \
	watch((const char *const[]){__VA_ARGS__},                                                  \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static struct weir_table_next_hop lookup(const char *text)
{
	struct weir_table_next_hop hop;
	struct weir_addr a = addr(text);

	route_lookup(route, &a, &hop);
	return hop;
}

static void turn(uint32_t ms)
{
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};

	event_base_loopexit(base, &tv);
	event_base_dispatch(base);
}

/* Run the loop until @text is resolved to @port and @mac (NULL: whatever). Milliseconds, or -1. */
static int until_ready(const char *text, uint16_t port, const uint8_t *mac, uint32_t ms)
{
	uint64_t start = unit_now_ns();

	while (unit_now_ns() - start < ms * 1000000ull) {
		struct weir_table_next_hop hop = lookup(text);

		if (hop.state == WEIR_HOP_READY && hop.port == port &&
			(!mac || memcmp(hop.dst_mac, mac, 6) == 0))
			return (int)((unit_now_ns() - start) / 1000000);
		turn(2);
	}
	return -1;
}

static int until_pending(const char *text, uint32_t ms)
{
	uint64_t start = unit_now_ns();

	while (unit_now_ns() - start < ms * 1000000ull) {
		if (lookup(text).state == WEIR_HOP_PENDING)
			return (int)((unit_now_ns() - start) / 1000000);
		turn(2);
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

	snprintf(where, sizeof(where), "nsenter --net=/proc/%d/ns/net", there);
	read_mac(where, interface, mac);
}

static void expect_hop(const char *text, const char *src, const char *interface, uint16_t mtu)
{
	struct weir_table_next_hop hop = lookup(text);
	struct weir_addr want = addr(src);
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

START_TEST(neighbour_on_the_link_is_resolved)
{
	setup();
	WATCH("10.1.0.2", "fd01::2", "10.2.0.2");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(until_ready("fd01::2", 0, NULL, 2000), 0);
	ck_assert_int_ge(until_ready("10.2.0.2", 1, NULL, 2000), 0);
	expect_hop("10.1.0.2", "10.1.0.1", "lan", 1500);
	expect_hop("fd01::2", "fd01::1", "lan", 1500);
	expect_hop("10.2.0.2", "10.2.0.1", "wan", 1500);
	ck_assert_uint_gt(n_changed, 0);
	/* The kernel keeps them from now on, and shows whose they are. */
	run("ip neigh show 10.1.0.2 dev lan | grep -q 'managed.*proto 77\\|proto 77.*managed'");
	ck_assert_int_eq(lookup("10.1.0.3").state, WEIR_HOP_PENDING); /* not watched */
	teardown();
}
END_TEST

START_TEST(backend_behind_a_gateway_gets_the_gateway)
{
	setup();
	run("ip route add 10.9.0.0/16 via 10.2.0.2 mtu 1400 src 10.1.0.1;"
	    "ip route add fd09::/64 via fd02::2");
	WATCH("10.9.0.9", "fd09::9");
	ck_assert_int_ge(until_ready("10.9.0.9", 1, NULL, 2000), 0);
	ck_assert_int_ge(until_ready("fd09::9", 1, NULL, 2000), 0);
	expect_hop("10.9.0.9", "10.1.0.1", "wan", 1400);
	expect_hop("fd09::9", "fd02::1", "wan", 1500);
	teardown();
}
END_TEST

START_TEST(ipv4_route_over_an_ipv6_gateway_is_resolved)
{
	setup();
	run("ip route add 10.9.0.9/32 via inet6 fd02::2 dev wan");
	WATCH("10.9.0.9");
	ck_assert_int_ge(until_ready("10.9.0.9", 1, NULL, 2000), 0);
	expect_hop("10.9.0.9", "10.2.0.1", "wan", 1500);
	teardown();
}
END_TEST

START_TEST(route_to_another_next_hop_is_followed)
{
	int ms;

	setup();
	run("ip route add 10.9.0.0/16 via 10.2.0.2");
	WATCH("10.9.0.9", "10.1.0.2");
	ck_assert_int_ge(until_ready("10.9.0.9", 1, NULL, 2000), 0);
	run("ip route add 10.9.0.9/32 via 10.1.0.3");
	ms = until_ready("10.9.0.9", 0, NULL, 2000);
	ck_assert_int_ge(ms, 0);
	unit_note("route change followed after %d ms", ms);
	run("ip route del 10.9.0.9/32");
	ck_assert_int_ge(until_ready("10.9.0.9", 1, NULL, 2000), 0);
	run("ip route del 10.9.0.0/16");
	ck_assert_int_ge(until_pending("10.9.0.9", 2000), 0);
	/* The gateways that nobody needs any more are let go. */
	turn(50);
	run("! ip neigh show proto 77 | grep -qF -e 10.2.0.2 -e 10.1.0.3");
	run("ip neigh show proto 77 | grep -qF 10.1.0.2");
	teardown();
}
END_TEST

START_TEST(announced_mac_change_is_followed_within_a_second)
{
	uint8_t v4[6] = {2, 0, 0, 0, 0x77, 1};
	int ms4, ms6;

	setup();
	WATCH("10.1.0.2", "fd01::2");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(until_ready("fd01::2", 0, NULL, 2000), 0);
	turn(1100); /* the kernel trusts a fresh entry for a second (locktime) */
	run_there("ip link set lan address 02:00:00:00:77:01");
	ms4 = until_ready("10.1.0.2", 0, v4, 3000);
	ms6 = until_ready("fd01::2", 0, v4, 3000);
	unit_note("MAC change followed after %d ms (IPv4), %d ms (IPv6)", ms4, ms6);
	ck_assert(ms4 >= 0 && ms4 < 1000);
	ck_assert(ms6 >= 0 && ms6 < 1000);
	teardown();
}
END_TEST

START_TEST(own_mac_and_mtu_changes_are_followed)
{
	uint8_t mac[6] = {2, 0, 0, 0, 0x78, 1};
	struct weir_table_next_hop hop;

	setup();
	WATCH("10.1.0.2");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	run("ip link set lan mtu 1300; ip link set lan address 02:00:00:00:78:01");
	turn(200);
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	hop = lookup("10.1.0.2");
	ck_assert_uint_eq(hop.mtu, 1300);
	ck_assert_mem_eq(hop.src_mac, mac, 6);
	teardown();
}
END_TEST

START_TEST(interface_down_and_up_is_followed)
{
	setup();
	WATCH("10.1.0.2", "10.2.0.2");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(until_ready("10.2.0.2", 1, NULL, 2000), 0);
	run("ip link set lan down");
	ck_assert_int_ge(until_pending("10.1.0.2", 2000), 0);
	ck_assert_int_eq(lookup("10.2.0.2").state, WEIR_HOP_READY);
	run("ip link set lan up");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 3000), 0);
	teardown();
}
END_TEST

START_TEST(interface_that_is_renamed_or_replaced_is_followed)
{
	setup();
	WATCH("10.1.0.2", "fd01::2");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	run("ip link set lan down; ip link set lan name other; ip link set other up");
	ck_assert_int_ge(until_pending("10.1.0.2", 2000), 0);
	run("ip link set other down; ip link set other name lan; ip link set lan up");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 3000), 0);
	run("ip link del lan");
	ck_assert_int_ge(until_pending("10.1.0.2", 2000), 0);
	run("ip link add lan type veth peer name lan netns %d && ip addr add 10.1.0.1/24 dev lan &&"
	    " ip link set lan up",
		there);
	run_there("ip addr add 10.1.0.2/24 dev lan; ip link set lan up");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 5000), 0);
	expect_hop("10.1.0.2", "10.1.0.1", "lan", 1500);
	teardown();
}
END_TEST

START_TEST(route_by_an_interface_that_is_no_port_stays_pending)
{
	setup();
	route_ports(route, ports, 1);
	WATCH("10.1.0.2", "10.2.0.2", "127.0.0.1", "10.1.0.1", "192.0.2.1");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	turn(200);
	ck_assert_int_eq(lookup("10.2.0.2").state, WEIR_HOP_PENDING);
	ck_assert_int_eq(lookup("127.0.0.1").state, WEIR_HOP_PENDING);
	ck_assert_int_eq(lookup("10.1.0.1").state, WEIR_HOP_PENDING);
	ck_assert_int_eq(lookup("192.0.2.1").state, WEIR_HOP_PENDING);
	route_ports(route, ports, 2);
	ck_assert_int_ge(until_ready("10.2.0.2", 1, NULL, 2000), 0);
	teardown();
}
END_TEST

START_TEST(silent_neighbour_stays_pending_and_others_are_unaffected)
{
	uint32_t before;

	setup();
	WATCH("10.1.0.2", "10.1.0.99", "10.1.0.3");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(until_ready("10.1.0.3", 0, NULL, 2000), 0);
	turn(100);
	before = n_changed;
	turn(5000); /* it goes from INCOMPLETE to FAILED meanwhile: no answer differs */
	ck_assert_int_eq(lookup("10.1.0.99").state, WEIR_HOP_PENDING);
	ck_assert_int_eq(lookup("10.1.0.2").state, WEIR_HOP_READY);
	ck_assert_uint_eq(n_changed, before);
	run_there("ip addr add 10.1.0.99/24 dev lan");
	ck_assert_int_ge(until_ready("10.1.0.99", 0, NULL, 12000), 0);
	teardown();
}
END_TEST

START_TEST(removed_entry_is_asked_for_again_at_once)
{
	uint32_t before;
	int ms;

	setup();
	WATCH("10.1.0.2");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	turn(100);
	before = n_changed;
	run("ip neigh flush dev lan");
	turn(1);
	ms = until_ready("10.1.0.2", 0, NULL, 2000);
	ck_assert_int_ge(ms, 0);
	turn(300);
	unit_note("flushed entry: %u changes seen", n_changed - before);
	run("ip neigh show 10.1.0.2 dev lan | grep -q managed");
	teardown();
}
END_TEST

START_TEST(permanent_entry_of_the_operator_is_used_and_left_alone)
{
	uint8_t mac[6] = {2, 0, 0, 0, 0, 0x55};

	setup();
	run("ip neigh replace 10.1.0.2 dev lan lladdr 02:00:00:00:00:55 nud permanent");
	WATCH("10.1.0.2", "10.1.0.3");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, mac, 2000), 0);
	ck_assert_int_ge(until_ready("10.1.0.3", 0, NULL, 2000), 0);
	/* One that comes later goes before what we asked for, too. */
	run("ip neigh replace 10.1.0.3 dev lan lladdr 02:00:00:00:00:55 nud permanent");
	ck_assert_int_ge(until_ready("10.1.0.3", 0, mac, 2000), 0);
	turn(2500);
	run("ip neigh show 10.1.0.2 dev lan | grep -q PERMANENT");
	run("ip neigh show 10.1.0.3 dev lan | grep -q PERMANENT");
	WATCH("10.1.0.4");
	run("ip neigh show 10.1.0.2 dev lan | grep -q PERMANENT");
	run("ip neigh show 10.1.0.3 dev lan | grep -q PERMANENT");
	teardown();
}
END_TEST

/* The receive buffer of the socket that hears events (the one that belongs to groups). */
static void shrink_event_buffer(int size)
{
	for (int fd = 3; fd < 64; fd++) {
		struct sockaddr_nl sa = {0};
		socklen_t len = sizeof(sa);

		if (getsockname(fd, (struct sockaddr *)&sa, &len) == 0 &&
			sa.nl_family == AF_NETLINK && sa.nl_groups)
			ck_assert_int_eq(
				setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)), 0);
	}
}

static struct route_status status(void)
{
	struct route_status s;

	route_status(route, &s);
	return s;
}

START_TEST(event_storm_over_a_small_buffer_recovers)
{
	uint32_t before;

	setup();
	WATCH("10.1.0.2", "10.9.0.9");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	shrink_event_buffer(4096);
	before = n_changed;
	/* Nobody listens meanwhile; the route that matters is lost among others. */
	run("(for i in $(seq 0 255); do for j in 1 2 3 4; do"
	    " echo route add 10.$((100 + j)).$i.0/24 via 10.2.0.2; done; done;"
	    " echo route add 10.9.0.9/32 via 10.2.0.2) | ip -batch -");
	ck_assert_int_ge(until_ready("10.9.0.9", 1, NULL, 3000), 0);
	ck_assert_uint_gt(status().lost, 0);
	ck_assert_uint_gt(status().resyncs, 1);
	unit_note("storm: %llu losses, %llu resyncs, %u calls", (unsigned long long)status().lost,
		(unsigned long long)status().resyncs, n_changed - before);
	ck_assert_uint_lt(n_changed - before, 10);
	teardown();
}
END_TEST

START_TEST(storm_of_foreign_routes_changes_nothing)
{
	uint64_t events;
	uint32_t before;

	setup();
	WATCH("10.1.0.2", "10.2.0.2");
	ck_assert_int_ge(until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(until_ready("10.2.0.2", 1, NULL, 2000), 0);
	turn(200);
	before = n_changed;
	events = status().events;
	run("(for i in $(seq 0 255); do for j in $(seq 1 16); do"
	    " echo route add 10.$((100 + j)).$i.0/24 via 10.2.0.2; done; done) | ip -batch -");
	turn(300);
	ck_assert_uint_ge(status().events - events, 4096);
	ck_assert_uint_eq(status().lost, 0);
	ck_assert_uint_eq(n_changed, before);
	teardown();
}
END_TEST

START_TEST(ten_thousand_addresses_are_not_quadratic)
{
	static struct weir_addr list[10000];
	uint64_t start, cost[2];
	uint32_t n[2] = {1000, 10000};

	setup();
	run("ip route add 10.9.0.0/16 via 10.2.0.2; ip route add fd09::/64 via fd02::2");
	for (uint32_t i = 0; i < 10000; i++) {
		list[i] = addr(i % 2 ? "10.9.0.0" : "fd09::");
		list[i].b[14] = (uint8_t)(i >> 8);
		list[i].b[15] = (uint8_t)i;
	}
	for (int k = 0; k < 2; k++) {
		start = unit_now_ns();
		route_watch(route, list, n[k]);
		cost[k] = unit_now_ns() - start;
		unit_note("%u new addresses: %.1f ms", n[k], (double)cost[k] / 1e6);
	}
	ck_assert_int_ge(until_ready("10.9.0.1", 1, NULL, 2000), 0);
	ck_assert_int_ge(until_ready("fd09::2", 1, NULL, 2000), 0);
	ck_assert_uint_eq(status().watched, 10000);
	ck_assert_uint_eq(status().ready, 10000);
	/* Ten times the work, with room for a stolen core: a quadratic one takes a hundred times. */
	ck_assert_uint_lt(cost[1], 40 * cost[0] + 50000000);
	start = unit_now_ns();
	run("ip route change 10.9.0.0/16 via 10.1.0.2");
	ck_assert_int_ge(until_ready("10.9.39.1", 0, NULL, 3000), 0);
	unit_note("5,000 addresses to another gateway: %.1f ms",
		(double)(unit_now_ns() - start) / 1e6);
	route_watch(route, list, 0);
	ck_assert_uint_eq(status().watched, 0);
	teardown();
}
END_TEST

/* No more of them: the kernel's table (1,024 entries) serves all namespaces of the machine. */
START_TEST(many_neighbours_on_the_link_are_resolved)
{
	static struct weir_addr list[200];
	uint64_t start = 0;

	setup();
	run("ip addr add 10.8.0.1/16 dev lan");
	run_there("ip route add local 10.8.0.0/16 dev lo; ip route add 10.8.0.1 dev lan;"
		  "echo 1 > /proc/sys/net/ipv4/ip_forward");
	for (uint32_t i = 0; i < 200; i++) {
		list[i] = addr("10.8.1.0");
		list[i].b[14] = (uint8_t)(1 + i / 200);
		list[i].b[15] = (uint8_t)(1 + i % 200);
	}
	start = unit_now_ns();
	route_watch(route, list, 200);
	while (status().ready < 200 && unit_now_ns() - start < 5000000000)
		turn(5);
	unit_note("200 neighbours: %.1f ms, %u calls", (double)(unit_now_ns() - start) / 1e6,
		n_changed);
	ck_assert_uint_eq(status().ready, 200);
	ck_assert_uint_eq(status().refused, 0);
	teardown();
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		neighbour_on_the_link_is_resolved,
		backend_behind_a_gateway_gets_the_gateway,
		ipv4_route_over_an_ipv6_gateway_is_resolved,
		route_to_another_next_hop_is_followed,
		announced_mac_change_is_followed_within_a_second,
		own_mac_and_mtu_changes_are_followed,
		interface_down_and_up_is_followed,
		interface_that_is_renamed_or_replaced_is_followed,
		route_by_an_interface_that_is_no_port_stays_pending,
		silent_neighbour_stays_pending_and_others_are_unaffected,
		removed_entry_is_asked_for_again_at_once,
		permanent_entry_of_the_operator_is_used_and_left_alone,
		event_storm_over_a_small_buffer_recovers,
		storm_of_foreign_routes_changes_nothing,
		ten_thousand_addresses_are_not_quadratic,
		many_neighbours_on_the_link_are_resolved,
	};
	Suite *s = suite_create("route");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 40);
	return s;
}
