// SPDX-License-Identifier: BSD-3-Clause
/* Which reason wins: the table on top of parse.c. */
#include "parse_samples.h"
#include "unit.h"

enum base { L2, L3, L4 };

/* One defect for each line of the table in parse.c; the later one is put in first. */
struct defect {
	enum base base;
	uint32_t off;
	uint8_t mask, value;
	enum weir_drop reason;
};

static void put_defect(struct frame *f, const struct defect *d)
{
	const uint32_t bases[] = {[L2] = 0, [L3] = f->l3, [L4] = f->l4};
	uint8_t *at = f->b + bases[d->base] + d->off;

	*at = (uint8_t)((*at & ~d->mask) | d->value);
}

static void check_order(enum frame_kind kind, const struct defect *d, size_t n, size_t csum)
{
	for (size_t inner = 0; inner < n; inner++) {
		for (size_t outer = 0; outer <= inner; outer++) {
			struct frame f;

			frame_make(&f, kind, 40);
			put_defect(&f, &d[inner]);
			put_defect(&f, &d[outer]);
			if (inner != csum && outer != csum)
				frame_fix_csum(&f);
			ck_assert_msg(parse_verdict(&f) == d[outer].reason, "%s with %s: %s",
				weir_drop_name(d[outer].reason), weir_drop_name(d[inner].reason),
				weir_drop_name(parse_verdict(&f)));
		}
	}
}

START_TEST(outermost_defect_names_the_packet)
{
	static const struct defect v4[] = {
		{L2, 6, 0x01, 0x01, DROP(l2_src)},
		{L2, 13, 0xff, 0x06, DROP(ethertype)},
		{L3, 0, 0xf0, 0x50, DROP(ip_version)},
		{L3, 0, 0x0f, 0x04, DROP(ip_ihl)},
		{L3, 2, 0xff, 0xff, DROP(ip_len)},
		{L3, 5, 0xff, 0x77, DROP(ip_csum)},
		{L3, 8, 0xff, 0x00, DROP(ip_ttl)},
		{L3, 12, 0xff, 0x7f, DROP(martian_src)},
		{L3, 16, 0xff, 0xe0, DROP(dst_bcast)},
		{L3, 0, 0x0f, 0x06, DROP(ip_opt)},
		{L3, 6, 0xff, 0x1f, DROP(frag)},
		{L3, 9, 0xff, 0x2f, DROP(l4_proto)},
		{L4, 12, 0xf0, 0x00, DROP(tcp_doff)},
		{L4, 3, 0xff, 0x00, DROP(port0)},
		{L4, 13, 0xff, 0x00, DROP(tcp_flags)},
	};
	static const struct defect v6[] = {
		{L2, 6, 0x01, 0x01, DROP(l2_src)},
		{L2, 13, 0xff, 0x06, DROP(ethertype)},
		{L3, 0, 0xf0, 0x50, DROP(ip_version)},
		{L3, 4, 0xff, 0xff, DROP(ip_len)},
		{L3, 7, 0xff, 0x00, DROP(ip_ttl)},
		{L3, 8, 0xff, 0xff, DROP(martian_src)},
		{L3, 24, 0xff, 0xff, DROP(dst_bcast)},
		{L3, 6, 0xff, 0x3b, DROP(l4_proto)},
		{L4, 4, 0xff, 0xff, DROP(udp_len)},
		{L4, 3, 0xff, 0x00, DROP(port0)},
	};

	check_order(FRAME_TCP4, v4, N(v4), 5);
	check_order(FRAME_UDP6, v6, N(v6), SIZE_MAX);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse_order");

	unit_case(s, outermost_defect_names_the_packet, 4);
	return s;
}
