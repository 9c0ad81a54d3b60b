// SPDX-License-Identifier: BSD-3-Clause
/* Good frames, damaged in every place: nothing is read outside, nothing impossible is accepted. */
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "icmp_samples.h"
#include "must.h"
#include "parse.h"
#include "parse_samples.h"
#include "unit.h"

/* Bytes from l4_off that a packet of its kind has. */
static uint32_t smallest(const struct parsed *p)
{
	if (p->kind == PARSE_FRAGMENT)
		return (p->flags & PARSE_PORTS) != 0 ? 8 : 0;
	if (p->kind == PARSE_ERROR)
		return 8 + (p->family == 4 ? 20 : 40) + 8;
	return p->kind == PARSE_FLOW && p->proto == 6 ? 20 : 8;
}

static void check_proto(const struct parsed *p)
{
	MUST(p->kind <= PARSE_ECHO);
	if (p->kind == PARSE_ECHO)
		MUST(p->proto == (p->family == 4 ? 1 : 58));
	else if (p->kind != PARSE_FRAGMENT)
		MUST(p->proto == 6 || p->proto == 17);
}

/* Whatever came in: a known verdict, and what is accepted lies inside the frame. */
static void check_sane(const uint8_t *b, uint32_t len)
{
	struct parsed p;
	enum weir_drop drop = parse_exact(b, len, &p);

	MUST(drop < WEIR_DROP__COUNT);
	if (drop != WEIR_DROP_NONE)
		return;
	MUST(p.l3_off + p.l3_len <= len);
	MUST(p.l4_off >= p.l3_off + (p.family == 4 ? 20u : 40u));
	MUST(p.l4_off + smallest(&p) <= p.l3_off + p.l3_len);
	MUST(p.family == 4 || p.family == 6);
	MUST(p.tuple_words == (p.family == 4 ? FLOW_TUPLE4_WORDS : FLOW_TUPLE6_WORDS));
	MUST(p.kind != PARSE_FLOW || p.dport != 0);
	MUST(p.vlan <= 4094);
	MUST(weir_addr_is_v4(&p.dst) == (p.family == 4));
	check_proto(&p);
}

static uint32_t count_ext_rows(void)
{
	uint32_t n = 0;

	while (ext_rows[n].name != NULL)
		n++;
	return n;
}

/* Errors of both families about both protocols, and echo requests: as they are, tagged, and with
 * extension headers outside.
 */
static void seed_icmp(uint32_t n, struct frame *f)
{
	int v6 = n % 2;

	if (n / 2 % 3 == 0)
		icmp_echo(f, v6, 24);
	else
		icmp_error(f, n / 2 % 3 == 1 ? (v6 ? FRAME_TCP6 : FRAME_TCP4)
					     : (v6 ? FRAME_UDP6 : FRAME_UDP4));
	if (n / 6 == 1)
		frame_tag(f, 0x8100, 5);
	if (n / 6 == 2 && v6)
		icmp_ext(f);
}
#define ICMP_SEEDS 18

/* The good frames, tagged and not, ICMP, and every chain of extension headers. */
static uint32_t seed_frame(uint32_t n, struct frame *f)
{
	if (n < ICMP_SEEDS) {
		seed_icmp(n, f);
		return 1;
	}
	n -= ICMP_SEEDS;
	if (n < 2 * FRAME_KIND__COUNT) {
		frame_make(f, (enum frame_kind)(n / 2), 24);
		if (n % 2 == 1)
			frame_tag(f, 0x8100, 5);
		return 1;
	}
	n -= 2 * FRAME_KIND__COUNT;
	if (n >= 2 * count_ext_rows())
		return 0;
	frame_make(f, n % 2 == 0 ? FRAME_TCP6 : FRAME_UDP6, 24);
	ext_insert(f, &ext_rows[n / 2]);
	return 1;
}

START_TEST(every_truncation_is_survived)
{
	struct frame f;

	for (uint32_t n = 0; seed_frame(n, &f); n++) {
		for (uint32_t len = 0; len <= f.len; len++) {
			struct frame cut = f;

			check_sane(f.b, len);
			cut.len = len;
			if (len > f.l4) {
				frame_fix_length(&cut);
				frame_fix_csum(&cut);
				icmp_fix_csum(&cut);
			}
			check_sane(cut.b, len);
		}
	}
}
END_TEST

/* With the checksum as it was, and put right: otherwise the checksum would hide what lies behind. */
START_TEST(every_byte_changed_is_survived)
{
	struct frame f;

	for (uint32_t n = 0; seed_frame(n, &f); n++) {
		for (uint32_t i = 0; i < f.len; i++) {
			uint8_t values[] = {0, 0xff, (uint8_t)(f.b[i] + 1), (uint8_t)(f.b[i] - 1)};

			for (size_t v = 0; v < N(values); v++) {
				struct frame bad = f;

				bad.b[i] = values[v];
				check_sane(bad.b, bad.len);
				frame_fix_csum(&bad);
				icmp_fix_csum(&bad);
				check_sane(bad.b, bad.len);
			}
		}
	}
}
END_TEST

START_TEST(random_damage_is_survived)
{
	uint32_t seeds = ICMP_SEEDS + 2 * (FRAME_KIND__COUNT + count_ext_rows());
	uint64_t seed = 20240607;
	struct frame f;

	for (uint32_t n = 0; n < 200000; n++) {
		seed_frame(n % seeds, &f);
		for (uint64_t k = unit_random(&seed) % 4 + 1; k > 0; k--)
			f.b[unit_random(&seed) % f.len] = (uint8_t)unit_random(&seed);
		frame_fix_csum(&f);
		icmp_fix_csum(&f);
		check_sane(f.b,
			(uint32_t)(unit_random(&seed) % 4 == 0 ? unit_random(&seed) % (f.len + 1)
							       : f.len));
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("parse_damage");

	unit_case(s, every_truncation_is_survived, 60);
	unit_case(s, every_byte_changed_is_survived, 60);
	unit_case(s, random_damage_is_survived, 60);
	return s;
}
