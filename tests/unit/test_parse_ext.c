// SPDX-License-Identifier: BSD-3-Clause
/* IPv6 extension headers: each row is tried in front of TCP and UDP, untagged and tagged. */
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "parse.h"
#include "parse_samples.h"
#include "unit.h"

START_TEST(extension_headers_are_walked_within_the_budget)
{
	for (size_t i = 0; ext_rows[i].name != NULL; i++) {
		for (uint32_t n = 0; n < 4; n++) {
			enum frame_kind kind = n % 2 == 0 ? FRAME_TCP6 : FRAME_UDP6;
			enum weir_drop drop;
			struct frame f;

			/* 48 and 40 bytes of L4: what precedes the fragment rule on multiples of 8. */
			frame_make(&f, kind, kind == FRAME_TCP6 ? 28 : 32);
			if (n / 2 == 1)
				frame_tag(&f, 0x8100, 5);
			ext_insert(&f, &ext_rows[i]);
			drop = parse_verdict(&f);
			ck_assert_msg(drop == ext_rows[i].reason, "%s (%s): %s, expected %s",
				ext_rows[i].name, frame_kind_name(kind), weir_drop_name(drop),
				weir_drop_name(ext_rows[i].reason));
		}
	}
}
END_TEST

/* V10, V9: a chain that ends in every place within its headers. */
START_TEST(cut_extension_header_is_refused)
{
	static const struct ext_row chain = {"", HBH, B(OPT("\x3c") OPT2(L4P)), FWD};

	for (uint32_t n = 1; n < 24; n++) {
		struct frame f;

		frame_make(&f, FRAME_TCP6, 0);
		ext_insert(&f, &chain);
		f.len = f.l3 + 40 + n;
		frame_fix_length(&f);
		ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_ext_bad);
	}
}
END_TEST

/* R7, R2 and R3 for IPv6: fragments of every length; only the last may have any. */
START_TEST(ipv6_fragment_length_is_judged)
{
	static const struct ext_row first = {"", FRAG, B(L4P "\x00\x00\x01\0\0\0\x01"), FWD};
	static const struct ext_row middle = {"", FRAG, B(L4P "\x00\x00\x11\0\0\0\x01"), FWD};
	static const struct ext_row last = {"", FRAG, B(L4P "\x00\x00\x10\0\0\0\x01"), FWD};

	for (uint32_t n = 0; n < 24; n++) {
		enum weir_drop odd = n % 8 == 0 ? WEIR_DROP_frag : WEIR_DROP_frag_bad;
		struct frame f;

		frame_make(&f, FRAME_UDP6, 40);
		ext_insert(&f, &first);
		f.len = f.l4 + n;
		frame_fix_length(&f);
		ck_assert_int_eq(parse_verdict(&f), n < 8 ? WEIR_DROP_frag : odd);
		memcpy(f.b + f.l3 + 40, middle.bytes, 8);
		ck_assert_int_eq(parse_verdict(&f), odd);
		memcpy(f.b + f.l3 + 40, last.bytes, 8);
		ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_frag);
	}
}
END_TEST

START_TEST(two_hundred_extension_headers_are_refused)
{
	static const struct ext_row one = {"", DST, B(OPT("\x3c")), FWD};
	struct frame f;

	frame_make(&f, FRAME_TCP6, 0);
	for (uint32_t n = 0; n < 200; n++)
		ext_insert(&f, &one);
	ck_assert_int_eq(parse_verdict(&f), WEIR_DROP_ext_chain);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse_ext");

	unit_case(s, extension_headers_are_walked_within_the_budget, 4);
	unit_case(s, cut_extension_header_is_refused, 4);
	unit_case(s, ipv6_fragment_length_is_judged, 4);
	unit_case(s, two_hundred_extension_headers_are_refused, 4);
	return s;
}
