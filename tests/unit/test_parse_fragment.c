// SPDX-License-Identifier: BSD-3-Clause
/* Fragments as the parser tells of them: well formed or not, and what stage_classify() needs. Which of
 * them are forwarded is policy: test_stages_fragment.c.
 */
#include "parse_samples.h"
#include "unit.h"

/* A datagram's first piece: @n bytes of UDP header and data. */
static void first_piece(struct frame *f, int v6, uint32_t n)
{
	static const struct ext_row first = {"", FRAG, B("\x11\x00\x00\x01\0\0\0\x01"), FWD};

	frame_make(f, v6 ? FRAME_UDP6 : FRAME_UDP4, 56);
	if (v6)
		ext_insert(f, &first);
	else
		f->b[f->l3 + 6] = 0x20;
	f->len = f->l4 + n;
	frame_fix_length(f);
	frame_fix_csum(f);
}

static void later_piece(struct frame *f, int v6, uint32_t offset, uint8_t proto)
{
	frame_make(f, v6 ? FRAME_UDP6 : FRAME_UDP4, 56);
	if (v6) {
		uint8_t ext[8] = {proto, 0, (uint8_t)(offset >> 8), (uint8_t)offset, 0, 0, 0, 1};

		frame_insert(f, f->l4, ext, sizeof(ext));
		f->b[f->l3 + 6] = FRAG;
		frame_fix_length(f);
	} else {
		frame_put16(f, f->l3 + 6, offset / 8);
		f->b[f->l3 + 9] = proto;
		frame_fix_csum(f);
	}
}

static void check_tuple(const struct parsed *p, int v6, uint8_t proto)
{
	ck_assert_int_eq(p->kind, PARSE_FRAGMENT);
	ck_assert_uint_eq(p->proto, proto);
	ck_assert_uint_eq(v6 ? p->tuple.v6.sport_be : p->tuple.v4.sport_be, 0);
	ck_assert_uint_eq(v6 ? p->tuple.v6.dport_be : p->tuple.v4.dport_be, 0);
	ck_assert_uint_eq(v6 ? p->tuple.v6.proto : p->tuple.v4.proto, proto);
}

START_TEST(first_udp_fragment_shows_its_port)
{
	for (int v6 = 0; v6 < 2; v6++) {
		for (uint32_t n = 8; n <= 64; n += 8) {
			struct parsed p;
			struct frame f;

			first_piece(&f, v6, n); // its length field speaks of 64
			ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
			check_tuple(&p, v6, 17);
			ck_assert_uint_eq(p.dport, 80);
			ck_assert_uint_eq(
				p.flags & (PARSE_PORTS | PARSE_TINY | PARSE_ATOMIC), PARSE_PORTS);
			ck_assert_uint_eq(p.l4_off, f.l4);
		}
	}
}
END_TEST

/* R2 */
START_TEST(tiny_first_fragment_is_marked)
{
	for (int v6 = 0; v6 < 2; v6++) {
		for (uint32_t n = 0; n < 8; n++) {
			struct parsed p;
			struct frame f;

			first_piece(&f, v6, n);
			ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
			check_tuple(&p, v6, 17);
			ck_assert_uint_eq(p.dport, 0);
			ck_assert_uint_eq(
				p.flags & (PARSE_PORTS | PARSE_TINY | PARSE_ATOMIC), PARSE_TINY);
		}
	}
}
END_TEST

START_TEST(later_fragment_has_no_port)
{
	static const uint8_t protos[] = {17, 6, 1, 58, 47, 0, 255};

	for (int v6 = 0; v6 < 2; v6++) {
		for (uint32_t n = 0; n < N(protos) * 2; n++) {
			struct parsed p;
			struct frame f;

			later_piece(&f, v6, n % 2 == 0 ? 16 : 4096, protos[n / 2]);
			ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
			check_tuple(&p, v6, protos[n / 2]);
			ck_assert_uint_eq(p.dport, 0);
			ck_assert_uint_eq(p.flags & (PARSE_PORTS | PARSE_TINY | PARSE_ATOMIC), 0);
		}
	}
}
END_TEST

/* R11 */
START_TEST(atomic_fragment_is_marked)
{
	static const struct ext_row atomic = {"", FRAG, B(L4P "\x00\x00\x00\0\0\0\x01"), FWD};
	struct parsed p;
	struct frame f;

	for (uint32_t n = 0; n < 2; n++) {
		frame_make(&f, n == 0 ? FRAME_UDP6 : FRAME_TCP6, 20);
		ext_insert(&f, &atomic);
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
		check_tuple(&p, 1, n == 0 ? 17 : 6);
		ck_assert_uint_eq(
			p.flags & (PARSE_PORTS | PARSE_TINY | PARSE_ATOMIC), PARSE_ATOMIC);
	}
}
END_TEST

/* Only UDP is looked at: the first piece of anything else has no ports to show. */
START_TEST(first_fragment_of_other_protocols_is_not_looked_into)
{
	static const uint8_t protos[] = {6, 1, 47, 132};

	for (size_t i = 0; i < N(protos); i++) {
		struct parsed p;
		struct frame f;

		first_piece(&f, 0, 16);
		f.b[f.l3 + 9] = protos[i];
		frame_fix_csum(&f);
		ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
		check_tuple(&p, 0, protos[i]);
		ck_assert_uint_eq(p.dport, 0);
		ck_assert_uint_eq(p.flags & PARSE_PORTS, 0);
	}
}
END_TEST

struct bad_row {
	const char *name;
	int v6;
	uint32_t off, n; /* from the UDP header */
	const char *bytes;
	enum weir_drop reason;
};

START_TEST(bad_udp_header_of_a_first_fragment_is_refused)
{
	static const struct bad_row rows[] = {
		{"U2 length 7", 0, 4, B("\x00\x07"), DROP(udp_len)},
		{"U2 length 7", 1, 4, B("\x00\x07"), DROP(udp_len)},
		{"length 8 says less than there is", 0, 4, B("\x00\x08"), DROP(frag)},
		{"length 65535", 0, 4, B("\xff\xff"), DROP(frag)},
		{"T8 source port 0", 0, 0, B("\x00\x00"), DROP(port0)},
		{"T8 destination port 0", 1, 2, B("\x00\x00"), DROP(port0)},
		{"U5 no checksum", 0, 6, B("\x00\x00"), DROP(frag)},
		{"U5 no checksum", 1, 6, B("\x00\x00"), DROP(udp_csum0_v6)},
	};

	for (size_t i = 0; i < N(rows); i++) {
		struct frame f;

		first_piece(&f, rows[i].v6, 32);
		memcpy(f.b + f.l4 + rows[i].off, rows[i].bytes, rows[i].n);
		ck_assert_msg(parse_verdict(&f) == rows[i].reason, "%s: %s", rows[i].name,
			weir_drop_name(parse_verdict(&f)));
	}
}
END_TEST

/* IPv6: eight bytes of options and nothing behind them are a piece that is not tiny. */
START_TEST(first_fragment_that_ends_with_its_options_is_too_short)
{
	static const struct ext_row first = {
		"", FRAG, B("\x3c\x00\x00\x01\0\0\0\x01" OPT("\x11")), FWD};
	struct frame f;

	frame_make(&f, FRAME_UDP6, 56);
	ext_insert(&f, &first);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_frag);
	f.len = f.l4;
	frame_fix_length(&f);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_l4_short);
}
END_TEST

/* Behind a later fragment's header stand bytes of the middle of a packet, whatever they look like. */
START_TEST(chain_ends_with_a_later_fragment)
{
	static const struct ext_row later = {
		"", FRAG, B("\x3c\x00\x00\x11\0\0\0\x01\x06\xff\0\0\0\0\0\0"), FWD};
	struct parsed p;
	struct frame f;

	frame_make(&f, FRAME_UDP6, 56);
	ext_insert(&f, &later);
	ck_assert_int_eq(parse_exact(f.b, f.len, &p), WEIR_DROP_NONE);
	check_tuple(&p, 1, 60);
	ck_assert_uint_eq(p.l4_off, f.l3 + 48);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse_fragment");

	unit_case(s, first_udp_fragment_shows_its_port, 4);
	unit_case(s, tiny_first_fragment_is_marked, 4);
	unit_case(s, later_fragment_has_no_port, 4);
	unit_case(s, atomic_fragment_is_marked, 4);
	unit_case(s, first_fragment_of_other_protocols_is_not_looked_into, 4);
	unit_case(s, bad_udp_header_of_a_first_fragment_is_refused, 4);
	unit_case(s, first_fragment_that_ends_with_its_options_is_too_short, 4);
	unit_case(s, chain_ends_with_a_later_fragment, 4);
	return s;
}
