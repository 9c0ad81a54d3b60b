// SPDX-License-Identifier: BSD-3-Clause
/* The flow table under pressure: full, flooded, and read by another thread. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "flow_table_priv.h"
#include "siphash.h"
#include "unit.h"

static const uint64_t secret[2] = {0x243f6a8885a308d3, 0x13198a2e03707344};
static const uint64_t key[2] = {0xa4093822299f31d0, 0x082efa98ec4e6c89};

static struct flow_table *table_new(uint32_t capacity)
{
	void *mem = aligned_alloc(64, (flow_table_memsize(capacity) + 63) / 64 * 64);

	return flow_table_init(mem, capacity, secret, NULL, 0);
}

static uint64_t hash_of(uint64_t i)
{
	return siphash13(key, (uint64_t[2]){i, 0}, 2);
}

/* 1 if the flow went in. */
static int insert_confirmed(struct flow_table *t, uint64_t hash)
{
	struct flow_entry *e = flow_table_insert(t, hash, 1, 1, 0, 5);

	if (e != NULL)
		flow_table_touch(e, FLOW_CONFIRMED, 0, 300);
	return e != NULL;
}

/* Confirmed flows 0 .. n-1; returns how many were refused, and marks them in @in if given. */
static uint32_t fill(struct flow_table *t, uint32_t n, uint8_t *in)
{
	uint32_t i, refused = 0;
	int ok;

	for (i = 0; i < n; i++) {
		ok = insert_confirmed(t, hash_of(i));
		refused += !ok;
		if (in != NULL)
			in[i] = (uint8_t)ok;
	}
	return refused;
}

START_TEST(promised_capacity_fits)
{
	static const uint32_t sizes[] = {1000, 65536, 1000000};
	uint32_t i, refused, more;
	struct flow_table *t;

	for (i = 0; i < 3; i++) {
		t = table_new(sizes[i]);
		refused = fill(t, sizes[i], NULL);
		for (more = sizes[i]; insert_confirmed(t, hash_of(more)); more++)
			;
		unit_note("capacity %u: %u refused; next refusal at %.1f %% load", sizes[i],
			refused, 100.0 * more / (double)flow_table_stats(t)->capacity);
		ck_assert_uint_lt(refused, sizes[i] / 10000 + 1);
		free(t);
	}
}
END_TEST

START_TEST(full_table_of_confirmed_flows_refuses_and_keeps_all)
{
	enum { N = 20000 };
	struct flow_table *t = table_new(6000);
	const struct flow_stats *s = flow_table_stats(t);
	static uint8_t in[N];
	uint32_t i, kept = 0, refused = fill(t, N, in);

	ck_assert_uint_ge(refused, N - s->capacity);
	ck_assert_uint_eq(s->full, refused);
	ck_assert_uint_eq(s->live, N - refused);
	ck_assert_uint_eq(s->removes, 0);
	for (i = 0; i < N; i++) {
		struct flow_entry *e = flow_table_find(t, hash_of(i), 1);

		kept += e != NULL && in[i] && flow_entry_class(e) == FLOW_CONFIRMED;
	}
	ck_assert_uint_eq(kept, N - refused);
	unit_note("full at %.1f %% of the ways", 100.0 * s->live / (double)s->capacity);
	free(t);
}
END_TEST

START_TEST(flood_of_embryonic_flows_evicts_only_embryonic_ones)
{
	enum { N = 30000, FLOOD = 1000000 };
	struct flow_table *t = table_new(60000);
	const struct flow_stats *s = flow_table_stats(t);
	uint32_t i, now = 0, kept = 0;

	ck_assert_uint_eq(fill(t, N, NULL), 0);
	for (i = 0; i < FLOOD; i++) {
		now = i / 200000; // five ticks: none expires
		flow_table_insert(t, hash_of(N + i), 2, 1, now, 5);
	}
	for (i = 0; i < N; i++)
		kept += flow_table_find(t, hash_of(i), now) != NULL;
	ck_assert_uint_eq(kept, N);
	ck_assert_uint_gt(s->evicted, FLOOD / 2);
	ck_assert_uint_eq(s->live, flow_table_scan(t, NULL, NULL));
	unit_note("flood of %u: %lu evicted, %lu refused, table %.1f %% full", FLOOD,
		(unsigned long)s->evicted, (unsigned long)s->full,
		100.0 * s->live / (double)s->capacity);
	free(t);
}
END_TEST

START_TEST(new_flow_finds_room_where_old_ones_expired)
{
	struct flow_table *t = table_new(6000);
	uint32_t i;

	fill(t, 20000, NULL);
	for (i = 0; i < 6000; i++)
		ck_assert_ptr_nonnull(flow_table_insert(t, hash_of(50000 + i), 1, 1, 600, 60));
	ck_assert_uint_gt(flow_table_stats(t)->expired, 0);
	ck_assert_uint_eq(flow_table_stats(t)->live, flow_table_scan(t, NULL, NULL));
	free(t);
}
END_TEST

/* An entry whose second half follows from its first. */
static struct flow_entry entry_of(uint64_t i)
{
	return (struct flow_entry){
		.hash = i, .slot = (uint16_t)i, .incarnation = (uint16_t)~i, .state = (uint32_t)i};
}

struct store_duel {
	struct flow_entry entry;
	uint32_t stop;
};

static void *store_entries(void *arg)
{
	struct store_duel *d = arg;
	struct flow_entry next;
	uint64_t i;

	for (i = 0; !__atomic_load_n(&d->stop, __ATOMIC_RELAXED); i++) {
		next = entry_of(i);
		flow_entry_store(&d->entry, &next);
	}
	return NULL;
}

START_TEST(entry_is_stored_and_loaded_in_one_piece)
{
	enum { LOADS = 10000000 };
	struct store_duel d = {.entry = entry_of(0)};
	struct flow_entry e, whole;
	uint64_t torn = 0, changes = 0, last = 0, i;
	pthread_t writer;

	ck_assert_int_eq(pthread_create(&writer, NULL, store_entries, &d), 0);
	for (i = 0; i < LOADS; i++) {
		e = flow_entry_load(&d.entry);
		whole = entry_of(e.hash);
		torn += memcmp(&e, &whole, sizeof(e)) != 0;
		changes += e.hash != last;
		last = e.hash;
	}
	__atomic_store_n(&d.stop, 1, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	unit_note("%u loads saw %lu changes, %lu torn", LOADS, (unsigned long)changes,
		(unsigned long)torn);
	ck_assert_uint_eq(torn, 0);
	ck_assert_uint_gt(changes, 0);
}
END_TEST

/* One writer inserts and evicts at full speed in eight ways, and each entry's second half follows
 * from its first: a reader who sees halves of two entries sees that they do not fit.
 */
struct duel {
	struct flow_table *t;
	uint32_t stop;
};

static void *hammer(void *arg)
{
	struct duel *d = arg;
	uint64_t i, hash;
	struct flow_entry *e;

	for (i = 0; !__atomic_load_n(&d->stop, __ATOMIC_RELAXED); i++) {
		hash = hash_of(i % 64);
		e = flow_table_find(d->t, hash, 0);
		if (e == NULL)
			flow_table_insert(
				d->t, hash, (uint16_t)hash, (uint16_t)(hash >> 16), 0, 60);
		else if (i % 3 == 0)
			flow_table_remove(d->t, e);
		else
			flow_table_repoint(d->t, e, (uint16_t)hash, (uint16_t)(hash >> 16), 0, 60);
	}
	return NULL;
}

START_TEST(peek_never_sees_a_torn_entry)
{
	enum { PEEKS = 4000000 };
	struct duel d = {.t = table_new(6)};
	struct flow_entry e;
	uint64_t i, hash, hits = 0, torn = 0;
	pthread_t writer;

	ck_assert_int_eq(pthread_create(&writer, NULL, hammer, &d), 0);
	for (i = 0; i < PEEKS; i++) {
		hash = hash_of(i * 7 % 64);
		if (!flow_table_peek(d.t, hash, 0, &e))
			continue;
		hits++;
		torn += e.hash != hash || e.slot != (uint16_t)hash ||
			e.incarnation != (uint16_t)(hash >> 16) ||
			flow_entry_class(&e) != FLOW_EMBRYONIC;
	}
	__atomic_store_n(&d.stop, 1, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	unit_note("%u peeks, %lu hits", PEEKS, (unsigned long)hits);
	ck_assert_uint_eq(torn, 0);
	ck_assert_uint_gt(hits, 0);
	ck_assert_uint_gt(flow_table_stats(d.t)->inserts, 64);
	free(d.t);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("flow_table_load");

	unit_case(s, promised_capacity_fits, 60);
	unit_case(s, full_table_of_confirmed_flows_refuses_and_keeps_all, 30);
	unit_case(s, flood_of_embryonic_flows_evicts_only_embryonic_ones, 60);
	unit_case(s, new_flow_finds_room_where_old_ones_expired, 30);
	unit_case(s, entry_is_stored_and_loaded_in_one_piece, 120);
	unit_case(s, peek_never_sees_a_torn_entry, 120);
	return s;
}
