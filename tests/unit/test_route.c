// SPDX-License-Identifier: BSD-3-Clause
/* Where a next hop is found, and where there is none; a network of its own for each test (route_rig.h). */
#include "route_rig.h"
#include "unit.h"

START_TEST(neighbour_on_the_link_is_resolved)
{
	route_rig_up();
	WATCH("10.1.0.2", "fd01::2", "10.2.0.2");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("fd01::2", 0, NULL, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("10.2.0.2", 1, NULL, 2000), 0);
	route_rig_expect("10.1.0.2", "10.1.0.1", "lan", 1500);
	route_rig_expect("fd01::2", "fd01::1", "lan", 1500);
	route_rig_expect("10.2.0.2", "10.2.0.1", "wan", 1500);
	ck_assert_uint_gt(route_rig.n_changed, 0);
	/* The kernel keeps them from now on, and shows whose they are. */
	route_rig_run(
		"ip neigh show 10.1.0.2 dev lan | grep -q 'managed.*proto 77\\|proto 77.*managed'");
	ck_assert_int_eq(route_rig_lookup("10.1.0.3").state, WEIR_HOP_PENDING); /* not watched */
	route_rig_down();
}
END_TEST

START_TEST(backend_behind_a_gateway_gets_the_gateway)
{
	route_rig_up();
	route_rig_run("ip route add 10.9.0.0/16 via 10.2.0.2 mtu 1400 src 10.1.0.1;"
		      "ip route add fd09::/64 via fd02::2");
	WATCH("10.9.0.9", "fd09::9");
	ck_assert_int_ge(route_rig_until_ready("10.9.0.9", 1, NULL, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("fd09::9", 1, NULL, 2000), 0);
	route_rig_expect("10.9.0.9", "10.1.0.1", "wan", 1400);
	route_rig_expect("fd09::9", "fd02::1", "wan", 1500);
	route_rig_down();
}
END_TEST

START_TEST(ipv4_route_over_an_ipv6_gateway_is_resolved)
{
	route_rig_up();
	route_rig_run("ip route add 10.9.0.9/32 via inet6 fd02::2 dev wan");
	WATCH("10.9.0.9");
	ck_assert_int_ge(route_rig_until_ready("10.9.0.9", 1, NULL, 2000), 0);
	route_rig_expect("10.9.0.9", "10.2.0.1", "wan", 1500);
	route_rig_down();
}
END_TEST

START_TEST(route_by_an_interface_that_is_no_port_stays_pending)
{
	route_rig_up();
	route_ports(route_rig.route, route_rig_ports, 1);
	WATCH("10.1.0.2", "10.2.0.2", "127.0.0.1", "10.1.0.1", "192.0.2.1");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	route_rig_turn(200);
	ck_assert_int_eq(route_rig_lookup("10.2.0.2").state, WEIR_HOP_PENDING);
	ck_assert_int_eq(route_rig_lookup("127.0.0.1").state, WEIR_HOP_PENDING);
	ck_assert_int_eq(route_rig_lookup("10.1.0.1").state, WEIR_HOP_PENDING);
	ck_assert_int_eq(route_rig_lookup("192.0.2.1").state, WEIR_HOP_PENDING);
	route_ports(route_rig.route, route_rig_ports, 2);
	ck_assert_int_ge(route_rig_until_ready("10.2.0.2", 1, NULL, 2000), 0);
	route_rig_down();
}
END_TEST

START_TEST(silent_neighbour_stays_pending_and_others_are_unaffected)
{
	uint32_t before;

	route_rig_up();
	WATCH("10.1.0.2", "10.1.0.99", "10.1.0.3");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("10.1.0.3", 0, NULL, 2000), 0);
	route_rig_turn(100);
	before = route_rig.n_changed;
	route_rig_turn(5000); /* it goes from INCOMPLETE to FAILED meanwhile: no answer differs */
	ck_assert_int_eq(route_rig_lookup("10.1.0.99").state, WEIR_HOP_PENDING);
	ck_assert_int_eq(route_rig_lookup("10.1.0.2").state, WEIR_HOP_READY);
	ck_assert_uint_eq(route_rig.n_changed, before);
	route_rig_run_there("ip addr add 10.1.0.99/24 dev lan");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.99", 0, NULL, 12000), 0);
	route_rig_down();
}
END_TEST

START_TEST(permanent_entry_of_the_operator_is_used_and_left_alone)
{
	uint8_t mac[6] = {2, 0, 0, 0, 0, 0x55};

	route_rig_up();
	route_rig_run("ip neigh replace 10.1.0.2 dev lan lladdr 02:00:00:00:00:55 nud permanent");
	WATCH("10.1.0.2", "10.1.0.3");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, mac, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("10.1.0.3", 0, NULL, 2000), 0);
	/* One that comes later goes before what we asked for, too. */
	route_rig_run("ip neigh replace 10.1.0.3 dev lan lladdr 02:00:00:00:00:55 nud permanent");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.3", 0, mac, 2000), 0);
	route_rig_turn(2500);
	route_rig_run("ip neigh show 10.1.0.2 dev lan | grep -q PERMANENT");
	route_rig_run("ip neigh show 10.1.0.3 dev lan | grep -q PERMANENT");
	WATCH("10.1.0.4");
	route_rig_run("ip neigh show 10.1.0.2 dev lan | grep -q PERMANENT");
	route_rig_run("ip neigh show 10.1.0.3 dev lan | grep -q PERMANENT");
	route_rig_down();
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		neighbour_on_the_link_is_resolved,
		backend_behind_a_gateway_gets_the_gateway,
		ipv4_route_over_an_ipv6_gateway_is_resolved,
		route_by_an_interface_that_is_no_port_stays_pending,
		silent_neighbour_stays_pending_and_others_are_unaffected,
		permanent_entry_of_the_operator_is_used_and_left_alone,
	};
	Suite *s = suite_create("route");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 40);
	return s;
}
