// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "unit.h"

/* RFC 1071 word for word: 16-bit words in network order, one after the other. */
static uint16_t slow_sum(const uint8_t *at, uint32_t len)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < len; i++) {
		sum += i % 2 == 0 ? at[i] << 8 : at[i];
		sum = (sum >> 16) + (sum & 0xffff);
	}
	return (uint16_t)~sum;
}

static uint16_t fast_sum(const uint8_t *at, uint32_t len)
{
	uint16_t stored = csum_finish(csum_add(at, len, 0));
	uint8_t bytes[2];

	memcpy(bytes, &stored, sizeof(bytes));
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void fill_random(uint8_t *at, uint32_t len, uint64_t seed)
{
	for (uint32_t i = 0; i < len; i++)
		at[i] = (uint8_t)unit_random(&seed);
}

/* The header of RFC 1071's usual example: 0xb861 is what belongs into its field. */
START_TEST(known_header_gives_known_sum)
{
	uint8_t header[20] = {0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1,
		0xc0, 0xa8, 0, 0xc7};

	ck_assert_uint_eq(fast_sum(header, sizeof(header)), 0xb861);
	header[10] = 0xb8;
	header[11] = 0x61;
	ck_assert_uint_eq(csum_finish(csum_add(header, sizeof(header), 0)), 0);
}
END_TEST

/* Each buffer ends where its allocation ends, so that a sanitizer sees a read too far. */
START_TEST(any_length_and_alignment_equals_plain_sum)
{
	for (uint32_t len = 0; len < 300; len++) {
		for (uint32_t shift = 0; shift < 9; shift++) {
			uint8_t *mem = malloc(shift + len + (shift + len == 0));

			fill_random(mem, shift + len, len);
			ck_assert_uint_eq(fast_sum(mem + shift, len), slow_sum(mem + shift, len));
			free(mem);
		}
	}
}
END_TEST

START_TEST(pieces_add_up_to_the_whole)
{
	uint8_t bytes[199];

	fill_random(bytes, sizeof(bytes), 7);
	for (uint32_t cut = 0; cut < sizeof(bytes); cut += 2) {
		uint32_t sum = csum_add(bytes, cut, 0);

		sum = csum_add(bytes + cut, sizeof(bytes) - cut, sum);
		ck_assert_uint_eq(csum_finish(sum), csum_finish(csum_add(bytes, 199, 0)));
	}
}
END_TEST

START_TEST(largest_packet_of_ones_does_not_overflow)
{
	static uint8_t ones[65535];

	memset(ones, 0xff, sizeof(ones));
	ck_assert_uint_eq(fast_sum(ones, sizeof(ones)), slow_sum(ones, sizeof(ones)));
	ck_assert_uint_eq(csum_finish(csum_add(ones, 65534, 0xffffffff)), 0);
}
END_TEST

/* As csum_add() promises, so that callers may go on adding by hand. */
START_TEST(partial_sum_leaves_room)
{
	static uint8_t ones[65534];

	memset(ones, 0xff, sizeof(ones));
	ck_assert_uint_le(csum_add(ones, sizeof(ones), 0xffffffff), 0xffff);
}
END_TEST

START_TEST(speed_is_noted)
{
	static uint8_t bytes[1460];
	uint64_t start = unit_now_ns();
	uint32_t sum = 0;

	for (uint32_t i = 0; i < 100000; i++)
		sum = csum_add(bytes, sizeof(bytes), sum + i);
	unit_note("csum_add: %.3f ns a byte (sum %u)",
		(double)(unit_now_ns() - start) / 100000 / 1460, sum);
	ck_assert_uint_ne(sum, 0);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("checksum");

	unit_case(s, known_header_gives_known_sum, 4);
	unit_case(s, any_length_and_alignment_equals_plain_sum, 30);
	unit_case(s, pieces_add_up_to_the_whole, 4);
	unit_case(s, largest_packet_of_ones_does_not_overflow, 4);
	unit_case(s, partial_sum_leaves_room, 4);
	unit_case(s, speed_is_noted, 30);
	return s;
}
