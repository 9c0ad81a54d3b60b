// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "parse.h"
#include "siphash.h"
#include "unit.h"

static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

START_TEST(known_answers_are_given)
{
	ck_assert_int_eq(siphash13_selftest(), 0);
}
END_TEST

/* The same 8 n zero bytes with another n must differ: the length is part of the message. */
START_TEST(every_length_has_its_own_hash)
{
	const uint64_t zero[64] = {0};
	uint64_t seen[64];
	unsigned int n, i;

	for (n = 0; n < 64; n++) {
		seen[n] = siphash13(key, zero, n);
		for (i = 0; i < n; i++)
			ck_assert_uint_ne(seen[i], seen[n]);
	}
}
END_TEST

/* A good hash flips 32 of 64 bits on average for each flipped input bit; 4096 samples of variance
 * 16 have a mean within 0.5 of it by eight standard deviations.
 */
static void check_avalanche(unsigned int n, uint64_t seed)
{
	uint64_t words[FLOW_TUPLE6_WORDS], before, flips = 0;
	unsigned int i, w, samples = 4096;

	for (i = 0; i < samples; i++) {
		for (w = 0; w < n; w++)
			words[w] = unit_random(&seed);
		before = siphash13(key, words, n);
		words[i / 64 % n] ^= (uint64_t)1 << i % 64;
		flips += (uint64_t)__builtin_popcountll(before ^ siphash13(key, words, n));
	}
	ck_assert_double_eq_tol((double)flips / samples, 32, 0.5);
}

START_TEST(flipped_input_bit_flips_half_the_hash)
{
	check_avalanche(FLOW_TUPLE4_WORDS, 1);
	check_avalanche(FLOW_TUPLE6_WORDS, 2);
}
END_TEST

START_TEST(another_key_gives_another_hash)
{
	const uint64_t words[2] = {1, 2};
	uint64_t other[2] = {key[0], key[1]};
	unsigned int bit;

	for (bit = 0; bit < 128; bit++) {
		other[bit / 64] ^= (uint64_t)1 << bit % 64;
		ck_assert_uint_ne(siphash13(key, words, 2), siphash13(other, words, 2));
		other[bit / 64] ^= (uint64_t)1 << bit % 64;
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("siphash");

	unit_case(s, known_answers_are_given, 10);
	unit_case(s, every_length_has_its_own_hash, 10);
	unit_case(s, flipped_input_bit_flips_half_the_hash, 10);
	unit_case(s, another_key_gives_another_hash, 10);
	return s;
}
