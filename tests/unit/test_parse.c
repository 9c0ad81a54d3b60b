// SPDX-License-Identifier: BSD-3-Clause
/* Ethernet and VLAN tags, and the smallest packets that are taken. */
#include "parse_edit.h"
#include "unit.h"

static const struct parse_edit bad_ethernet_is_refused_rows[] = {
	{"L1 nothing", ALL, CUT, L2, 0, 0, "", DROP(l2_short)},
	{"L1 1 byte", ALL, CUT, L2, 1, 0, "", DROP(l2_short)},
	{"L1 13 bytes", ALL, CUT, L2, 13, 0, "", DROP(l2_short)},
	{"L2 no payload", ALL, CUT, L2, 14, 0, "", DROP(l3_short)},
	{"L3 length field", ALL, SET, L2, 12, B("\x00\x2e"), DROP(ethertype)},
	{"L3 1535", ALL, SET, L2, 12, B("\x05\xff"), DROP(ethertype)},
	{"L4 unknown", ALL, SET, L2, 12, B("\x88\xb5"), DROP(ethertype)},
	{"L4 MPLS", ALL, SET, L2, 12, B("\x88\x47"), DROP(ethertype)},
	{"L4 PPPoE", ALL, SET, L2, 12, B("\x88\x64"), DROP(ethertype)},
	{"N1 ARP", ALL, SET, L2, 12, B("\x08\x06"), DROP(ethertype)},
	{"L5 IPv6 as IPv4", V6, SET, L2, 12, B("\x08\x00"), DROP(ip_version)},
	{"L5 IPv4 as IPv6", V4, SET, L2, 12, B("\x86\xdd"), DROP(ip_version)},
	{"L13 group MAC is left to the port", ALL, SET, L2, 0, B("\xff\xff\xff\xff\xff\xff"), FWD},
	{"L14 group source", ALL, SET, L2, 6, B("\x01\x00\x5e\x00\x00\x01"), DROP(l2_src)},
	{"L14 zero source", ALL, SET, L2, 6, B("\0\0\0\0\0\0"), DROP(l2_src)},
};

START_TEST(bad_ethernet_is_refused)
{
	parse_edit_check(bad_ethernet_is_refused_rows, N(bad_ethernet_is_refused_rows));
}
END_TEST

/* U6 for IPv6 and IPv4, T3 with a header that does not fit. */
START_TEST(smallest_packets_are_taken)
{
	for (uint32_t kind = 0; kind < FRAME_KIND__COUNT; kind++) {
		struct frame f;

		frame_make(&f, (enum frame_kind)kind, 0);
		ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_NONE);
		if (frame_is_tcp(&f)) {
			f.b[f.l4 + 12] = 0x60;
			ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_tcp_doff);
		}
	}
}
END_TEST

struct tag_row {
	const char *name;
	uint32_t n;
	uint32_t tpid[3], tci[3]; /* innermost first */
	enum weir_drop reason;
	uint16_t vlan;
};

START_TEST(vlan_tags_are_read_one_deep)
{
	static const struct tag_row rows[] = {
		{"L7 one tag", 1, {0x8100}, {0x0005}, FWD, 5},
		{"L7 id 4094", 1, {0x8100}, {0x0ffe}, FWD, 4094},
		{"L9 priority tag", 1, {0x8100}, {0xe000}, FWD, 0},
		{"L12 DEI", 1, {0x8100}, {0x1005}, FWD, 5},
		{"L12 id 4095", 1, {0x8100}, {0x0fff}, DROP(vlan_unknown), 0},
		{"service tag alone", 1, {0x88a8}, {0x0005}, DROP(vlan_unknown), 0},
		{"L10 QinQ", 2, {0x8100, 0x88a8}, {5, 6}, DROP(vlan_depth), 0},
		{"L10 8100 twice", 2, {0x8100, 0x8100}, {5, 6}, DROP(vlan_depth), 0},
		{"L11 three", 3, {0x8100, 0x8100, 0x8100}, {5, 6, 7}, DROP(vlan_depth), 0},
	};

	for (size_t i = 0; i < N(rows); i++) {
		struct parsed p;
		enum weir_drop drop;
		struct frame f;

		frame_make(&f, FRAME_TCP4, 0);
		for (uint32_t n = 0; n < rows[i].n; n++)
			frame_tag(&f, rows[i].tpid[n], rows[i].tci[n]);
		drop = parse_exact(f.b, f.len, &p);
		ck_assert_msg(drop == rows[i].reason, "%s: %s", rows[i].name, weir_drop_name(drop));
		if (drop == WEIR_DROP_NONE)
			ck_assert_uint_eq(p.vlan, rows[i].vlan);
	}
}
END_TEST

START_TEST(cut_vlan_tag_is_refused)
{
	struct frame f;

	frame_make(&f, FRAME_TCP6, 0);
	frame_tag(&f, 0x8100, 5);
	for (f.len = 14; f.len < 18; f.len++)
		ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_l2_short);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_l3_short);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse");

	unit_case(s, bad_ethernet_is_refused, 4);
	unit_case(s, smallest_packets_are_taken, 4);
	unit_case(s, vlan_tags_are_read_one_deep, 4);
	unit_case(s, cut_vlan_tag_is_refused, 4);
	return s;
}
