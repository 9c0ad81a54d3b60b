// SPDX-License-Identifier: BSD-3-Clause
/* The packet classes that one packet decides without configuration. Each row changes a good frame
 * in one place; each is tried for every kind it names, untagged and with a VLAN tag.
 */
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "parse.h"
#include "parse_samples.h"
#include "unit.h"

/* Multiples of 8 with the L4 header, as a fragment that is not the last must have. */
#define TCP_PAYLOAD 44
#define UDP_PAYLOAD 40

enum { T4 = 1 << FRAME_TCP4, U4 = 1 << FRAME_UDP4, T6 = 1 << FRAME_TCP6, U6 = 1 << FRAME_UDP6 };
#define V4  (T4 | U4)
#define V6  (T6 | U6)
#define TCP (T4 | T6)
#define UDP (U4 | U6)
#define ALL (V4 | V6)

/* SET: write bytes at base + off, and put the IPv4 checksum right. RAW: without the checksum.
 * CUT: end the frame at base + off, IP length as it was. END: the same, and put the IP length right.
 */
enum what { SET, RAW, CUT, END };
enum base { L2, L3, L4 };

struct row {
	const char *name;
	uint32_t kinds;
	enum what what;
	enum base base;
	int off;
	uint32_t n;
	const char *bytes;
	enum weir_drop reason;
};

static void apply(struct frame *f, const struct row *r)
{
	const uint32_t bases[] = {[L2] = 0, [L3] = f->l3, [L4] = f->l4};
	uint32_t at = bases[r->base] + (uint32_t)r->off;

	if (r->what == CUT || r->what == END)
		f->len = at;
	else
		memcpy(f->b + at, r->bytes, r->n);
	if (r->what == END)
		frame_fix_length(f);
	if (r->what == SET || r->what == END)
		frame_fix_csum(f);
}

static void check_row(const struct row *r, enum frame_kind kind, uint32_t tagged)
{
	struct frame f;
	enum weir_drop drop;

	frame_make(&f, kind, (TCP & 1u << kind) != 0 ? TCP_PAYLOAD : UDP_PAYLOAD);
	if (tagged)
		frame_tag(&f, 0x8100, 5);
	apply(&f, r);
	drop = parse_verdict(&f);
	ck_assert_msg(drop == r->reason, "%s (%s, %s): %s, expected %s", r->name,
		frame_kind_name(kind), tagged ? "tagged" : "untagged", weir_drop_name(drop),
		weir_drop_name(r->reason));
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (uint32_t kind = 0; kind < FRAME_KIND__COUNT; kind++) {
			/* What stands in the Ethernet header has no place behind a tag. */
			for (uint32_t tagged = 0; tagged < (rows[i].base == L2 ? 1 : 2); tagged++) {
				if ((rows[i].kinds & 1u << kind) != 0)
					check_row(&rows[i], (enum frame_kind)kind, tagged);
			}
		}
	}
}

static const struct row bad_ethernet_is_refused_rows[] = {
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
	check_rows(bad_ethernet_is_refused_rows, N(bad_ethernet_is_refused_rows));
}
END_TEST

static const struct row bad_ipv4_header_is_refused_rows[] = {
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
	check_rows(bad_ipv4_header_is_refused_rows, N(bad_ipv4_header_is_refused_rows));
}
END_TEST

static const struct row ipv4_fragment_is_refused_rows[] = {
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
	check_rows(ipv4_fragment_is_refused_rows, N(ipv4_fragment_is_refused_rows));
}
END_TEST

static const struct row martian_address_is_refused_rows[] = {
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
	check_rows(martian_address_is_refused_rows, N(martian_address_is_refused_rows));
}
END_TEST

static const struct row bad_ipv6_header_is_refused_rows[] = {
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
	check_rows(bad_ipv6_header_is_refused_rows, N(bad_ipv6_header_is_refused_rows));
}
END_TEST

static const struct row bad_tcp_is_refused_rows[] = {
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
	check_rows(bad_tcp_is_refused_rows, N(bad_tcp_is_refused_rows));
}
END_TEST

static const struct row bad_udp_is_refused_rows[] = {
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
	check_rows(bad_udp_is_refused_rows, N(bad_udp_is_refused_rows));
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
	unit_case(s, bad_ipv4_header_is_refused, 4);
	unit_case(s, ipv4_fragment_is_refused, 4);
	unit_case(s, martian_address_is_refused, 4);
	unit_case(s, bad_ipv6_header_is_refused, 4);
	unit_case(s, bad_tcp_is_refused, 4);
	unit_case(s, bad_udp_is_refused, 4);
	unit_case(s, ipv4_options_are_refused, 4);
	unit_case(s, ipv4_header_edges_are_judged, 4);
	unit_case(s, smallest_packets_are_taken, 4);
	unit_case(s, vlan_tags_are_read_one_deep, 4);
	unit_case(s, cut_vlan_tag_is_refused, 4);
	return s;
}
