// SPDX-License-Identifier: BSD-3-Clause
/* What flows cost the flow table when somebody chooses them: no more than twice the normal insert, in cache
 * lines and in cycles.
 */
#include <stdlib.h>
#include <x86intrin.h>

#include "crc_tuples.h"
#include "unit.h"

enum { SAMPLES = 64 };

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

#define COST_LIMIT 2 /* times the cost of random tuples */

static uint32_t live_ways(const struct flow_bucket *b)
{
	uint32_t i, live = 0;

	for (i = 0; i < FLOW_WAYS; i++)
		live += flow_entry_class(&b->way[i]) != FLOW_FREE;
	return live;
}

/* Cache lines that an insert looks at: its first bucket; the second one if the first is crowded; if both
 * are full, the other bucket of each of their entries.
 */
static uint32_t insert_lines(const struct flow_table *t, uint64_t hash)
{
	struct flow_pair p = flow_pair(t, hash);
	uint32_t first = live_ways(&t->bucket[p.first]);

	if (first < FLOW_WAYS - 1)
		return 1;
	if (first < FLOW_WAYS || live_ways(&t->bucket[p.second]) < FLOW_WAYS)
		return 2;
	return 2 + 2 * FLOW_WAYS;
}

static uint64_t count_lines(const uint64_t *hashes)
{
	struct flow_table *t = crc_tuples_table(CRC_TUPLES);
	uint64_t lines = 0;
	uint32_t i;

	for (i = 0; i < CRC_TUPLES; i++) {
		lines += insert_lines(t, hashes[i]);
		crc_tuples_insert(t, &hashes[i], 1);
	}
	free(t);
	return lines;
}

/* The same figures in every run: no clock. The table is as full as it promises to be. */
START_TEST(tuples_with_one_crc_touch_no_more_memory)
{
	static uint64_t crafted[CRC_TUPLES], random[CRC_TUPLES];
	uint64_t normal, attack;

	crc_tuples_make(crafted, random);
	normal = count_lines(random);
	attack = count_lines(crafted);
	unit_note("cache lines for %u inserts: %lu at random, %lu with one CRC-32C", CRC_TUPLES,
		(unsigned long)normal, (unsigned long)attack);
	ck_assert_uint_ge(normal, CRC_TUPLES);
	ck_assert_uint_le(attack, COST_LIMIT * normal);
}
END_TEST

/* A table that is filled batch by batch, in turn with another. */
struct lane {
	struct flow_table *table;
	const uint64_t *hashes;
	uint64_t cycles[SAMPLES];
};

static void lane_run(struct lane *l, uint32_t sample)
{
	uint32_t batch = CRC_TUPLES / SAMPLES;
	uint64_t start = __rdtsc();

	crc_tuples_insert(l->table, l->hashes + sample * batch, batch);
	l->cycles[sample] = (__rdtsc() - start) / batch;
}

static uint64_t lane_end(struct lane *l)
{
	free(l->table);
	qsort(l->cycles, SAMPLES, sizeof(l->cycles[0]), by_value);
	return l->cycles[SAMPLES / 2];
}

/* Cycles an insert, in hundredths of what random tuples cost. What else the machine does meets both
 * alike, since they take turns; the median leaves out the batches that were interrupted.
 */
static uint64_t measure(const uint64_t *random, const uint64_t *crafted)
{
	struct lane lane[2] = {
		{.table = crc_tuples_table(CRC_TUPLES), .hashes = random},
		{.table = crc_tuples_table(CRC_TUPLES), .hashes = crafted},
	};
	uint64_t normal, attack;
	uint32_t i;

	for (i = 0; i < SAMPLES; i++) {
		lane_run(&lane[i % 2], i);
		lane_run(&lane[1 - i % 2], i);
	}
	normal = lane_end(&lane[0]);
	attack = lane_end(&lane[1]);
	unit_note("cycles an insert: %lu at random, %lu with one CRC-32C", (unsigned long)normal,
		(unsigned long)attack);
	return attack * 100 / (normal > 0 ? normal : 1);
}

/* A machine under load may spoil a measurement, but hardly five of them. A table with unbounded buckets
 * fails them all: the same tuples cost one that hashes by CRC-32C twenty times the normal insert.
 */
START_TEST(tuples_with_one_crc_cost_at_most_twice)
{
	static uint64_t crafted[CRC_TUPLES], random[CRC_TUPLES];
	uint64_t ratio = UINT64_MAX;
	uint32_t attempt;

	crc_tuples_make(crafted, random);
	for (attempt = 0; attempt < 5 && ratio > 100 * COST_LIMIT; attempt++)
		ratio = measure(random, crafted);
	ck_assert_uint_le(ratio, 100 * COST_LIMIT);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("flow_table_cost");

	unit_case(s, tuples_with_one_crc_touch_no_more_memory, 60);
	unit_case(s, tuples_with_one_crc_cost_at_most_twice, 60);
	return s;
}
