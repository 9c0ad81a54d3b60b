// SPDX-License-Identifier: BSD-3-Clause
/* What changes under a next hop is followed: routes, MACs, MTUs, interfaces, entries (route_rig.h). */
#include "route_rig.h"
#include "unit.h"

START_TEST(route_to_another_next_hop_is_followed)
{
	int ms;

	route_rig_up();
	route_rig_run("ip route add 10.9.0.0/16 via 10.2.0.2");
	WATCH("10.9.0.9", "10.1.0.2");
	ck_assert_int_ge(route_rig_until_ready("10.9.0.9", 1, NULL, 2000), 0);
	route_rig_run("ip route add 10.9.0.9/32 via 10.1.0.3");
	ms = route_rig_until_ready("10.9.0.9", 0, NULL, 2000);
	ck_assert_int_ge(ms, 0);
	unit_note("route change followed after %d ms", ms);
	route_rig_run("ip route del 10.9.0.9/32");
	ck_assert_int_ge(route_rig_until_ready("10.9.0.9", 1, NULL, 2000), 0);
	route_rig_run("ip route del 10.9.0.0/16");
	ck_assert_int_ge(route_rig_until_pending("10.9.0.9", 2000), 0);
	/* The gateways that nobody needs any more are let go. */
	route_rig_turn(50);
	route_rig_run("! ip neigh show proto 77 | grep -qF -e 10.2.0.2 -e 10.1.0.3");
	route_rig_run("ip neigh show proto 77 | grep -qF 10.1.0.2");
	route_rig_down();
}
END_TEST

START_TEST(announced_mac_change_is_followed_within_a_second)
{
	uint8_t v4[6] = {2, 0, 0, 0, 0x77, 1};
	int ms4, ms6;

	route_rig_up();
	WATCH("10.1.0.2", "fd01::2");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("fd01::2", 0, NULL, 2000), 0);
	route_rig_turn(1100); /* the kernel trusts a fresh entry for a second (locktime) */
	route_rig_run_there("ip link set lan address 02:00:00:00:77:01");
	ms4 = route_rig_until_ready("10.1.0.2", 0, v4, 3000);
	ms6 = route_rig_until_ready("fd01::2", 0, v4, 3000);
	unit_note("MAC change followed after %d ms (IPv4), %d ms (IPv6)", ms4, ms6);
	ck_assert(ms4 >= 0 && ms4 < 1000);
	ck_assert(ms6 >= 0 && ms6 < 1000);
	route_rig_down();
}
END_TEST

START_TEST(own_mac_and_mtu_changes_are_followed)
{
	uint8_t mac[6] = {2, 0, 0, 0, 0x78, 1};
	struct weir_table_next_hop hop;

	route_rig_up();
	WATCH("10.1.0.2");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	route_rig_run("ip link set lan mtu 1300; ip link set lan address 02:00:00:00:78:01");
	route_rig_turn(200);
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	hop = route_rig_lookup("10.1.0.2");
	ck_assert_uint_eq(hop.mtu, 1300);
	ck_assert_mem_eq(hop.src_mac, mac, 6);
	route_rig_down();
}
END_TEST

START_TEST(interface_down_and_up_is_followed)
{
	route_rig_up();
	WATCH("10.1.0.2", "10.2.0.2");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	ck_assert_int_ge(route_rig_until_ready("10.2.0.2", 1, NULL, 2000), 0);
	route_rig_run("ip link set lan down");
	ck_assert_int_ge(route_rig_until_pending("10.1.0.2", 2000), 0);
	ck_assert_int_eq(route_rig_lookup("10.2.0.2").state, WEIR_HOP_READY);
	route_rig_run("ip link set lan up");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 3000), 0);
	route_rig_down();
}
END_TEST

START_TEST(interface_that_is_renamed_or_replaced_is_followed)
{
	route_rig_up();
	WATCH("10.1.0.2", "fd01::2");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	route_rig_run("ip link set lan down; ip link set lan name other; ip link set other up");
	ck_assert_int_ge(route_rig_until_pending("10.1.0.2", 2000), 0);
	route_rig_run("ip link set other down; ip link set other name lan; ip link set lan up");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 3000), 0);
	route_rig_run("ip link del lan");
	ck_assert_int_ge(route_rig_until_pending("10.1.0.2", 2000), 0);
	route_rig_run("ip link add lan type veth peer name lan netns %d && ip addr add 10.1.0.1/24 "
		      "dev lan &&"
		      " ip link set lan up",
		route_rig.there);
	route_rig_run_there("ip addr add 10.1.0.2/24 dev lan; ip link set lan up");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 5000), 0);
	route_rig_expect("10.1.0.2", "10.1.0.1", "lan", 1500);
	route_rig_down();
}
END_TEST

START_TEST(removed_entry_is_asked_for_again_at_once)
{
	uint32_t before;
	int ms;

	route_rig_up();
	WATCH("10.1.0.2");
	ck_assert_int_ge(route_rig_until_ready("10.1.0.2", 0, NULL, 2000), 0);
	route_rig_turn(100);
	before = route_rig.n_changed;
	route_rig_run("ip neigh flush dev lan");
	route_rig_turn(1);
	ms = route_rig_until_ready("10.1.0.2", 0, NULL, 2000);
	ck_assert_int_ge(ms, 0);
	route_rig_turn(300);
	unit_note("flushed entry: %u changes seen", route_rig.n_changed - before);
	route_rig_run("ip neigh show 10.1.0.2 dev lan | grep -q managed");
	route_rig_down();
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		route_to_another_next_hop_is_followed,
		announced_mac_change_is_followed_within_a_second,
		own_mac_and_mtu_changes_are_followed,
		interface_down_and_up_is_followed,
		interface_that_is_renamed_or_replaced_is_followed,
		removed_entry_is_asked_for_again_at_once,
	};
	Suite *s = suite_create("route_change");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 40);
	return s;
}
