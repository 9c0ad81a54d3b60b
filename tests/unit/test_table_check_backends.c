// SPDX-License-Identifier: BSD-3-Clause
/* Backends and next hops: their fields; and the addresses that a table may name at all. */
#include <stdio.h>

#include "table_edit.h"
#include "unit.h"

START_TEST(address_outside_the_allow_list_is_refused)
{
	struct blob b;

	blob_make(&b);
	b.service[3].vip = blob_addr("2001:db8:0:1::10");
	blob_seal(&b);
	table_edit_expect("VIP", table_edit_copy(&b, sizeof(b), 0), R(vip_not_allowed), 3);
	blob_make(&b);
	b.service[0].vip = blob_addr("192.0.1.255");
	blob_seal(&b);
	table_edit_expect("VIP", table_edit_copy(&b, sizeof(b), 0), R(vip_not_allowed), 0);
	blob_make(&b);
	b.backend[3].addr = blob_addr("10.2.0.3");
	blob_seal(&b);
	table_edit_expect("backend", table_edit_copy(&b, sizeof(b), 0), R(backend_not_allowed), 3);
	blob_make(&b);
	b.backend[2].addr = blob_addr("fd00:2::2");
	blob_seal(&b);
	table_edit_expect("backend", table_edit_copy(&b, sizeof(b), 0), R(backend_not_allowed), 2);
}
END_TEST

START_TEST(empty_allow_list_allows_nothing)
{
	struct table_limits limits;
	struct blob b;

	blob_make(&b);
	blob_limits(&limits);
	limits.n_backends = 0;
	table_edit_expect("backends",
		table_check(&b, sizeof(b), 0, &limits, table_edit_holds_nothing, NULL),
		R(backend_not_allowed), 0);
	limits.n_vips = 0;
	table_edit_expect("VIPs",
		table_check(&b, sizeof(b), 0, &limits, table_edit_holds_nothing, NULL),
		R(vip_not_allowed), 0);
}
END_TEST

START_TEST(backend_that_is_a_vip_is_refused)
{
	struct blob b;

	blob_make(&b);
	b.backend[3].addr = blob_addr("192.0.2.10");
	blob_seal(&b);
	table_edit_expect("first VIP", table_edit_copy(&b, sizeof(b), 0), R(backend_is_vip), 3);
	b.service[2].vip = blob_addr("192.0.2.200");
	b.backend[3].addr = blob_addr("192.0.2.200");
	blob_seal(&b);
	table_edit_expect("middle VIP", table_edit_copy(&b, sizeof(b), 0), R(backend_is_vip), 3);
	b.backend[3].addr = blob_addr("192.0.2.199");
	blob_seal(&b);
	table_edit_expect("beside a VIP", table_edit_copy(&b, sizeof(b), 0), GOOD, 0);
}
END_TEST

/* Wherever the search over the services has to go. */
START_TEST(backend_that_is_any_of_the_vips_is_refused)
{
	char text[16];
	struct blob b;

	blob_make(&b);
	for (uint32_t i = 0; i < BLOB_SERVICES; i++) {
		snprintf(text, sizeof(text), "192.0.2.%u", 20 + 2 * i);
		b.service[i].vip = blob_addr(text);
	}
	for (uint32_t last = 19; last < 28; last++) {
		int is_vip = last >= 20 && last % 2 == 0;

		snprintf(text, sizeof(text), "192.0.2.%u", last);
		b.backend[3].addr = blob_addr(text);
		blob_seal(&b);
		table_edit_expect(text, table_edit_copy(&b, sizeof(b), 0),
			is_vip ? R(backend_is_vip) : GOOD, is_vip ? 3 : 0);
	}
}
END_TEST

START_TEST(impossible_backend_is_refused)
{
	static const struct table_edit rows[] = {
		{"state", AT(backend[0].state), WEIR_BACKEND_STATE__COUNT, R(backend_field), 0},
		{"next hop", AT(backend[2].next_hop), BLOB_HOPS, R(backend_field), 2},
		{"IPv4 behind an IPv6 hop", AT(backend[0].next_hop), 1, R(backend_field), 0},
		{"IPv6 behind an IPv4 hop", AT(backend[2].next_hop), 0, R(backend_field), 2},
		{"either behind a pending hop", AT(backend[2].next_hop), 2, GOOD, 0},
		{"pad0", AT(backend[3].pad0), 1, R(backend_field), 3},
		{"pad1", AT(backend[3].pad1), 1, R(backend_field), 3},
		{"weight", AT(backend[3].weight), WEIR_MAX_WEIGHT, GOOD, 0},
		{"weight", AT(backend[3].weight), WEIR_MAX_WEIGHT + 1, R(backend_field), 3},
		{"incarnation", AT(backend[3].incarnation), 0xffff, GOOD, 0},
		{"incarnation of a hole", AT(backend[1].incarnation), 5, GOOD, 0},
		{"address of a hole", AT(backend[1].addr.b[15]), 1, R(backend_field), 1},
		{"address of a hole", AT(backend[1].addr.b[0]), 1, R(backend_field), 1},
		{"next hop of a hole", AT(backend[1].next_hop), 1, R(backend_field), 1},
		{"weight of a hole", AT(backend[1].weight), 1, R(backend_field), 1},
		{"pad0 of a hole", AT(backend[1].pad0), 1, R(backend_field), 1},
		{"pad1 of a hole", AT(backend[1].pad1), 1, R(backend_field), 1},
	};

	table_edit_check(rows, N(rows));
}
END_TEST

START_TEST(impossible_next_hop_is_refused)
{
	static const struct table_edit rows[] = {
		{"state", AT(hop[2].state), WEIR_HOP_STATE__COUNT, R(next_hop_field), 2},
		{"ready without MACs", AT(hop[2].state), WEIR_HOP_READY, R(next_hop_field), 2},
		{"port", AT(hop[0].port), BLOB_PORTS, R(next_hop_field), 0},
		{"port of a pending one", AT(hop[2].port), BLOB_PORTS, R(next_hop_field), 2},
		{"VLAN 4094", AT(hop[1].vlan), 4094, GOOD, 0},
		{"VLAN 4095", AT(hop[1].vlan), 4095, R(next_hop_field), 1},
		{"MTU 575", AT(hop[0].mtu), 575, R(next_hop_field), 0},
		{"MTU 576", AT(hop[0].mtu), 576, GOOD, 0},
		{"MTU 65535", AT(hop[0].mtu), 65535, GOOD, 0},
		{"MTU of a pending one", AT(hop[2].mtu), 1, GOOD, 0},
		{"group MAC", AT(hop[0].dst_mac[0]), 1, R(next_hop_field), 0},
		{"zero MAC", AT(hop[0].dst_mac), 0, R(next_hop_field), 0},
		{"our MAC a group", AT(hop[1].src_mac[0]), 3, R(next_hop_field), 1},
		{"our MAC zero", AT(hop[1].src_mac), 0, R(next_hop_field), 1},
		{"pad0", AT(hop[1].pad0), 1, R(next_hop_field), 1},
		{"pad1", AT(hop[2].pad1), 1, R(next_hop_field), 2},
	};

	table_edit_check(rows, N(rows));
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("table_check_backends");

	unit_case(s, address_outside_the_allow_list_is_refused, 4);
	unit_case(s, empty_allow_list_allows_nothing, 4);
	unit_case(s, backend_that_is_a_vip_is_refused, 4);
	unit_case(s, backend_that_is_any_of_the_vips_is_refused, 4);
	unit_case(s, impossible_backend_is_refused, 4);
	unit_case(s, impossible_next_hop_is_refused, 4);
	return s;
}
