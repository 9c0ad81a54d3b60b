// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maglev.h"
#include "unit.h"
#include "weir_table.h"

#define ROWS 65537u

/* Members m00000, m00001, ... with slot = number. */
struct set {
	uint32_t n;
	char (*names)[16];
	struct maglev_member *members;
};

static struct set set_make(uint32_t n)
{
	struct set s = {n, calloc(n, 16), calloc(n, sizeof(struct maglev_member))};
	uint32_t i;

	for (i = 0; i < n; i++) {
		snprintf(s.names[i], 16, "m%05u", i % 100000);
		s.members[i] = (struct maglev_member){s.names[i], 100, i};
	}
	return s;
}

static void set_free(struct set *s)
{
	free(s->names);
	free(s->members);
}

static int build(const struct set *s, uint32_t n_rows, uint32_t *out)
{
	void *scratch = malloc(maglev_scratch_size(s->n, n_rows));
	int ret = maglev_build(s->members, s->n, n_rows, out, scratch);

	free(scratch);
	return ret;
}

static uint32_t *build_ok(const struct set *s, uint32_t n_rows)
{
	uint32_t *rows = malloc(n_rows * sizeof(*rows));

	ck_assert_int_eq(build(s, n_rows, rows), 0);
	return rows;
}

static uint32_t count(const uint32_t *rows, uint32_t n_rows, uint32_t slot)
{
	uint32_t i, n = 0;

	for (i = 0; i < n_rows; i++)
		n += rows[i] == slot;
	return n;
}

/* Rows are weights, rounded to the nearest, so that each share is met within one row. */
static void check_shares(const struct set *s, const uint32_t *rows, uint32_t n_rows)
{
	double share, sum = 0;
	uint32_t i;

	for (i = 0; i < s->n; i++)
		sum += s->members[i].weight;
	for (i = 0; i < s->n; i++) {
		share = n_rows * (s->members[i].weight / sum);
		ck_assert_double_eq_tol(count(rows, n_rows, s->members[i].slot), share, 1);
	}
}

START_TEST(rows_are_the_smallest_listed_prime_for_100_a_member)
{
	ck_assert_uint_eq(maglev_rows(0), 251);
	ck_assert_uint_eq(maglev_rows(2), 251);
	ck_assert_uint_eq(maglev_rows(3), 509);
	ck_assert_uint_eq(maglev_rows(327), 32749);
	ck_assert_uint_eq(maglev_rows(328), 65537);
	ck_assert_uint_eq(maglev_rows(656), 65537);
	ck_assert_uint_eq(maglev_rows(UINT32_MAX), 65537);
}
END_TEST

START_TEST(only_listed_primes_are_valid)
{
	ck_assert(maglev_rows_valid(251) && maglev_rows_valid(65537) && maglev_rows_valid(655373));
	ck_assert(!maglev_rows_valid(0) && !maglev_rows_valid(252) && !maglev_rows_valid(257));
	ck_assert(!maglev_rows_valid(655374) && !maglev_rows_valid(UINT32_MAX));
}
END_TEST

START_TEST(other_order_of_members_gives_same_rows)
{
	struct set s = set_make(50);
	uint32_t *first = build_ok(&s, 8191), *rows, i, j, turn;
	struct maglev_member m;
	uint64_t seed = 3;

	for (turn = 0; turn < 20; turn++) {
		for (i = s.n - 1; i > 0; i--) {
			j = (uint32_t)(unit_random(&seed) % (i + 1));
			m = s.members[i];
			s.members[i] = s.members[j];
			s.members[j] = m;
		}
		rows = build_ok(&s, 8191);
		ck_assert_mem_eq(rows, first, 8191 * sizeof(*rows));
		free(rows);
	}
	free(first);
	set_free(&s);
}
END_TEST

START_TEST(rows_are_proportional_to_weights)
{
	struct set s = set_make(40);
	uint32_t *rows, i, turn;
	uint64_t seed = 4;

	for (turn = 0; turn < 20; turn++) {
		for (i = 0; i < s.n; i++)
			s.members[i].weight = (uint32_t)(unit_random(&seed) % 1001);
		rows = build_ok(&s, 16381);
		check_shares(&s, rows, 16381);
		free(rows);
	}
	set_free(&s);
}
END_TEST

START_TEST(largest_weights_do_not_overflow)
{
	struct set s = set_make(3);
	uint32_t *rows;

	s.members[0].weight = UINT32_MAX;
	s.members[1].weight = UINT32_MAX - 1;
	s.members[2].weight = 1;
	rows = build_ok(&s, 655373);
	check_shares(&s, rows, 655373);
	free(rows);
	set_free(&s);
}
END_TEST

START_TEST(weights_in_one_ratio_give_the_same_rows)
{
	struct set s = set_make(20);
	uint32_t *a, *b, i;

	for (i = 0; i < s.n; i++)
		s.members[i].weight = i % 7;
	a = build_ok(&s, 2039);
	for (i = 0; i < s.n; i++)
		s.members[i].weight *= 600000000;
	b = build_ok(&s, 2039);
	ck_assert_mem_eq(a, b, 2039 * sizeof(*a));
	free(a);
	free(b);
	set_free(&s);
}
END_TEST

START_TEST(weight_zero_takes_no_row_and_disturbs_nobody)
{
	struct set s = set_make(10);
	uint32_t *with, *without;

	s.members[9].weight = 0;
	with = build_ok(&s, 1021);
	s.n = 9;
	without = build_ok(&s, 1021);
	ck_assert_mem_eq(with, without, 1021 * sizeof(*with));
	free(with);
	free(without);
	set_free(&s);
}
END_TEST

START_TEST(nobody_with_a_weight_gives_no_backend)
{
	struct set s = set_make(2);
	uint32_t *rows;

	s.members[0].weight = s.members[1].weight = 0;
	rows = build_ok(&s, 251);
	ck_assert_uint_eq(count(rows, 251, WEIR_SLOT_NONE), 251);
	free(rows);
	s.n = 0;
	rows = build_ok(&s, 251);
	ck_assert_uint_eq(count(rows, 251, WEIR_SLOT_NONE), 251);
	free(rows);
	set_free(&s);
}
END_TEST

START_TEST(single_member_takes_every_row)
{
	struct set s = set_make(1);
	uint32_t *rows;

	s.members[0].slot = 77;
	s.members[0].weight = 1;
	rows = build_ok(&s, 131071);
	ck_assert_uint_eq(count(rows, 131071, 77), 131071);
	free(rows);
	set_free(&s);
}
END_TEST

/* Names that begin alike, that are longer than each other, and bytes above 127. */
START_TEST(names_are_compared_as_bytes)
{
	struct maglev_member m[] = {
		{"b", 1, 0}, {"\xc3\xa4", 1, 1}, {"ba", 1, 2}, {"", 1, 3}, {"B", 1, 4}};
	struct set s = {5, NULL, m};
	uint32_t *rows = build_ok(&s, 251);

	/* 251 = 5 x 50 + 1: the smallest name, the empty one, has the odd turn. */
	ck_assert_uint_eq(count(rows, 251, 3), 51);
	ck_assert_uint_eq(count(rows, 251, 1), 50);
	free(rows);
}
END_TEST

START_TEST(bad_input_is_refused_and_leaves_rows_alone)
{
	struct set s = set_make(5);
	uint32_t rows[252], before[252];

	memset(rows, 0x5a, sizeof(rows));
	memcpy(before, rows, sizeof(rows));
	ck_assert_int_eq(build(&s, 250, rows), -EINVAL);
	ck_assert_int_eq(build(&s, 0, rows), -EINVAL);
	s.members[3].name = "m00001";
	ck_assert_int_eq(build(&s, 251, rows), -EINVAL);
	s.members[3].weight = 0;
	ck_assert_int_eq(build(&s, 251, rows), -EINVAL);
	ck_assert_mem_eq(rows, before, sizeof(rows));
	set_free(&s);
}
END_TEST

/* More members than rows: each row is taken once, by the first in line. */
START_TEST(more_members_than_rows_fills_each_row_once)
{
	struct set s = set_make(1000);
	uint32_t *rows = build_ok(&s, 251), i;

	for (i = 0; i < 1000; i++)
		ck_assert_uint_eq(count(rows, 251, i), i < 251);
	free(rows);
	set_free(&s);
}
END_TEST

START_TEST(scratch_and_rows_are_not_overrun)
{
	struct set s = set_make(300);
	size_t size = maglev_scratch_size(s.n, 509);
	uint8_t *scratch = malloc(size + 64);
	uint32_t rows[509 + 16], i;

	for (i = 0; i < s.n; i++)
		s.members[i].weight = i + 1;
	memset(scratch, 0xee, size + 64);
	memset(rows, 0xee, sizeof(rows));
	ck_assert_int_eq(maglev_build(s.members, s.n, 509, rows, scratch), 0);
	for (i = 0; i < 64; i++)
		ck_assert_uint_eq(scratch[size + i], 0xee);
	for (i = 509; i < 509 + 16; i++)
		ck_assert_uint_eq(rows[i], 0xeeeeeeee);
	free(scratch);
	set_free(&s);
}
END_TEST

/* One of 100 leaves: its own 1 % moves, and a little more. Published: 0.65 % at 65,537 rows. */
START_TEST(one_member_removed_moves_few_other_rows)
{
	struct set s = set_make(100);
	uint32_t *before = build_ok(&s, ROWS), *after, i, moved = 0;

	s.members[42].weight = 0;
	after = build_ok(&s, ROWS);
	for (i = 0; i < ROWS; i++)
		moved += before[i] != after[i] && before[i] != 42;
	unit_note("1 of 100 leaves: %.2f %% of the others' rows move", 100.0 * moved / ROWS);
	ck_assert_uint_lt(moved, ROWS * 12 / 1000);
	free(before);
	free(after);
	set_free(&s);
}
END_TEST

static double best_build_ms(const struct set *s)
{
	void *scratch = malloc(maglev_scratch_size(s->n, ROWS));
	uint32_t *rows = malloc(ROWS * sizeof(*rows)), i;
	uint64_t best = UINT64_MAX, start, took;

	for (i = 0; i < 9; i++) {
		start = unit_now_ns();
		ck_assert_int_eq(maglev_build(s->members, s->n, ROWS, rows, scratch), 0);
		took = unit_now_ns() - start;
		best = took < best ? took : best;
	}
	free(scratch);
	free(rows);
	return (double)best / 1e6;
}

START_TEST(build_time_is_reported)
{
	static const uint32_t sizes[] = {100, 1000, 10000};
	struct set s;
	uint64_t seed = 5;
	uint32_t i, k;
	double equal;

	for (k = 0; k < 3; k++) {
		s = set_make(sizes[k]);
		equal = best_build_ms(&s);
		for (i = 0; i < s.n; i++)
			s.members[i].weight = (uint32_t)(unit_random(&seed) % 1000) + 1;
		unit_note("%u rows, %u members: %.2f ms, weights 1..1000: %.2f ms (best of 9)",
			ROWS, sizes[k], equal, best_build_ms(&s));
		set_free(&s);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("maglev");

	unit_case(s, rows_are_the_smallest_listed_prime_for_100_a_member, 30);
	unit_case(s, only_listed_primes_are_valid, 30);
	unit_case(s, other_order_of_members_gives_same_rows, 30);
	unit_case(s, rows_are_proportional_to_weights, 30);
	unit_case(s, largest_weights_do_not_overflow, 30);
	unit_case(s, weights_in_one_ratio_give_the_same_rows, 30);
	unit_case(s, weight_zero_takes_no_row_and_disturbs_nobody, 30);
	unit_case(s, nobody_with_a_weight_gives_no_backend, 30);
	unit_case(s, single_member_takes_every_row, 30);
	unit_case(s, names_are_compared_as_bytes, 30);
	unit_case(s, bad_input_is_refused_and_leaves_rows_alone, 30);
	unit_case(s, more_members_than_rows_fills_each_row_once, 30);
	unit_case(s, scratch_and_rows_are_not_overrun, 30);
	unit_case(s, one_member_removed_moves_few_other_rows, 30);
	unit_case(s, build_time_is_reported, 30);
	return s;
}
