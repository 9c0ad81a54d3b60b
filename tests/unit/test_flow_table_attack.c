// SPDX-License-Identifier: BSD-3-Clause
/* The flow table against somebody who chooses his flows: they are spread like any others. */
#include <stdlib.h>

#include "crc_tuples.h"
#include "unit.h"

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint32_t count_found(struct flow_table *t, const uint64_t *hashes, uint32_t n)
{
	uint32_t i, found = 0;

	for (i = 0; i < n; i++)
		found += flow_table_find(t, hashes[i], 0) != NULL;
	return found;
}

/* The largest number of flows that have the same first bucket. */
static uint32_t fullest_bucket(const struct flow_table *t, const uint64_t *hashes, uint32_t n)
{
	uint8_t *load = calloc(t->n_buckets, 1);
	uint32_t i, worst = 0;

	for (i = 0; i < n; i++) {
		uint8_t *b = &load[flow_pair(t, hashes[i]).first];

		worst = ++*b > worst ? *b : worst;
	}
	free(load);
	return worst;
}

/* 65,536 balls in 43,691 bins: the fullest holds 9 or 10; more than 14 happens once in 10^5 tries. */
#define WORST_BUCKET 14u

/* All go in as confirmed flows, are found again, and use the buckets evenly. */
static void check_spread(const char *what, const uint64_t *hashes)
{
	struct flow_table *t = crc_tuples_table(2 * CRC_TUPLES);
	uint32_t worst = fullest_bucket(t, hashes, CRC_TUPLES);
	uint32_t in = crc_tuples_insert(t, hashes, CRC_TUPLES);

	unit_note("%s: %u of %u failed, fullest first bucket %u", what, CRC_TUPLES - in, CRC_TUPLES,
		worst);
	ck_assert_uint_eq(in, CRC_TUPLES);
	ck_assert_uint_eq(count_found(t, hashes, CRC_TUPLES), CRC_TUPLES);
	ck_assert_uint_le(worst, WORST_BUCKET);
	free(t);
}

START_TEST(tuples_with_one_crc_insert_like_any_other)
{
	static uint64_t crafted[CRC_TUPLES], random[CRC_TUPLES];
	uint32_t differ = crc_tuples_make(crafted, random), i;

	ck_assert_uint_eq(differ, 0);
	check_spread("random tuples", random);
	check_spread("one CRC-32C", crafted);
	qsort(crafted, CRC_TUPLES, sizeof(crafted[0]), by_value);
	for (i = 1; i < CRC_TUPLES; i++)
		differ += crafted[i - 1] != crafted[i];
	ck_assert_uint_eq(differ, CRC_TUPLES - 1);
}
END_TEST

/* Whoever knows the cluster key can search for tuples of any pattern in parts of the hash. */
START_TEST(chosen_hashes_are_spread_by_the_secret)
{
	static uint64_t hashes[CRC_TUPLES];
	static const char *const what[] = {"hashes i", "hashes i << 16", "hashes i << 32",
		"hashes i << 48", "hashes i * 2^24 + i"};
	uint32_t i, k;

	for (k = 0; k < 5; k++) {
		for (i = 0; i < CRC_TUPLES; i++)
			hashes[i] = k < 4 ? (uint64_t)i << 16 * k : (uint64_t)i << 24 | i;
		check_spread(what[k], hashes);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("flow_table_attack");

	unit_case(s, tuples_with_one_crc_insert_like_any_other, 60);
	unit_case(s, chosen_hashes_are_spread_by_the_secret, 60);
	return s;
}
