/* SPDX-License-Identifier: BSD-3-Clause */
/* What every unit test shares: the main program, which speaks TAP, and a few small helpers. A test
 * file defines unit_suite() and nothing else that is global.
 */
#pragma once

#include <stdint.h>

#include <check.h>

/* Defined by the test file. */
Suite *unit_suite(void);

/* A line of diagnosis ("# ...") beside the results: figures to read, never to judge by. */
void unit_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Add one test function as a case of its own name, with @timeout_s seconds. */
void unit_case(Suite *s, const TTest *test, double timeout_s);

/* Monotonic nanoseconds, for notes. */
uint64_t unit_now_ns(void);

/* SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): every
 * test starts from a seed that is written down in it, so that a failure repeats.
 */
static inline uint64_t unit_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}
