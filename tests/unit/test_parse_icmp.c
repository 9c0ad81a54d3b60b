// SPDX-License-Identifier: BSD-3-Clause
/* ICMP and ICMPv6 as the parser judges them. A row changes a good message in one place and puts lengths
 * and checksums right again; each is tried with TCP and UDP quoted, untagged, tagged, and, for IPv6,
 * behind extension headers.
 */
#include <string.h>

#include "icmp_samples.h"
#include "parse_samples.h"
#include "unit.h"

enum { F4 = 1, F6 = 2, BOTH = 3 };

/* SET: write bytes at base + off. CUT: end the packet at base + off. INSERT: in front of base + off. */
enum what { SET, CUT, INSERT };
enum base { ICMP, QUOTE, QUOTE_L4 };

struct row {
	const char *name;
	uint32_t families;
	enum what what;
	enum base base;
	int off;
	uint32_t n;
	const char *bytes;
	enum weir_drop reason;
};

static const struct row error_rows[] = {
	{"C1 port unreachable", F4, SET, ICMP, 0, B("\x03\x03"), FWD},
	{"C1 frag needed, 1400", F4, SET, ICMP, 0, B("\x03\x04\0\0\0\0\x05\x78"), FWD},
	{"C3 packet too big, 1400", F6, SET, ICMP, 0, B("\x02\x00\0\0\0\0\x05\x78"), FWD},
	{"C4 0 bytes", BOTH, CUT, ICMP, 0, 0, "", DROP(icmp_short)},
	{"C4 1 byte", BOTH, CUT, ICMP, 1, 0, "", DROP(icmp_short)},
	{"C4 7 bytes", BOTH, CUT, ICMP, 7, 0, "", DROP(icmp_short)},
	{"C5 nothing quoted", BOTH, CUT, QUOTE, 0, 0, "", DROP(icmp_inner)},
	{"C5 19 bytes", F4, CUT, QUOTE, 19, 0, "", DROP(icmp_inner)},
	{"C5 39 bytes", F6, CUT, QUOTE, 39, 0, "", DROP(icmp_inner)},
	{"C5 IHL 15", F4, SET, QUOTE, 0, B("\x4f"), DROP(icmp_inner)},
	{"C5 IHL 4", F4, SET, QUOTE, 0, B("\x44"), DROP(icmp_inner)},
	{"C5 IHL 0", F4, SET, QUOTE, 0, B("\x40"), DROP(icmp_inner)},
	{"C5 IPv6 in ICMP", F4, SET, QUOTE, 0, B("\x65"), DROP(icmp_inner)},
	{"C5 IPv4 in ICMPv6", F6, SET, QUOTE, 0, B("\x45"), DROP(icmp_inner)},
	{"C6 0 bytes of L4", BOTH, CUT, QUOTE_L4, 0, 0, "", DROP(icmp_inner)},
	{"C6 7 bytes of L4", BOTH, CUT, QUOTE_L4, 7, 0, "", DROP(icmp_inner)},
	{"C6 8 bytes of L4", BOTH, CUT, QUOTE_L4, 8, 0, "", FWD},
	{"C7 later fragment", F4, SET, QUOTE, 6, B("\x00\x01"), DROP(icmp_inner)},
	{"C7 later fragment, high bits", F4, SET, QUOTE, 6, B("\x1f\x00"), DROP(icmp_inner)},
	{"C7 first fragment", F4, SET, QUOTE, 6, B("\x20\x00"), FWD},
	{"C7 DF", F4, SET, QUOTE, 6, B("\x40\x00"), FWD},
	{"C8 options", F4, INSERT, QUOTE_L4, 0, B("\x01\x01\x01\x00"), FWD},
	{"C13 ICMP about ICMP", F4, SET, QUOTE, 9, B("\x01"), DROP(icmp_inner)},
	{"C13 ICMPv6 about ICMPv6", F6, SET, QUOTE, 6, B("\x3a"), DROP(icmp_inner)},
	{"C10 GRE quoted", F4, SET, QUOTE, 9, B("\x2f"), DROP(icmp_inner)},
	{"C8 AH quoted", F6, SET, QUOTE, 6, B("\x33"), DROP(icmp_inner)},
	{"C8 no next header quoted", F6, SET, QUOTE, 6, B("\x3b"), DROP(icmp_inner)},
	{"C8 extension header past the end", F6, SET, QUOTE, 6, B("\x3c"), DROP(icmp_inner)},
	{"quoted length 0", F4, SET, QUOTE, 2, B("\x00\x00"), FWD},
	{"quoted length 65535", F4, SET, QUOTE, 2, B("\xff\xff"), FWD},
	{"quoted length 65535", F6, SET, QUOTE, 4, B("\xff\xff"), FWD},
	{"quoted checksum", F4, SET, QUOTE, 10, B("\xde\xad"), FWD},
	{"quoted TTL 0", F4, SET, QUOTE, 8, B("\x00"), FWD},
	{"C11 MTU 0", F4, SET, ICMP, 0, B("\x03\x04\0\0\0\0\x00\x00"), DROP(icmp_mtu_floor)},
	{"C11 MTU 68", F4, SET, ICMP, 0, B("\x03\x04\0\0\0\0\x00\x44"), DROP(icmp_mtu_floor)},
	{"C11 MTU 296", F4, SET, ICMP, 0, B("\x03\x04\0\0\0\0\x01\x28"), DROP(icmp_mtu_floor)},
	{"C11 MTU 551", F4, SET, ICMP, 0, B("\x03\x04\0\0\0\0\x02\x27"), DROP(icmp_mtu_floor)},
	{"C11 MTU 552", F4, SET, ICMP, 0, B("\x03\x04\0\0\0\0\x02\x28"), FWD},
	{"C11 MTU 551 with the unused half set", F4, SET, ICMP, 0,
		B("\x03\x04\0\0\xff\xff\x02\x27"), DROP(icmp_mtu_floor)},
	{"C11 MTU 0", F6, SET, ICMP, 0, B("\x02\x00\0\0\0\0\x00\x00"), DROP(icmp_mtu_floor)},
	{"C11 MTU 1279", F6, SET, ICMP, 0, B("\x02\x00\0\0\0\0\x04\xff"), DROP(icmp_mtu_floor)},
	{"C11 MTU 1280", F6, SET, ICMP, 0, B("\x02\x00\0\0\0\0\x05\x00"), FWD},
	{"C12 MTU 9000", F4, SET, ICMP, 0, B("\x03\x04\0\0\0\0\x23\x28"), FWD},
	{"C12 MTU 65536", F6, SET, ICMP, 0, B("\x02\x00\0\0\0\x01\x00\x00"), FWD},
	{"C11 not of other codes", F4, SET, ICMP, 0, B("\x03\x0d\0\0\0\0\x00\x00"), FWD},
	{"C14 unreachable, code 15", F4, SET, ICMP, 0, B("\x03\x0f"), FWD},
	{"C14 time exceeded", F4, SET, ICMP, 0, B("\x0b\x00"), FWD},
	{"C14 parameter problem", F4, SET, ICMP, 0, B("\x0c\x00"), FWD},
	{"C14 unreachable, code 0", F6, SET, ICMP, 0, B("\x01\x00"), FWD},
	{"C14 time exceeded", F6, SET, ICMP, 0, B("\x03\x00"), FWD},
	{"C14 parameter problem", F6, SET, ICMP, 0, B("\x04\x00"), FWD},
	{"C14 source quench", F4, SET, ICMP, 0, B("\x04\x00"), DROP(icmp_type)},
	{"C14 redirect", F4, SET, ICMP, 0, B("\x05\x01"), DROP(icmp_type)},
	{"C14 redirect", F6, SET, ICMP, 0, B("\x89\x00"), DROP(icmp_type)},
	{"C19 echo reply", F4, SET, ICMP, 0, B("\x00\x00"), DROP(icmp_type)},
	{"C19 timestamp", F4, SET, ICMP, 0, B("\x0d\x00"), DROP(icmp_type)},
	{"C19 mask", F4, SET, ICMP, 0, B("\x11\x00"), DROP(icmp_type)},
	{"C19 router solicitation", F4, SET, ICMP, 0, B("\x0a\x00"), DROP(icmp_type)},
	{"C19 type 255", BOTH, SET, ICMP, 0, B("\xff\x00"), DROP(icmp_type)},
	{"C19 type 0", F6, SET, ICMP, 0, B("\x00\x00"), DROP(icmp_type)},
	{"C19 type 5", F6, SET, ICMP, 0, B("\x05\x00"), DROP(icmp_type)},
	{"C19 type 127", F6, SET, ICMP, 0, B("\x7f\x00"), DROP(icmp_type)},
	{"C19 echo reply", F6, SET, ICMP, 0, B("\x81\x00"), DROP(icmp_type)},
	{"N6 router solicitation", F6, SET, ICMP, 0, B("\x85\x00"), DROP(icmp_type)},
	{"N6 router advertisement", F6, SET, ICMP, 0, B("\x86\x00"), DROP(icmp_type)},
	{"N6 neighbour solicitation", F6, SET, ICMP, 0, B("\x87\x00"), DROP(icmp_type)},
	{"N6 neighbour advertisement", F6, SET, ICMP, 0, B("\x88\x00"), DROP(icmp_type)},
	{"C16 an echo with a quote in it", F4, SET, ICMP, 0, B("\x08\x00"), FWD},
	{"C16 an echo with a quote in it", F6, SET, ICMP, 0, B("\x80\x00"), FWD},
};

static void apply(struct frame *f, const struct row *r)
{
	const uint32_t bases[] = {
		[ICMP] = f->l4, [QUOTE] = icmp_quote(f), [QUOTE_L4] = icmp_quote_l4(f)};
	uint32_t at = bases[r->base] + (uint32_t)r->off;

	if (r->what == CUT)
		f->len = at;
	else if (r->what == SET)
		memcpy(f->b + at, r->bytes, r->n);
	else
		frame_insert(f, at, r->bytes, r->n);
	if (r->what == INSERT) // quoted IPv4 options
		f->b[icmp_quote(f)] = (uint8_t)(0x45 + r->n / 4);
	icmp_fix(f);
}

static void check(const struct row *r, const struct frame *f, const char *how)
{
	enum weir_drop drop = parse_verdict(f);

	ck_assert_msg(drop == r->reason, "%s (%s, %s): %s, expected %s", r->name,
		frame_is_v6(f) ? "IPv6" : "IPv4", how, weir_drop_name(drop),
		weir_drop_name(r->reason));
}

START_TEST(errors_and_other_types_are_judged)
{
	for (size_t i = 0; i < N(error_rows); i++) {
		for (uint32_t kind = 0; kind < FRAME_KIND__COUNT; kind++) {
			const struct row *r = &error_rows[i];
			struct frame f;

			icmp_error(&f, (enum frame_kind)kind);
			if ((r->families & (frame_is_v6(&f) ? F6 : F4)) == 0)
				continue;
			apply(&f, r);
			check(r, &f, "plain");
			frame_tag(&f, 0x8100, 5);
			check(r, &f, "tagged");
			if (frame_is_v6(&f)) {
				icmp_ext(&f);
				check(r, &f, "behind options");
			}
		}
	}
}
END_TEST

/* The tuple is the client's: what the quoted packet says, the other way round. */
START_TEST(error_names_the_flow_it_is_about)
{
	for (uint32_t kind = 0; kind < FRAME_KIND__COUNT; kind++) {
		struct parsed flow, error;
		struct frame f;

		frame_make(&f, (enum frame_kind)kind, 100);
		ck_assert_int_eq(parse_exact(f.b, f.len, &flow), WEIR_DROP_NONE);
		ck_assert_int_eq(flow.kind, PARSE_FLOW);
		icmp_error(&f, (enum frame_kind)kind);
		ck_assert_int_eq(parse_exact(f.b, f.len, &error), WEIR_DROP_NONE);
		ck_assert_int_eq(error.kind, PARSE_ERROR);
		ck_assert_mem_eq(&error.tuple, &flow.tuple, sizeof(flow.tuple));
		ck_assert_uint_eq(error.tuple_words, flow.tuple_words);
		ck_assert_uint_eq(error.proto, flow.proto);
		ck_assert_uint_eq(error.dport, flow.dport);
		ck_assert_uint_eq(error.l4_off, f.l4);
	}
}
END_TEST

/* The outer addresses stay in src and dst whatever is quoted. */
START_TEST(error_from_a_router_keeps_its_own_addresses)
{
	struct parsed p;
	struct frame f;

	icmp_error(&f, FRAME_TCP4);
	f.b[f.l3 + 15] = 99;
	f.b[icmp_quote(&f) + 15] = 77;
	icmp_fix(&f);
	ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
	ck_assert_uint_eq(p.src.b[15], 99);
	ck_assert_uint_eq(p.dst.b[15], 10);
	ck_assert_uint_eq(p.tuple.v4.saddr[3], 7);
	ck_assert_uint_eq(p.tuple.v4.daddr[3], 77);
}
END_TEST

START_TEST(echo_is_echo)
{
	for (int v6 = 0; v6 < 2; v6++) {
		for (uint32_t payload = 0; payload < 70; payload++) {
			struct parsed p;
			struct frame f;

			icmp_echo(&f, v6, payload);
			ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
			ck_assert_int_eq(p.kind, PARSE_ECHO);
			ck_assert_int_eq(p.proto, v6 ? 58 : 1);
			ck_assert_int_eq(p.dport, 0);
			frame_pad(&f, 9, 0x77); // padding is no part of the message
			ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
		}
	}
}
END_TEST

/* C15, and the same for errors: any bit of the message. */
START_TEST(any_flipped_bit_is_a_wrong_checksum)
{
	for (uint32_t n = 0; n < 4; n++) {
		struct frame f;

		if (n / 2 == 0)
			icmp_echo(&f, n % 2, 33);
		else
			icmp_error(&f, n % 2 ? FRAME_UDP6 : FRAME_UDP4);
		for (uint32_t bit = 8; bit < (f.len - f.l4) * 8; bit++) { // behind the type
			f.b[f.l4 + bit / 8] ^= (uint8_t)(1 << bit % 8);
			ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_icmp_csum);
			f.b[f.l4 + bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_NONE);
	}
}
END_TEST

/* ICMPv6 sums the addresses; ICMP does not. */
START_TEST(checksum_covers_the_addresses_of_ipv6_only)
{
	struct frame f;

	icmp_echo(&f, 1, 10);
	f.b[f.l3 + 23]++;
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_icmp_csum);
	icmp_echo(&f, 0, 10);
	f.b[f.l3 + 15]++;
	frame_fix_csum(&f);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_NONE);
}
END_TEST

/* C8: quoted extension headers: eight are walked, nine are not; a cut one, or a later fragment. */
START_TEST(quoted_extension_headers_are_walked_within_the_budget)
{
	for (uint32_t n = 0; n <= 10; n++) {
		struct parsed p;
		struct frame f;
		uint8_t proto;

		icmp_error(&f, FRAME_TCP6);
		proto = f.b[icmp_quote(&f) + 6];
		for (uint32_t i = 0; i < n; i++) {
			uint8_t ext[8] = {i == 0 ? proto : 60, 0, 1, 4};

			frame_insert(&f, icmp_quote_l4(&f), ext, sizeof(ext));
			f.b[icmp_quote(&f) + 6] = 60;
		}
		icmp_fix(&f);
		ck_assert_int_eq(parse_exact(f.b, f.len, &p),
			n <= PARSE_MAX_EXT ? WEIR_DROP_NONE : WEIR_DROP_icmp_inner);
		if (n <= PARSE_MAX_EXT)
			ck_assert_uint_eq(p.dport, 80);
	}
}
END_TEST

START_TEST(quoted_ipv6_fragment_must_be_the_first)
{
	static const struct {
		uint8_t ext[8];
		enum weir_drop reason;
	} rows[] = {
		{{6, 0, 0, 1, 0, 0, 0, 9}, FWD},
		{{6, 0, 0, 0, 0, 0, 0, 9}, FWD},
		{{6, 0, 0, 9, 0, 0, 0, 9}, DROP(icmp_inner)},
		{{6, 0, 1, 0, 0, 0, 0, 9}, DROP(icmp_inner)},
	};

	for (size_t i = 0; i < N(rows); i++) {
		struct frame f;

		icmp_error(&f, FRAME_TCP6);
		frame_insert(&f, icmp_quote_l4(&f), rows[i].ext, 8);
		f.b[icmp_quote(&f) + 6] = 44;
		icmp_fix(&f);
		ck_assert_int_eq(parse_verdict(&f), rows[i].reason);
		for (uint32_t n = 1; n < 8; n++) { // cut within
			f.len = icmp_quote_l4(&f) + n;
			icmp_fix(&f);
			ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_icmp_inner);
		}
	}
}
END_TEST

/* Which reason wins: the table on top of parse.c. */
START_TEST(outermost_icmp_defect_names_the_packet)
{
	struct frame f;

	icmp_error(&f, FRAME_TCP4);
	f.b[icmp_quote(&f)] = 0x44;
	icmp_fix(&f);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_icmp_inner);
	f.b[f.l4 + 1] = 4; // and an MTU of 0
	icmp_fix(&f);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_icmp_mtu_floor);
	f.b[f.l4 + 2] ^= 1;
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_icmp_csum);
	f.b[f.l4] = 5;
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_icmp_type);
	f.len = f.l4 + 7;
	frame_fix_length(&f);
	frame_fix_csum(&f);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_icmp_short);
	f.b[f.l3 + 6] = 0x20; // seven bytes of a first fragment: not looked at
	frame_fix_csum(&f);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_frag);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse_icmp");

	unit_case(s, errors_and_other_types_are_judged, 4);
	unit_case(s, error_names_the_flow_it_is_about, 4);
	unit_case(s, error_from_a_router_keeps_its_own_addresses, 4);
	unit_case(s, echo_is_echo, 4);
	unit_case(s, any_flipped_bit_is_a_wrong_checksum, 4);
	unit_case(s, checksum_covers_the_addresses_of_ipv6_only, 4);
	unit_case(s, quoted_extension_headers_are_walked_within_the_budget, 4);
	unit_case(s, quoted_ipv6_fragment_must_be_the_first, 4);
	unit_case(s, outermost_icmp_defect_names_the_packet, 4);
	return s;
}
