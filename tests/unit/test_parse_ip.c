// SPDX-License-Identifier: BSD-3-Clause
/* IPv4 and IPv6 headers: lengths, fragments, addresses. */
#include "parse_edit.h"
#include "unit.h"

static const struct parse_edit bad_ipv4_header_is_refused_rows[] = {
	{"L2 1 byte", V4, CUT, L3, 1, 0, "", DROP(l3_short)},
	{"L2 19 bytes", V4, CUT, L3, 19, 0, "", DROP(l3_short)},
	{"H1 version 0", V4, SET, L3, 0, B("\x05"), DROP(ip_version)},
	{"H1 version 3", V4, SET, L3, 0, B("\x35"), DROP(ip_version)},
	{"H1 version 5", V4, SET, L3, 0, B("\x55"), DROP(ip_version)},
	{"H1 version 15", V4, SET, L3, 0, B("\xf5"), DROP(ip_version)},
	{"H2 IHL 0", V4, SET, L3, 0, B("\x40"), DROP(ip_ihl)},
	{"H2 IHL 4", V4, SET, L3, 0, B("\x44"), DROP(ip_ihl)},
	{"H3 IHL past the length", V4, SET, L3, 0, B("\x4f\x00\x00\x28"), DROP(ip_ihl)},
	{"H4 length 0", V4, SET, L3, 2, B("\x00\x00"), DROP(ip_len)},
	{"H4 length 19", V4, SET, L3, 2, B("\x00\x13"), DROP(ip_len)},
	{"H5 length 65535", V4, SET, L3, 2, B("\xff\xff"), DROP(ip_len)},
	{"H5 one byte missing", T4, CUT, L4, 20 + TCP_PAYLOAD - 1, 0, "", DROP(ip_len)},
	{"H5 one byte missing", U4, CUT, L4, 8 + UDP_PAYLOAD - 1, 0, "", DROP(ip_len)},
	{"H6 no room for L4", V4, SET, L3, 2, B("\x00\x1b"), DROP(l4_short)},
	{"H7 one bit", V4, RAW, L3, 1, B("\x29"), DROP(ip_csum)},
	{"H7 checksum 0", V4, RAW, L3, 10, B("\x00\x00"), DROP(ip_csum)},
	{"H7 checksum ffff", V4, RAW, L3, 10, B("\xff\xff"), DROP(ip_csum)},
	{"H8 TTL 0", V4, SET, L3, 8, B("\x00"), DROP(ip_ttl)},
	{"H8 TTL 1", V4, SET, L3, 8, B("\x01"), FWD},
	{"H9 protocol 0", V4, SET, L3, 9, B("\x00"), DROP(l4_proto)},
	{"C19 ICMPv6 in IPv4", V4, SET, L3, 9, B("\x3a"), DROP(l4_proto)},
	{"H9 IPIP", V4, SET, L3, 9, B("\x04"), DROP(l4_proto)},
	{"H9 6in4", V4, SET, L3, 9, B("\x29"), DROP(l4_proto)},
	{"U10 GRE", V4, SET, L3, 9, B("\x2f"), DROP(l4_proto)},
	{"H9 ESP", V4, SET, L3, 9, B("\x32"), DROP(l4_proto)},
	{"H9 AH", V4, SET, L3, 9, B("\x33"), DROP(l4_proto)},
	{"U10 SCTP", V4, SET, L3, 9, B("\x84"), DROP(l4_proto)},
	{"U10 UDP-Lite", V4, SET, L3, 9, B("\x88"), DROP(l4_proto)},
	{"H9 protocol 255", V4, SET, L3, 9, B("\xff"), DROP(l4_proto)},
	{"H10 reserved flag", V4, SET, L3, 6, B("\x80\x00"), FWD},
	{"H13 id 0 with DF", V4, SET, L3, 4, B("\x00\x00\x40\x00"), FWD},
};

START_TEST(bad_ipv4_header_is_refused)
{
	parse_edit_check(bad_ipv4_header_is_refused_rows, N(bad_ipv4_header_is_refused_rows));
}
END_TEST

static const struct parse_edit ipv4_fragment_is_refused_rows[] = {
	{"R1 first", V4, SET, L3, 6, B("\x20\x00"), DROP(frag)},
	{"R2 tiny, 0 bytes", V4, SET, L3, 2, B("\x00\x14\x00\x00\x20\x00"), DROP(frag)},
	{"R2 tiny, 7 bytes", V4, SET, L3, 2, B("\x00\x1b\x00\x00\x20\x00"), DROP(frag)},
	{"R3 middle", V4, SET, L3, 6, B("\x20\x05"), DROP(frag)},
	{"R3 last", V4, SET, L3, 6, B("\x00\x05"), DROP(frag)},
	{"R3 last, odd", V4, SET, L3, 2, B("\x00\x1d\x00\x00\x00\x05"), DROP(frag)},
	{"R4 teardrop", V4, SET, L3, 6, B("\x00\x03"), DROP(frag)},
	{"R5 offset 1, TCP", T4, SET, L3, 6, B("\x00\x01"), DROP(frag_bad)},
	{"R5 offset 1, UDP", U4, SET, L3, 6, B("\x00\x01"), DROP(frag)},
	{"R6 ping of death", V4, SET, L3, 6, B("\x1f\xff"), DROP(frag_bad)},
	{"R6 the last that fits", T4, SET, L3, 6, B("\x1f\xf5"), DROP(frag)},
	{"R6 65535 bytes to the byte", T4, SET, L3, 2, B("\x00\x4f\x00\x00\x1f\xf6"), DROP(frag)},
	{"R6 the first that does not", T4, SET, L3, 6, B("\x1f\xf6"), DROP(frag_bad)},
	{"R7 not a multiple of 8", V4, SET, L3, 2, B("\x00\x1d\x00\x00\x20\x00"), DROP(frag_bad)},
	{"R7 the same, 7 bytes in the middle", V4, SET, L3, 2, B("\x00\x1b\x00\x00\x20\x05"),
		DROP(frag_bad)},
	{"R8 DF and MF", V4, SET, L3, 6, B("\x60\x00"), DROP(frag_bad)},
	{"R8 DF and offset", V4, SET, L3, 6, B("\x40\x05"), DROP(frag_bad)},
};

START_TEST(ipv4_fragment_is_refused)
{
	parse_edit_check(ipv4_fragment_is_refused_rows, N(ipv4_fragment_is_refused_rows));
}
END_TEST

static const struct parse_edit martian_address_is_refused_rows[] = {
	{"S1 0.0.0.0", V4, SET, L3, 12, B("\0\0\0\0"), DROP(martian_src)},
	{"S1 127/8", V4, SET, L3, 12, B("\x7f\x01\x02\x03"), DROP(martian_src)},
	{"S1 224/4", V4, SET, L3, 12, B("\xe0\x00\x00\x01"), DROP(martian_src)},
	{"S1 239.255.255.255", V4, SET, L3, 12, B("\xef\xff\xff\xff"), DROP(martian_src)},
	{"S1 240/4", V4, SET, L3, 12, B("\xf0\x00\x00\x01"), DROP(martian_src)},
	{"S1 broadcast", V4, SET, L3, 12, B("\xff\xff\xff\xff"), DROP(martian_src)},
	{"S1 0.0.0.1 is not in the list", V4, SET, L3, 12, B("\0\0\0\x01"), FWD},
	{"S1 126.255.255.255", V4, SET, L3, 12, B("\x7e\xff\xff\xff"), FWD},
	{"S1 223.255.255.255", V4, SET, L3, 12, B("\xdf\xff\xff\xff"), FWD},
	{"S10 private", V4, SET, L3, 12, B("\x0a\x00\x00\x01"), FWD},
	{"S5 multicast", V4, SET, L3, 16, B("\xe0\x00\x00\x01"), DROP(dst_bcast)},
	{"S5 last multicast", V4, SET, L3, 16, B("\xef\xff\xff\xff"), DROP(dst_bcast)},
	{"S5 broadcast", V4, SET, L3, 16, B("\xff\xff\xff\xff"), DROP(dst_bcast)},
	{"S7 223.0.0.0 is judged later", V4, SET, L3, 16, B("\xdf\0\0\0"), FWD},
	{"S7 255.255.255.254 is judged later", V4, SET, L3, 16, B("\xff\xff\xff\xfe"), FWD},
	{"S9 ::", V6, SET, L3, 8, B("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), DROP(martian_src)},
	{"S9 ::1", V6, SET, L3, 8, B("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"), DROP(martian_src)},
	{"S9 ::2 is not in the list", V6, SET, L3, 8, B("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02"), FWD},
	{"S9 ff00::/8", V6, SET, L3, 8, B("\xff\x02"), DROP(martian_src)},
	{"S9 fe80::/10", V6, SET, L3, 8, B("\xfe\x80"), DROP(martian_src)},
	{"S9 febf::", V6, SET, L3, 8, B("\xfe\xbf"), DROP(martian_src)},
	{"S9 fe7f::", V6, SET, L3, 8, B("\xfe\x7f"), FWD},
	{"S9 fec0::", V6, SET, L3, 8, B("\xfe\xc0"), FWD},
	{"S9 mapped", V6, SET, L3, 8, B("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x0a"),
		DROP(martian_src)},
	{"S9 IPv4-compatible", V6, SET, L3, 8, B("\0\0\0\0\0\0\0\0\0\0\0\0\xc0\0\x02\x0a"), FWD},
	{"S5 ff02::", V6, SET, L3, 24, B("\xff\x02"), DROP(dst_bcast)},
	{"S7 mapped destination", V6, SET, L3, 24, B("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x0a"),
		DROP(not_local)},
};

START_TEST(martian_address_is_refused)
{
	parse_edit_check(martian_address_is_refused_rows, N(martian_address_is_refused_rows));
}
END_TEST

static const struct parse_edit bad_ipv6_header_is_refused_rows[] = {
	{"V1 1 byte", V6, CUT, L3, 1, 0, "", DROP(l3_short)},
	{"V1 39 bytes", V6, CUT, L3, 39, 0, "", DROP(l3_short)},
	{"H1 version 4", V6, SET, L3, 0, B("\x40"), DROP(ip_version)},
	{"H1 version 7", V6, SET, L3, 0, B("\x70"), DROP(ip_version)},
	{"V2 jumbogram form", V6, SET, L3, 4, B("\x00\x00"), DROP(ip_len)},
	{"V3 one byte missing", T6, CUT, L4, 20 + TCP_PAYLOAD - 1, 0, "", DROP(ip_len)},
	{"V3 length over", V6, SET, L3, 4, B("\xff\xff"), DROP(ip_len)},
	{"V3 length under: padding", T6, SET, L3, 4, B("\x00\x14"), FWD},
	{"V4 hop limit 0", V6, SET, L3, 7, B("\x00"), DROP(ip_ttl)},
	{"V4 hop limit 1", V6, SET, L3, 7, B("\x01"), FWD},
	{"V11 no next header", V6, SET, L3, 6, B("\x3b"), DROP(l4_proto)},
	{"V12 AH", V6, SET, L3, 6, B("\x33"), DROP(l4_proto)},
	{"V12 ESP", V6, SET, L3, 6, B("\x32"), DROP(l4_proto)},
	{"V12 mobility", V6, SET, L3, 6, B("\x87"), DROP(l4_proto)},
	{"V12 HIP", V6, SET, L3, 6, B("\x8b"), DROP(l4_proto)},
	{"V12 shim6", V6, SET, L3, 6, B("\x8c"), DROP(l4_proto)},
	{"V12 253", V6, SET, L3, 6, B("\xfd"), DROP(l4_proto)},
	{"V12 254", V6, SET, L3, 6, B("\xfe"), DROP(l4_proto)},
	{"V12 143", V6, SET, L3, 6, B("\x8f"), DROP(l4_proto)},
	{"V15 4in6", V6, SET, L3, 6, B("\x04"), DROP(l4_proto)},
	{"V15 6in6", V6, SET, L3, 6, B("\x29"), DROP(l4_proto)},
	{"C19 ICMP in IPv6", V6, SET, L3, 6, B("\x01"), DROP(l4_proto)},
};

START_TEST(bad_ipv6_header_is_refused)
{
	parse_edit_check(bad_ipv6_header_is_refused_rows, N(bad_ipv6_header_is_refused_rows));
}
END_TEST

/* H12: whatever the option, it is an option. */
START_TEST(ipv4_options_are_refused)
{
	static const char *const options[] = {"\x01\x01\x01\x00", "\x07\x07\x04\x00",
		"\x44\x08\x05\x00", "\x94\x04\x00\x00", "\x83\x07\x04\x00", "\x89\x07\x04\x00",
		"\x07\x00\x00\x00", "\x07\xff\x00\x00", "\xff\xff\xff\xff"};

	for (size_t i = 0; i < N(options); i++) {
		for (uint32_t words = 1; words <= 10; words++) {
			struct frame f;

			frame_make(&f, i % 2 == 0 ? FRAME_TCP4 : FRAME_UDP4, UDP_PAYLOAD);
			for (uint32_t n = 0; n < words; n++)
				frame_insert(&f, f.l4, options[i], 4);
			f.b[f.l3] = (uint8_t)(0x45 + words);
			frame_fix_length(&f);
			frame_fix_csum(&f);
			ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_ip_opt);
		}
	}
}
END_TEST

/* H3: IHL 15 with 20 bytes there; H7: a checksum of zero may be written either way. */
START_TEST(ipv4_header_edges_are_judged)
{
	struct frame f;

	frame_make(&f, FRAME_TCP4, 0);
	f.len = f.l3 + 20;
	f.b[f.l3] = 0x4f;
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_ip_ihl);

	frame_make(&f, FRAME_TCP4, 0);
	frame_put16(&f, f.l3 + 4, 0);
	frame_fix_csum(&f);
	frame_put16(&f, f.l3 + 4, (uint32_t)(f.b[f.l3 + 10] << 8 | f.b[f.l3 + 11]));
	frame_put16(&f, f.l3 + 10, 0);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_NONE);
	frame_put16(&f, f.l3 + 10, 0xffff);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_NONE);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse_ip");

	unit_case(s, bad_ipv4_header_is_refused, 4);
	unit_case(s, ipv4_fragment_is_refused, 4);
	unit_case(s, martian_address_is_refused, 4);
	unit_case(s, bad_ipv6_header_is_refused, 4);
	unit_case(s, ipv4_options_are_refused, 4);
	unit_case(s, ipv4_header_edges_are_judged, 4);
	return s;
}
