// SPDX-License-Identifier: BSD-3-Clause
/* What the parser tells of a good frame, and of a refused one. */
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "parse.h"
#include "parse_samples.h"
#include "unit.h"

#define PAYLOAD 40

static void check_tuple(const struct frame *f, const struct parsed *p)
{
	uint32_t addr = frame_is_v6(f) ? 16 : 4, from = frame_is_v6(f) ? 8 : 12;
	uint8_t expected[40] = {0};

	memcpy(expected, f->b + f->l3 + from, 2 * addr);
	memcpy(expected + 2 * addr, f->b + f->l4, 4);
	expected[2 * addr + 4] = frame_is_tcp(f) ? 6 : 17;
	ck_assert_uint_eq(p->tuple_words * 8u, frame_is_v6(f) ? 40 : 16);
	ck_assert_mem_eq(&p->tuple, expected, p->tuple_words * 8u);
}

static void check_addresses(const struct frame *f, const struct parsed *p)
{
	struct weir_addr src = weir_addr_v4(f->b + f->l3 + 12),
			 dst = weir_addr_v4(f->b + f->l3 + 16);

	if (frame_is_v6(f)) {
		memcpy(src.b, f->b + f->l3 + 8, 16);
		memcpy(dst.b, f->b + f->l3 + 24, 16);
	}
	ck_assert(weir_addr_eq(&p->src, &src));
	ck_assert(weir_addr_eq(&p->dst, &dst));
	ck_assert_uint_eq(p->dst_mac, 0x020000000010);
	ck_assert_uint_eq(p->src_mac, 0x020000000020);
}

/* L6: also with padding behind it. */
START_TEST(good_frame_fills_every_field)
{
	for (uint32_t n = 0; n < FRAME_KIND__COUNT * 47; n++) {
		struct frame f;
		struct parsed p;
		uint32_t l3_len;

		frame_make(&f, (enum frame_kind)(n % FRAME_KIND__COUNT), PAYLOAD);
		if (n % 3 == 0)
			frame_tag(&f, 0x8100, 0x2007);
		l3_len = f.len - f.l3;
		frame_pad(&f, n / FRAME_KIND__COUNT, n % 5 == 0 ? 0 : 0xe7);
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
		check_tuple(&f, &p);
		check_addresses(&f, &p);
		ck_assert_uint_eq(p.dport, 80);
		ck_assert_uint_eq(p.l3_off, f.l3);
		ck_assert_uint_eq(p.l4_off, f.l4);
		ck_assert_uint_eq(p.l3_len, l3_len);
		ck_assert_uint_eq(p.vlan, n % 3 == 0 ? 7 : 0);
		ck_assert_uint_eq(p.family, frame_is_v6(&f) ? 6 : 4);
		ck_assert_uint_eq(p.proto, frame_is_tcp(&f) ? 6 : 17);
		ck_assert_uint_eq(p.tos, 0x28);
		ck_assert_uint_eq(p.flags, PARSE_DF);
	}
}
END_TEST

START_TEST(flags_tell_start_end_and_df)
{
	static const uint8_t tcp[][2] = {{0x02, PARSE_START}, {0xc2, PARSE_START},
		{0x12, PARSE_SYNACK}, {0x11, PARSE_FIN}, {0x04, PARSE_RST}, {0x14, PARSE_RST},
		{0x15, PARSE_FIN | PARSE_RST}, {0x18, 0}};

	for (size_t i = 0; i < N(tcp); i++) {
		struct parsed p;
		struct frame f;

		frame_make(&f, FRAME_TCP4, 0);
		f.b[f.l4 + 13] = tcp[i][0];
		f.b[f.l3 + 6] = 0;
		frame_fix_csum(&f);
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
		ck_assert_uint_eq(p.flags, tcp[i][1]);
		frame_make(&f, FRAME_TCP6, 0);
		f.b[f.l4 + 13] = tcp[i][0];
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
		ck_assert_uint_eq(p.flags, tcp[i][1] | PARSE_DF);
	}
}
END_TEST

/* V5, V6: flow label, traffic class, hop limit and extension headers are not part of a flow. H11:
 * nor is the TOS, and all 256 values arrive.
 */
START_TEST(tuple_does_not_depend_on_what_changes_within_a_flow)
{
	struct parsed first, p;
	struct frame f;

	frame_make(&f, FRAME_TCP6, PAYLOAD);
	ck_assert_int_eq(parse_exact(f.b, f.len, &first), WEIR_DROP_NONE);
	for (uint32_t n = 0; n < 256; n++) {
		frame_make(&f, FRAME_TCP6, n);
		frame_put16(&f, f.l3, 0x6000 | n << 4 | n % 16);
		frame_put16(&f, f.l3 + 2, n * 257);
		f.b[f.l3 + 7] = (uint8_t)(n | 1);
		ext_insert(&f, &ext_rows[n % EXT_GOOD]);
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
		ck_assert_mem_eq(&p.tuple, &first.tuple, sizeof(p.tuple));
		ck_assert_uint_eq(p.tos, n);
		ck_assert_uint_eq(p.l4_off, f.l4);

		frame_make(&f, FRAME_UDP4, n);
		f.b[f.l3 + 1] = (uint8_t)n;
		frame_fix_csum(&f);
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
		ck_assert_uint_eq(p.tos, n);
	}
}
END_TEST

START_TEST(refused_frame_still_tells_its_addresses)
{
	for (uint32_t kind = 0; kind < FRAME_KIND__COUNT; kind++) {
		struct parsed p, zero = {0};
		struct frame f;

		frame_make(&f, (enum frame_kind)kind, 0);
		f.len = f.l4; /* ip_len */
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_ip_len);
		check_addresses(&f, &p);
		f.len = f.l4 - 1; /* l3_short */
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_l3_short);
		ck_assert(weir_addr_eq(&p.dst, &zero.dst));
		ck_assert_uint_eq(p.dst_mac, 0x020000000010);
		ck_assert_int_eq(parse_exact(f.b, 13, &p), WEIR_DROP_l2_short);
		ck_assert_uint_eq(p.dst_mac, 0);
	}
}
END_TEST

/* A mapped address in an IPv6 header must not be mistaken for the IPv4 VIP. */
START_TEST(mapped_address_in_ipv6_is_not_shown)
{
	static const uint8_t mapped[16] = {[10] = 0xff, 0xff, 192, 0, 2, 10};
	struct parsed p, zero = {0};
	struct frame f;

	frame_make(&f, FRAME_TCP6, 0);
	memcpy(f.b + f.l3 + 24, mapped, 16);
	ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_not_local);
	ck_assert(weir_addr_eq(&p.dst, &zero.dst));
	memcpy(f.b + f.l3 + 8, mapped, 16);
	ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_martian_src);
	ck_assert(weir_addr_eq(&p.src, &zero.src));
}
END_TEST

/* l3_len has 16 bits: 65,535 bytes of IPv4 fit, 65,536 of IPv6 do not. */
START_TEST(largest_packets_do_not_wrap)
{
	uint32_t size = 14 + 40 + 65535;
	uint8_t *b = calloc(1, size);
	struct parsed p;
	struct frame f;

	frame_make(&f, FRAME_TCP4, 0);
	frame_put16(&f, f.l3 + 2, 65535);
	frame_fix_csum(&f);
	memcpy(b, f.b, f.len);
	ck_assert_int_eq(parse_frame(b, size, &p), WEIR_DROP_NONE);
	ck_assert_uint_eq(p.l3_len, 65535);

	frame_make(&f, FRAME_TCP6, 0);
	for (uint32_t payload = 65490; payload <= 65535; payload++) {
		frame_put16(&f, f.l3 + 4, payload);
		memcpy(b, f.b, f.len);
		ck_assert_int_eq(parse_frame(b, size, &p),
			payload <= 65495 ? WEIR_DROP_NONE : WEIR_DROP_ip_len);
	}
	free(b);
}
END_TEST

START_TEST(speed_is_noted)
{
	for (uint32_t kind = 0; kind < FRAME_KIND__COUNT; kind++) {
		uint64_t start, refused = 0;
		struct parsed p;
		struct frame f;

		frame_make(&f, (enum frame_kind)kind, PAYLOAD);
		start = unit_now_ns();
		for (uint32_t n = 0; n < 1000000; n++)
			refused += parse_frame(f.b, f.len, &p) != WEIR_DROP_NONE;
		unit_note("parse_frame %s: %.1f ns", frame_kind_name((enum frame_kind)kind),
			(double)(unit_now_ns() - start) / 1000000);
		ck_assert_uint_eq(refused, 0);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse_fields");

	unit_case(s, good_frame_fills_every_field, 4);
	unit_case(s, flags_tell_start_end_and_df, 4);
	unit_case(s, tuple_does_not_depend_on_what_changes_within_a_flow, 4);
	unit_case(s, refused_frame_still_tells_its_addresses, 4);
	unit_case(s, mapped_address_in_ipv6_is_not_shown, 4);
	unit_case(s, largest_packets_do_not_wrap, 4);
	unit_case(s, speed_is_noted, 30);
	return s;
}
