// SPDX-License-Identifier: BSD-3-Clause
/* Answers built in buffers of exactly the size that they need, so that a sanitizer sees one byte too
 * many. What the bytes must be: test_stages_icmp.c, test_stages_too_big.c.
 */
#include <stdlib.h>
#include <string.h>

#include "icmp_samples.h"
#include "must.h"
#include "parse_samples.h"
#include "reply.h"
#include "unit.h"

static void check_echo(const struct frame *f)
{
	uint8_t *copy = malloc(f->len);
	struct parsed p;

	memcpy(copy, f->b, f->len);
	MUST(parse_frame(copy, f->len, &p) == WEIR_DROP_NONE);
	MUST(reply_echo(copy, &p) == (uint32_t)p.l3_off + p.l3_len);
	free(copy);
}

START_TEST(echo_reply_stays_in_its_frame)
{
	for (uint32_t payload = 0; payload < 1473; payload++) {
		struct frame f;

		icmp_echo(&f, payload % 2, payload);
		if (payload % 3 == 0)
			frame_tag(&f, 0x8100, 5);
		if (payload % 2 == 1 && payload % 5 == 0)
			icmp_ext(&f);
		check_echo(&f);
	}
}
END_TEST

/* Echo requests are taken apart by others too: the answer to an answer is none. */
START_TEST(echo_reply_is_a_good_packet_that_nobody_answers)
{
	for (int v6 = 0; v6 < 2; v6++) {
		struct parsed p;
		struct frame f;

		icmp_echo(&f, v6, 33);
		MUST(parse_frame(f.b, f.len, &p) == WEIR_DROP_NONE);
		f.len = reply_echo(f.b, &p);
		ck_assert_uint_eq(icmp_sum(&f), 0xffff);
		ck_assert_str_eq(weir_drop_name(parse_verdict(&f)), "icmp_type");
	}
}
END_TEST

/* Longer than the packet or shorter, tagged or not. The answer is an error that quotes the VIP's client,
 * so no load balancer takes it for its own.
 */
START_TEST(too_big_stays_in_its_room)
{
	for (uint32_t n = 0; n < 4 * 1400; n++) {
		struct parsed p, answer;
		struct frame f;
		uint32_t len, room;
		uint8_t *at;

		frame_make(&f, (enum frame_kind)(n % FRAME_KIND__COUNT), n / 4);
		if (n % 3 == 0)
			frame_tag(&f, 0x8100, 5);
		MUST(parse_frame(f.b, f.len, &p) == WEIR_DROP_NONE);
		room = reply_room(&p);
		at = malloc(room + f.len);
		memcpy(at + room, f.b, f.len);
		len = reply_too_big(at, &p, 1400);
		MUST(len <= room + f.len);
		MUST(len - p.l3_off <= (p.family == 4 ? REPLY_MAX_V4 : REPLY_MAX_V6));
		MUST(parse_exact(at, len, &answer) == WEIR_DROP_NONE);
		MUST(answer.kind == PARSE_ERROR && answer.proto == p.proto);
		MUST(weir_addr_eq(&answer.src, &p.dst) && weir_addr_eq(&answer.dst, &p.src));
		free(at);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("reply");

	unit_case(s, echo_reply_stays_in_its_frame, 10);
	unit_case(s, echo_reply_is_a_good_packet_that_nobody_answers, 4);
	unit_case(s, too_big_stays_in_its_room, 20);
	return s;
}
