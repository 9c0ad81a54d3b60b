// SPDX-License-Identifier: BSD-3-Clause
/* Token buckets of ICMP: what passes in a given time, and who may slow whom down. */
#include <stdio.h>
#include <string.h>

#include "blobs.h"
#include "rate.h"
#include "unit.h"

#define SECOND 1000000000ull
#define MS     1000000ull

static const uint64_t key[2] = {0x1111, 0x2222};

static struct rates make(uint32_t echo, uint32_t error, uint32_t source)
{
	const struct rates_conf conf = {
		.echo_per_s = echo, .error_per_s = error, .source_per_s = source};
	struct rates r;

	memset(&r, 0x5a, sizeof(r));
	rates_init(&r, &conf, key);
	return r;
}

static struct weir_addr client(uint32_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "10.%u.%u.9", n >> 8 & 255, n & 255);
	return blob_addr(text);
}

/* Echoes that pass when one is asked for each @step from @from to @to. */
static uint64_t passed(
	struct rates *r, const struct weir_addr *a, uint64_t from, uint64_t to, uint64_t step)
{
	uint64_t n = 0;

	for (uint64_t now = from; now < to; now += step)
		n += (uint64_t)rates_take_echo(r, a, now);
	return n;
}

/* C18: in any time, rate x time + a tenth of a second's worth, and nearly as many. */
START_TEST(flood_passes_at_the_configured_rate)
{
	static const uint32_t per_s[] = {1, 2, 9, 10, 11, 100, 999, 1000, 12345, 1000000};
	struct weir_addr a = client(1);

	for (size_t i = 0; i < sizeof(per_s) / sizeof(per_s[0]); i++) {
		struct rates r = make(per_s[i], 0, RATE_MAX_PER_S);
		uint64_t burst = per_s[i] / 10 > 1 ? per_s[i] / 10 : 1;
		uint64_t n = passed(&r, &a, 50 * SECOND, 53 * SECOND, 700);

		ck_assert_uint_le(n, 3 * (uint64_t)per_s[i] + burst);
		ck_assert_uint_ge(n, 3 * (uint64_t)per_s[i] * 99 / 100);
	}
}
END_TEST

START_TEST(source_is_limited_by_its_own_rate)
{
	struct weir_addr a = client(1), b = client(2);
	struct rates r = make(1000000, 0, 100);

	ck_assert_uint_le(passed(&r, &a, SECOND, 2 * SECOND, 10000), 110);
	/* The other one has all of its own. */
	ck_assert_uint_ge(passed(&r, &b, 2 * SECOND, 3 * SECOND, 10000), 100);
}
END_TEST

START_TEST(all_sources_together_are_limited_by_the_total)
{
	struct rates r = make(1000, 0, 100);
	uint64_t n = 0;

	for (uint64_t now = SECOND; now < 2 * SECOND; now += 10000) {
		struct weir_addr a = client((uint32_t)(now / 10000 % 400));

		n += (uint64_t)rates_take_echo(&r, &a, now);
	}
	ck_assert_uint_le(n, 1100);
	ck_assert_uint_ge(n, 990);
}
END_TEST

START_TEST(echo_and_errors_share_the_source_and_nothing_else)
{
	struct weir_addr a = client(1), b = client(2);
	struct rates r = make(10, 10, 1);

	ck_assert_int_eq(rates_take_echo(&r, &a, SECOND), 1);
	ck_assert_int_eq(rates_take_error(&r, &a, SECOND), 0);
	ck_assert_int_eq(rates_take_error(&r, &b, SECOND), 1);
	ck_assert_int_eq(rates_take_error(&r, &a, 2 * SECOND), 1);
}
END_TEST

START_TEST(rate_of_zero_lets_nothing_pass)
{
	static const struct rates none;
	struct rates zeros = none, no_echo = make(0, 10, 10), no_source = make(10, 10, 0);
	struct weir_addr a = client(1);

	for (uint64_t now = 0; now < 100 * SECOND; now += SECOND) {
		ck_assert_int_eq(rates_take_echo(&zeros, &a, now), 0);
		ck_assert_int_eq(rates_take_error(&zeros, &a, now), 0);
		ck_assert_int_eq(rates_take_echo(&no_echo, &a, now), 0);
		ck_assert_int_eq(rates_take_echo(&no_source, &a, now), 0);
		ck_assert_int_eq(rates_take_error(&no_source, &a, now), 0);
	}
	ck_assert_int_eq(rates_take_error(&no_echo, &a, 100 * SECOND), 1);
}
END_TEST

/* A message that is refused for one reason takes nothing from the other bucket. */
START_TEST(refused_message_costs_nothing)
{
	struct weir_addr a = client(1), b = client(2);
	struct rates r = make(1000, 10, 1);

	ck_assert_int_eq(rates_take_echo(&r, &a, SECOND), 1);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(rates_take_echo(&r, &a, SECOND), 0);
	ck_assert_int_eq(rates_take_echo(&r, &b, SECOND), 1);
}
END_TEST

START_TEST(prefix_shares_a_bucket)
{
	static const struct {
		const char *a, *b;
		int shared;
	} rows[] = {
		{"198.51.100.1", "198.51.100.255", 1},
		{"198.51.100.1", "198.51.101.1", 0},
		{"198.51.100.1", "198.52.100.1", 0},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", 1},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", 0},
		{"::1:0:0:0:0", "::1:0:0:0:1", 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct weir_addr a = blob_addr(rows[i].a), b = blob_addr(rows[i].b);
		struct rates r = make(1000000, 0, 1);

		ck_assert_int_eq(rates_take_echo(&r, &a, SECOND), 1);
		ck_assert_msg(rates_take_echo(&r, &b, SECOND + MS) == !rows[i].shared, "%s %s",
			rows[i].a, rows[i].b);
	}
}
END_TEST

/* Far more sources than the table holds: none gets more than its rate, whoever else is pushed about. */
START_TEST(crowd_of_sources_never_speeds_one_up)
{
	struct rates r = make(1000000, 0, 1);
	struct weir_addr a = client(0);
	uint64_t n = 0;

	for (uint64_t now = SECOND; now < 11 * SECOND; now += 20000) {
		struct weir_addr other = client(1 + (uint32_t)(now / 20000 % 60000));

		rates_take_echo(&r, &other, now);
		n += (uint64_t)rates_take_echo(&r, &a, now);
	}
	ck_assert_uint_le(n, 11);
}
END_TEST

/* A few busy sources do not touch the buckets of others that the table has room for. */
START_TEST(idle_sources_make_room)
{
	struct rates r = make(1000000, 0, 1);
	uint64_t now = SECOND;

	for (uint32_t round = 0; round < 20; round++, now += 2 * SECOND) {
		for (uint32_t i = 0; i < 16; i++) {
			struct weir_addr a = client(round * 16 + i);

			ck_assert_int_eq(rates_take_echo(&r, &a, now), 1);
			ck_assert_int_eq(rates_take_echo(&r, &a, now), 0);
		}
	}
}
END_TEST

START_TEST(long_silence_saves_up_one_burst_only)
{
	struct rates r = make(100, 0, RATE_MAX_PER_S);
	struct weir_addr a = client(1);

	ck_assert_int_eq(rates_take_echo(&r, &a, 0), 1); // at the clock's very beginning
	ck_assert_uint_eq(passed(&r, &a, UINT64_MAX / 2, UINT64_MAX / 2 + 10000, 100), 10);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("rate");

	unit_case(s, flood_passes_at_the_configured_rate, 20);
	unit_case(s, source_is_limited_by_its_own_rate, 4);
	unit_case(s, all_sources_together_are_limited_by_the_total, 4);
	unit_case(s, echo_and_errors_share_the_source_and_nothing_else, 4);
	unit_case(s, rate_of_zero_lets_nothing_pass, 4);
	unit_case(s, refused_message_costs_nothing, 4);
	unit_case(s, prefix_shares_a_bucket, 4);
	unit_case(s, crowd_of_sources_never_speeds_one_up, 10);
	unit_case(s, idle_sources_make_room, 4);
	unit_case(s, long_silence_saves_up_one_burst_only, 4);
	return s;
}
