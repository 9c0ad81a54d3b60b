// SPDX-License-Identifier: BSD-3-Clause
/* The full count of a table that lives on between its steps. */
#include <stdlib.h>
#include <string.h>

#include "flow_audit.h"
#include "unit.h"

#define SLOTS 16u

static const uint64_t secret[2] = {0x0123456789abcdef, 0xfedcba9876543210};
static uint64_t gauges[SLOTS];
static uint32_t by_slot[SLOTS];
static struct flow_audit audit = {.by_slot = by_slot, .n_slots = SLOTS};

static uint64_t hash_of(uint64_t i)
{
	return i * 0x9e3779b97f4a7c15;
}

static struct flow_table *table_new(uint32_t capacity)
{
	size_t size = (flow_table_memsize(capacity) + 63) / 64 * 64;

	memset(gauges, 0, sizeof(gauges));
	return flow_table_init(aligned_alloc(64, size), capacity, secret, gauges, sizeof(*gauges));
}

static struct flow_table *table_with(uint32_t flows)
{
	struct flow_table *t = table_new(2 * flows);

	for (uint32_t i = 0; i < flows; i++)
		ck_assert_ptr_nonnull(
			flow_table_insert(t, hash_of(i), (uint16_t)(i % SLOTS), 1, 0, 60));
	return t;
}

static void finish(struct flow_table *t)
{
	while (flow_audit_step(t, &audit))
		;
}

static void expect_truth(const struct flow_table *t)
{
	ck_assert_uint_eq(audit.entries, flow_table_stats(t)->live);
	ck_assert_uint_eq(audit.entries, flow_table_scan(t, NULL, NULL));
	ck_assert_uint_eq(audit.stray, 0);
	ck_assert_uint_eq(audit.wrong, 0);
}

START_TEST(quiet_table_is_counted_whole)
{
	struct flow_table *t = table_with(5000);

	flow_audit_start(t, &audit);
	finish(t);
	expect_truth(t);
	ck_assert_uint_eq(audit.entries, 5000);
	for (uint32_t i = 0; i < SLOTS; i++)
		ck_assert_uint_eq(by_slot[i], gauges[i]);
	free(t);
}
END_TEST

START_TEST(empty_table_has_no_entries)
{
	struct flow_table *t = table_new(0);

	flow_audit_start(t, &audit);
	finish(t);
	expect_truth(t);
	ck_assert_uint_eq(audit.entries, 0);
	free(t);
}
END_TEST

/* One packet: whatever the stages may do with an entry. The table is too small for all flows, so
 * that entries are evicted and moved as well.
 */
static void packet(struct flow_table *t, uint64_t dice, uint32_t now)
{
	uint64_t hash = hash_of(dice >> 48 & 4095);
	uint16_t slot = dice >> 16 & (SLOTS - 1);
	struct flow_entry *e = flow_table_find(t, hash, now);

	if (e == NULL)
		flow_table_insert(t, hash, slot, 1, now, 60);
	else if (dice % 8 == 0)
		flow_table_remove(t, e);
	else if (dice % 8 == 1)
		flow_table_repoint(t, e, slot, 1, now, 60);
	else
		flow_table_touch(e, FLOW_CONFIRMED, now, dice >> 8 & 255);
	flow_table_sweep(t, now, 1);
}

START_TEST(table_under_load_is_counted_exactly_each_time)
{
	struct flow_table *t = table_new(1500); // 500 buckets: 8 steps
	uint64_t seed = 9, inserts, moved = 0;
	uint32_t now = 0;

	for (int round = 0; round < 2000; round++) {
		inserts = flow_table_stats(t)->inserts;
		flow_audit_start(t, &audit);
		while (flow_audit_step(t, &audit))
			for (uint64_t n = unit_random(&seed) % 200; n > 0; n--)
				packet(t, unit_random(&seed), now += n == 1);
		expect_truth(t);
		moved += flow_table_stats(t)->inserts - inserts;
	}
	unit_note("%lu entries made while they were counted, %lu evicted, %lu refused", moved,
		flow_table_stats(t)->evicted, flow_table_stats(t)->full);
	ck_assert_uint_gt(moved, 100000);
	ck_assert_uint_gt(flow_table_stats(t)->full, 0);
	free(t);
}
END_TEST

/* An entry is cleared where nobody counts it: the count is one less than what the table believes. */
START_TEST(entry_that_was_overwritten_is_missed)
{
	static const struct flow_entry none;
	struct flow_table *t = table_with(5000);

	*flow_table_find(t, hash_of(77), 1) = none;
	flow_audit_start(t, &audit);
	finish(t);
	ck_assert_uint_eq(audit.entries, 4999);
	ck_assert_uint_eq(flow_table_stats(t)->live, 5000);
	ck_assert_uint_eq(audit.wrong, 1);
	ck_assert_uint_eq(audit.first_wrong, 77 % SLOTS);
	free(t);
}
END_TEST

START_TEST(gauge_that_is_off_is_named)
{
	struct flow_table *t = table_with(5000);

	gauges[3]++;
	gauges[9]--;
	flow_audit_start(t, &audit);
	finish(t);
	ck_assert_uint_eq(audit.entries, 5000);
	ck_assert_uint_eq(audit.wrong, 2);
	ck_assert_uint_eq(audit.first_wrong, 3);
	free(t);
}
END_TEST

START_TEST(slot_out_of_range_is_a_stray)
{
	struct flow_table *t = table_with(100);

	flow_table_find(t, hash_of(50), 1)->slot = SLOTS;
	flow_audit_start(t, &audit);
	finish(t);
	ck_assert_uint_eq(audit.entries, 100);
	ck_assert_uint_eq(audit.stray, 1);
	free(t);
}
END_TEST

START_TEST(audit_that_was_given_up_leaves_nothing_behind)
{
	struct flow_table *t = table_with(5000);

	flow_audit_start(t, &audit);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(flow_audit_step(t, &audit), 1);
	flow_table_remove(t, flow_table_find(t, hash_of(1), 1));
	flow_audit_start(t, &audit);
	finish(t);
	expect_truth(t);
	free(t);
}
END_TEST

/* A step is what a worker does between two bursts. */
START_TEST(step_is_short)
{
	struct flow_table *t = table_with(500000);
	uint64_t start, took, longest = 0, sum = 0, n = 0;
	int more = 1;

	flow_audit_start(t, &audit);
	for (; more; n++) {
		start = unit_now_ns();
		more = flow_audit_step(t, &audit);
		took = unit_now_ns() - start;
		sum += took;
		longest = took > longest ? took : longest;
	}
	unit_note("%lu steps of %u buckets, %lu ns each, %lu the longest", n, FLOW_AUDIT_BUCKETS,
		sum / n, longest);
	expect_truth(t);
	free(t);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		quiet_table_is_counted_whole,
		empty_table_has_no_entries,
		table_under_load_is_counted_exactly_each_time,
		entry_that_was_overwritten_is_missed,
		gauge_that_is_off_is_named,
		slot_out_of_range_is_a_stray,
		audit_that_was_given_up_leaves_nothing_behind,
		step_is_short,
	};
	Suite *s = suite_create("flow_audit");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 60);
	return s;
}
