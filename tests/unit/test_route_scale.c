// SPDX-License-Identifier: BSD-3-Clause
/* Many events and many addresses (route_rig.h). */
#include <linux/netlink.h>
#include <sys/socket.h>

#include "route_rig.h"
#include "unit.h"

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

START_TEST(event_storm_over_a_small_buffer_recovers)
{
	uint32_t before;

	route_rig_up();
	WATCH("10.1.0.2", "10.9.0.9");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	shrink_event_buffer(4096);
	before = route_rig.n_changed;
	/* Nobody listens meanwhile; the route that matters is lost among others. */
	route_rig_run("(for i in $(seq 0 255); do for j in 1 2 3 4; do"
		      " echo route add 10.$((100 + j)).$i.0/24 via 10.2.0.2; done; done;"
		      " echo route add 10.9.0.9/32 via 10.2.0.2) | ip -batch -");
	ck_assert_int_ge(route_rig_until_ready("10.9.0.9", 1, NULL, 3000), 0);
	ck_assert_uint_gt(route_rig_status().lost, 0);
	ck_assert_uint_gt(route_rig_status().resyncs, 1);
	unit_note("storm: %llu losses, %llu resyncs, %u calls",
		(unsigned long long)route_rig_status().lost,
		(unsigned long long)route_rig_status().resyncs, route_rig.n_changed - before);
	ck_assert_uint_lt(route_rig.n_changed - before, 10);
	route_rig_down();
}
END_TEST

START_TEST(storm_of_foreign_routes_changes_nothing)
{
	uint64_t events;
	uint32_t before;

	route_rig_up();
	WATCH("10.1.0.2", "10.2.0.2");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("10.2.0.2", 1, NULL, 2000), 0);
	route_rig_turn(200);
	before = route_rig.n_changed;
	events = route_rig_status().events;
	route_rig_run(
		"(for i in $(seq 0 255); do for j in $(seq 1 16); do"
		" echo route add 10.$((100 + j)).$i.0/24 via 10.2.0.2; done; done) | ip -batch -");
	route_rig_turn(300);
	ck_assert_uint_ge(route_rig_status().events - events, 4096);
	ck_assert_uint_eq(route_rig_status().lost, 0);
	ck_assert_uint_eq(route_rig.n_changed, before);
	route_rig_down();
}
END_TEST

START_TEST(ten_thousand_addresses_are_not_quadratic)
{
	static struct weir_addr list[10000];
	uint64_t start, cost[2];
	uint32_t n[2] = {1000, 10000};

	route_rig_up();
	route_rig_run("ip route add 10.9.0.0/16 via 10.2.0.2; ip route add fd09::/64 via fd02::2");
	for (uint32_t i = 0; i < 10000; i++) {
		list[i] = route_rig_addr(i % 2 ? "10.9.0.0" : "fd09::");
		list[i].b[14] = (uint8_t)(i >> 8);
		list[i].b[15] = (uint8_t)i;
	}
	for (int k = 0; k < 2; k++) {
		start = unit_now_ns();
		route_watch(route_rig.route, list, n[k]);
		cost[k] = unit_now_ns() - start;
		unit_note("%u new addresses: %.1f ms", n[k], (double)cost[k] / 1e6);
	}
	ck_assert_int_ge(route_rig_until_ready("10.9.0.1", 1, NULL, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("fd09::2", 1, NULL, 2000), 0);
	ck_assert_uint_eq(route_rig_status().watched, 10000);
	ck_assert_uint_eq(route_rig_status().ready, 10000);
	/* Ten times the work, with room for a stolen core: a quadratic one takes a hundred times. */
	ck_assert_uint_lt(cost[1], 40 * cost[0] + 50000000);
	start = unit_now_ns();
	route_rig_run("ip route change 10.9.0.0/16 via 10.1.0.2");
	ck_assert_int_ge(route_rig_until_ready("10.9.39.1", 0, NULL, 3000), 0);
	unit_note("5,000 addresses to another gateway: %.1f ms",
		(double)(unit_now_ns() - start) / 1e6);
	route_watch(route_rig.route, list, 0);
	ck_assert_uint_eq(route_rig_status().watched, 0);
	route_rig_down();
}
END_TEST

/* No more of them: the kernel's table (1,024 entries) serves all namespaces of the machine. */
START_TEST(many_neighbours_on_the_link_are_resolved)
{
	static struct weir_addr list[200];
	uint64_t start = 0;

	route_rig_up();
	route_rig_run("ip addr add 10.8.0.1/16 dev lan");
	route_rig_run_there("ip route add local 10.8.0.0/16 dev lo; ip route add 10.8.0.1 dev lan;"
			    "echo 1 > /proc/sys/net/ipv4/ip_forward");
	for (uint32_t i = 0; i < 200; i++) {
		list[i] = route_rig_addr("10.8.1.0");
		list[i].b[14] = (uint8_t)(1 + i / 200);
		list[i].b[15] = (uint8_t)(1 + i % 200);
	}
	start = unit_now_ns();
	route_watch(route_rig.route, list, 200);
	while (route_rig_status().ready < 200 && unit_now_ns() - start < 5000000000)
		route_rig_turn(5);
	unit_note("200 neighbours: %.1f ms, %u calls", (double)(unit_now_ns() - start) / 1e6,
		route_rig.n_changed);
	ck_assert_uint_eq(route_rig_status().ready, 200);
	ck_assert_uint_eq(route_rig_status().refused, 0);
	route_rig_down();
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		event_storm_over_a_small_buffer_recovers,
		storm_of_foreign_routes_changes_nothing,
		ten_thousand_addresses_are_not_quadratic,
		many_neighbours_on_the_link_are_resolved,
	};
	Suite *s = suite_create("route_scale");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 40);
	return s;
}
