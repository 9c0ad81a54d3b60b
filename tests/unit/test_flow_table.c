// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "flow_table.h"
#include "unit.h"

#define SLOTS 16u
#define STRIDE                                                                                     \
	24u // bytes between the counters of two slots: larger than one, as in weir_counters.h
#define DAY_TICKS (24u * 3600 * 1000 / FLOW_TICK_MS)

static const uint64_t secret[2] = {0x0123456789abcdef, 0xfedcba9876543210};
static uint64_t counters[SLOTS * STRIDE / 8];

static uint64_t slot_live(uint32_t slot)
{
	return counters[slot * STRIDE / 8];
}

static struct flow_table *table_new(uint32_t capacity)
{
	size_t size = (flow_table_memsize(capacity) + 63) / 64 * 64;
	void *mem = aligned_alloc(64, size);

	memset(mem, 0xa5, size); // the table must not rely on zeroed memory
	memset(counters, 0, sizeof(counters));
	return flow_table_init(mem, capacity, secret, counters, STRIDE);
}

static void count_slot(const struct flow_entry *e, void *arg)
{
	uint64_t *per_slot = arg;

	ck_assert_uint_lt(e->slot, SLOTS);
	per_slot[e->slot]++;
}

/* inserts - removes = live = a full scan = the entries that name each slot. */
static void check_accounts(const struct flow_table *t)
{
	const struct flow_stats *s = flow_table_stats(t);
	uint64_t per_slot[SLOTS] = {0};
	uint32_t i;

	ck_assert_uint_eq(s->inserts - s->removes, s->live);
	ck_assert_uint_eq(flow_table_scan(t, count_slot, per_slot), s->live);
	for (i = 0; i < SLOTS; i++)
		ck_assert_uint_eq(per_slot[i], slot_live(i));
	ck_assert_uint_le(s->live, s->capacity);
	ck_assert_uint_le(s->expired + s->evicted, s->removes);
}

START_TEST(this_cpu_has_atomic_entries)
{
	ck_assert_int_eq(flow_table_check_cpu(), 0);
}
END_TEST

START_TEST(inserted_flow_is_found_as_it_was_put)
{
	struct flow_table *t = table_new(100);
	struct flow_entry *e, copy;

	ck_assert_ptr_null(flow_table_find(t, 42, 7));
	e = flow_table_insert(t, 42, 3, 9, 7, 5);
	ck_assert_ptr_nonnull(e);
	ck_assert_ptr_eq(flow_table_find(t, 42, 7), e);
	ck_assert_uint_eq(e->slot, 3);
	ck_assert_uint_eq(e->incarnation, 9);
	ck_assert_int_eq(flow_entry_class(e), FLOW_EMBRYONIC);
	ck_assert_uint_eq(flow_entry_left_s(e, 7), 5);
	ck_assert_int_eq(flow_table_peek(t, 42, 7, &copy), 1);
	ck_assert_mem_eq(&copy, e, sizeof(copy));
	ck_assert_int_eq(flow_table_peek(t, 43, 7, &copy), 0);
	check_accounts(t);
	free(t);
}
END_TEST

/* Free entries are all zero, and so may be a hash. */
START_TEST(hash_zero_is_a_flow_like_any_other)
{
	struct flow_table *t = table_new(100);
	struct flow_entry copy;

	ck_assert_ptr_null(flow_table_find(t, 0, 0));
	ck_assert_int_eq(flow_table_peek(t, 0, 0, &copy), 0);
	ck_assert_ptr_nonnull(flow_table_insert(t, 0, 1, 1, 0, 5));
	ck_assert_ptr_nonnull(flow_table_find(t, 0, 0));
	flow_table_remove(t, flow_table_find(t, 0, 0));
	ck_assert_ptr_null(flow_table_find(t, 0, 0));
	check_accounts(t);
	free(t);
}
END_TEST

START_TEST(repointed_flow_names_the_other_backend_and_starts_again)
{
	struct flow_table *t = table_new(100);
	struct flow_entry *e = flow_table_insert(t, 42, 3, 9, 0, 5);

	flow_table_touch(e, FLOW_CONFIRMED, 0, 300);
	flow_table_repoint(t, e, 4, 1, 10, 5);
	ck_assert_ptr_eq(flow_table_find(t, 42, 19), e);
	ck_assert_int_eq(flow_entry_class(e), FLOW_EMBRYONIC);
	ck_assert_uint_eq(e->slot, 4);
	ck_assert_uint_eq(e->incarnation, 1);
	ck_assert_uint_eq(slot_live(3), 0);
	ck_assert_uint_eq(slot_live(4), 1);
	ck_assert_ptr_null(flow_table_find(t, 42, 20));
	check_accounts(t);
	free(t);
}
END_TEST

/* Most packets of a flow change nothing: then its line must stay clean. */
START_TEST(touch_without_change_writes_nothing)
{
	size_t size = flow_table_memsize(1000);
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct flow_table *t = flow_table_init(mem, 1000, secret, NULL, 0);
	struct flow_entry *e = flow_table_insert(t, 42, 3, 9, 100, 5), copy;

	flow_table_touch(e, FLOW_CONFIRMED, 100, 300);
	ck_assert_int_eq(mprotect(mem, size, PROT_READ), 0);
	e = flow_table_find(t, 42, 100);
	flow_table_touch(e, FLOW_CONFIRMED, 100, 300);
	ck_assert_int_eq(flow_table_peek(t, 42, 100, &copy), 1);
	flow_table_prefetch(t, 42);
	munmap(mem, size);
}
END_TEST

START_TEST(expiry_is_exact_on_both_sides_of_the_wrap)
{
	struct flow_table *t = table_new(100);
	struct flow_entry copy;
	uint32_t start;

	for (start = FLOW_TIME_MASK - 30; start != FLOW_TIME_MASK + 30; start++) {
		flow_table_insert(t, start, 1, 1, start, 5);
		ck_assert_ptr_nonnull(flow_table_find(t, start, start + 9));
		ck_assert_int_eq(flow_table_peek(t, start, start + 9, &copy), 1);
		ck_assert_int_eq(flow_table_peek(t, start, start + 10, &copy), 0);
		ck_assert_ptr_null(flow_table_find(t, start, start + 10));
	}
	ck_assert_uint_eq(flow_table_stats(t)->expired, 60);
	ck_assert_uint_eq(flow_table_stats(t)->live, 0);
	check_accounts(t);
	free(t);
}
END_TEST

START_TEST(longest_idle_time_is_thirty_days)
{
	struct flow_table *t = table_new(100);
	uint32_t start = FLOW_TIME_MASK - 5;
	struct flow_entry *e = flow_table_insert(t, 1, 1, 1, start, UINT32_MAX);

	ck_assert_uint_eq(flow_entry_left_s(e, start), FLOW_IDLE_MAX_S);
	ck_assert_ptr_nonnull(flow_table_find(t, 1, start + 30 * DAY_TICKS - 1));
	ck_assert_uint_eq(flow_entry_left_s(e, start + 30 * DAY_TICKS), 0);
	ck_assert_ptr_null(flow_table_find(t, 1, start + 30 * DAY_TICKS));
	free(t);
}
END_TEST

/* 250 days in steps of an hour, sweeping: flow i is made at hour i and lives i % 720 + 1 hours. */
START_TEST(sweep_removes_each_flow_in_the_hour_it_expires)
{
	enum { HOURS = 250 * 24, HOUR = 3600 * 1000 / FLOW_TICK_MS };
	struct flow_table *t = table_new(2000);
	uint32_t expire_at[HOURS + 721] = {0}, hour, live = 0;

	for (hour = 0; hour < HOURS; hour++) {
		ck_assert_uint_eq(flow_table_sweep(t, hour * HOUR, UINT32_MAX), expire_at[hour]);
		live -= expire_at[hour];
		ck_assert_ptr_nonnull(
			flow_table_insert(t, hour, 1, 1, hour * HOUR, (hour % 720 + 1) * 3600));
		expire_at[hour + hour % 720 + 1]++;
		live++;
		ck_assert_uint_eq(flow_table_stats(t)->live, live);
	}
	ck_assert_uint_eq(flow_table_stats(t)->evicted, 0);
	check_accounts(t);
	free(t);
}
END_TEST

START_TEST(small_sweeps_visit_the_whole_table)
{
	struct flow_table *t = table_new(999); // 333 buckets
	uint32_t i, removed = 0;

	for (i = 0; i < 500; i++)
		flow_table_insert(t, i * 0x9e3779b97f4a7c15, 1, 1, 0, 5);
	for (i = 0; i < 48; i++)
		removed += flow_table_sweep(t, 100, 7);
	ck_assert_uint_eq(removed, 500);
	check_accounts(t);
	free(t);
}
END_TEST

/* What a dictionary would hold. */
struct ref {
	uint64_t expires; // tick; 0 = absent
	uint16_t slot, incarnation;
	uint8_t class;
};

struct run {
	struct flow_table *t;
	struct ref ref[4096];
	uint64_t now, seed, lost;
};

static uint64_t hash_of(uint32_t i)
{
	return i * 0x9e3779b97f4a7c15;
}

/* Only an embryonic flow may be missing before its time, and none may be there after it. */
static struct flow_entry *find_checked(struct run *r, uint32_t i)
{
	struct flow_entry *e = flow_table_find(r->t, hash_of(i), (uint32_t)r->now);
	struct ref *ref = &r->ref[i];

	if (ref->expires <= r->now)
		ref->expires = 0;
	if (e == NULL) {
		ck_assert(ref->expires == 0 || ref->class == FLOW_EMBRYONIC);
		r->lost += ref->expires != 0;
		ref->expires = 0;
		return NULL;
	}
	ck_assert_uint_ne(ref->expires, 0);
	ck_assert_uint_eq(e->slot, ref->slot);
	ck_assert_uint_eq(e->incarnation, ref->incarnation);
	ck_assert_uint_eq(flow_entry_class(e), ref->class);
	ck_assert_uint_eq(flow_entry_left_s(e, (uint32_t)r->now), (ref->expires - r->now) / 2);
	return e;
}

static void put_ref(struct run *r, uint32_t i, uint16_t slot, uint8_t class, uint32_t ttl_s)
{
	r->ref[i] = (struct ref){r->now + 2 * ttl_s, slot, (uint16_t)(slot * 7), class};
}

static void packet(struct run *r, uint32_t i, uint64_t dice)
{
	uint32_t now = (uint32_t)r->now, ttl_s = dice >> 8 & 255;
	uint16_t slot = dice >> 16 & (SLOTS - 1);
	struct flow_entry *e = find_checked(r, i);

	if (e == NULL) {
		if (flow_table_insert(r->t, hash_of(i), slot, (uint16_t)(slot * 7), now, 60))
			put_ref(r, i, slot, FLOW_EMBRYONIC, 60);
	} else if (dice % 64 == 0) {
		flow_table_remove(r->t, e);
		r->ref[i].expires = 0;
	} else if (dice % 64 == 1) {
		flow_table_repoint(r->t, e, slot, (uint16_t)(slot * 7), now, ttl_s);
		put_ref(r, i, slot, FLOW_EMBRYONIC, ttl_s);
	} else {
		uint8_t class = dice % 64 == 2 ? FLOW_CLOSING : FLOW_CONFIRMED;

		flow_table_touch(e, class, now, ttl_s);
		put_ref(r, i, r->ref[i].slot, class, ttl_s);
	}
}

/* Half a million operations on a table that is at times too small, from just before the wrap on. */
START_TEST(random_operations_agree_with_a_dictionary)
{
	static struct run r;
	const struct flow_stats *s;
	uint32_t i;
	uint64_t dice;

	r.t = table_new(1200);
	r.now = FLOW_TIME_MASK - 9000;
	r.seed = 6;
	for (i = 0; i < 500000; i++) {
		dice = unit_random(&r.seed);
		packet(&r, (uint32_t)(dice >> 52) % 4096, dice);
		r.now += i % 50 == 0;
		if (i % 16 == 0)
			flow_table_sweep(r.t, (uint32_t)r.now, 1);
		if (i % 5000 == 0)
			check_accounts(r.t);
	}
	check_accounts(r.t);
	s = flow_table_stats(r.t);
	unit_note("%lu inserts, %lu expired, %lu evicted, %lu refused, %lu live of %lu",
		(unsigned long)s->inserts, (unsigned long)s->expired, (unsigned long)s->evicted,
		(unsigned long)s->full, (unsigned long)s->live, (unsigned long)s->capacity);
	ck_assert_uint_gt(r.now, FLOW_TIME_MASK);
	ck_assert_uint_gt(s->full, 0);
	ck_assert_uint_gt(s->expired, 0);
	ck_assert_uint_le(r.lost, s->evicted);
	free(r.t);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("flow_table");

	unit_case(s, this_cpu_has_atomic_entries, 10);
	unit_case(s, inserted_flow_is_found_as_it_was_put, 10);
	unit_case(s, hash_zero_is_a_flow_like_any_other, 10);
	unit_case(s, repointed_flow_names_the_other_backend_and_starts_again, 10);
	unit_case(s, touch_without_change_writes_nothing, 10);
	unit_case(s, expiry_is_exact_on_both_sides_of_the_wrap, 10);
	unit_case(s, longest_idle_time_is_thirty_days, 10);
	unit_case(s, sweep_removes_each_flow_in_the_hour_it_expires, 60);
	unit_case(s, small_sweeps_visit_the_whole_table, 10);
	unit_case(s, random_operations_agree_with_a_dictionary, 60);
	return s;
}
