// SPDX-License-Identifier: BSD-3-Clause
/* TCP and UDP headers. */
#include "parse_edit.h"
#include "unit.h"

static const struct parse_edit bad_tcp_is_refused_rows[] = {
	{"T1 0 bytes", TCP, END, L4, 0, 0, "", DROP(l4_short)},
	{"T1 1 byte", TCP, END, L4, 1, 0, "", DROP(l4_short)},
	{"T1 19 bytes", TCP, END, L4, 19, 0, "", DROP(l4_short)},
	{"T1 20 bytes", TCP, END, L4, 20, 0, "", FWD},
	{"T2 offset 0", TCP, SET, L4, 12, B("\x00"), DROP(tcp_doff)},
	{"T2 offset 4", TCP, SET, L4, 12, B("\x40"), DROP(tcp_doff)},
	{"T2 offset 15, with room", TCP, SET, L4, 12, B("\xf0"), FWD},
	{"T4 wrong checksum", TCP, SET, L4, 16, B("\xde\xad"), FWD},
	{"T5 null", TCP, SET, L4, 13, B("\x00"), DROP(tcp_flags)},
	{"T5 null with ECN bits", TCP, SET, L4, 13, B("\xc0"), DROP(tcp_flags)},
	{"T5 Xmas", TCP, SET, L4, 13, B("\x29"), DROP(tcp_flags)},
	{"T5 SYN+FIN", TCP, SET, L4, 13, B("\x03"), DROP(tcp_flags)},
	{"T5 SYN+FIN+ACK", TCP, SET, L4, 13, B("\x13"), DROP(tcp_flags)},
	{"T5 SYN+RST", TCP, SET, L4, 13, B("\x06"), DROP(tcp_flags)},
	{"T5 all", TCP, SET, L4, 13, B("\xff"), DROP(tcp_flags)},
	{"FIN+PSH+URG+ACK is legal", TCP, SET, L4, 13, B("\x39"), FWD},
	{"T6 SYN with payload", TCP, SET, L4, 13, B("\x02"), FWD},
	{"T7 SYN+ACK", TCP, SET, L4, 13, B("\x12"), FWD},
	{"T8 source port 0", ALL, SET, L4, 0, B("\x00\x00"), DROP(port0)},
	{"T8 destination port 0", ALL, SET, L4, 2, B("\x00\x00"), DROP(port0)},
	{"T9 option length 0", TCP, SET, L4, 12, B("\x60\x10\0\0\0\0\0\0\x08\x00\x00\x00"), FWD},
	{"T12 reserved bits, ECN", TCP, SET, L4, 12, B("\x5f\xd0\x00\x00"), FWD},
};

START_TEST(bad_tcp_is_refused)
{
	parse_edit_check(bad_tcp_is_refused_rows, N(bad_tcp_is_refused_rows));
}
END_TEST

static const struct parse_edit bad_udp_is_refused_rows[] = {
	{"U1 0 bytes", UDP, END, L4, 0, 0, "", DROP(l4_short)},
	{"U1 7 bytes", UDP, END, L4, 7, 0, "", DROP(l4_short)},
	{"U2 length 0", UDP, SET, L4, 4, B("\x00\x00"), DROP(udp_len)},
	{"U2 length 7", UDP, SET, L4, 4, B("\x00\x07"), DROP(udp_len)},
	{"U3 length over by one", UDP, SET, L4, 4, B("\x00\x31"), DROP(udp_len)},
	{"U3 length 65535", UDP, SET, L4, 4, B("\xff\xff"), DROP(udp_len)},
	{"U4 length under", UDP, SET, L4, 4, B("\x00\x2f"), FWD},
	{"U5 no checksum, IPv4", U4, SET, L4, 6, B("\x00\x00"), FWD},
	{"U5 no checksum, IPv6", U6, SET, L4, 6, B("\x00\x00"), DROP(udp_csum0_v6)},
	{"U6 empty datagram", U4, SET, L4, 4, B("\x00\x08"), FWD},
};

START_TEST(bad_udp_is_refused)
{
	parse_edit_check(bad_udp_is_refused_rows, N(bad_udp_is_refused_rows));
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse_l4");

	unit_case(s, bad_tcp_is_refused, 4);
	unit_case(s, bad_udp_is_refused, 4);
	return s;
}
