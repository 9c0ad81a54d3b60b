// SPDX-License-Identifier: BSD-3-Clause
/* The flow table against somebody who chooses his flows. */
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

#include "flow_table_priv.h"
#include "parse.h"
#include "siphash.h"
#include "unit.h"

static const uint64_t secret[2] = {0x243f6a8885a308d3, 0x13198a2e03707344};
static const uint64_t key[2] = {0xa4093822299f31d0, 0x082efa98ec4e6c89};

static struct flow_table *table_new(uint32_t capacity)
{
	void *mem = aligned_alloc(64, (flow_table_memsize(capacity) + 63) / 64 * 64);

	return flow_table_init(mem, capacity, secret, NULL, 0);
}

/* 1 if the flow went in. */
static int insert_confirmed(struct flow_table *t, uint64_t hash)
{
	struct flow_entry *e = flow_table_insert(t, hash, 1, 1, 0, 5);

	if (e != NULL)
		flow_table_touch(e, FLOW_CONFIRMED, 0, 300);
	return e != NULL;
}

/* CRC-32C, bit by bit, from zero: linear, which is the weakness to be shown. */
static uint32_t crc32c(const void *data, uint32_t len)
{
	const uint8_t *p = data;
	uint32_t crc = 0, i, bit;

	for (i = 0; i < len; i++) {
		crc ^= p[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0x82f63b78 & -(crc & 1));
	}
	return crc;
}

/* The bits that an attacker chooses freely: source address and source port. */
static union flow_tuple tuple_of(uint64_t chosen)
{
	union flow_tuple t = {.v4 = {.daddr = {10, 99, 0, 1}, .dport_be = 0x5000, .proto = 6}};

	memcpy(t.v4.saddr, &chosen, 4);
	t.v4.sport_be = (uint16_t)(chosen >> 32);
	return t;
}

/* A basis of the chosen bits that leave the CRC alone, by elimination over GF(2): 48 columns of 32
 * bits have a null space of 16 dimensions or more.
 */
static uint32_t null_space(uint64_t basis[48])
{
	uint32_t column[48], pivot, i, j, n = 0;
	uint64_t from[48];
	union flow_tuple t, zero = tuple_of(0);

	for (i = 0; i < 48; i++) {
		t = tuple_of((uint64_t)1 << i);
		column[i] = crc32c(&t, 16) ^ crc32c(&zero, 16);
		from[i] = (uint64_t)1 << i;
	}
	for (i = 0; i < 48; i++) {
		if (column[i] == 0) {
			basis[n++] = from[i];
			continue;
		}
		pivot = column[i] & -column[i];
		for (j = i + 1; j < 48; j++) {
			if (column[j] & pivot) {
				column[j] ^= column[i];
				from[j] ^= from[i];
			}
		}
	}
	return n;
}

enum { CRAFTED = 65536, SAMPLES = 64 };

static uint64_t crafted_choice(const uint64_t *basis, uint32_t i)
{
	uint64_t chosen = 0;
	uint32_t b;

	for (b = 0; b < 16; b++)
		chosen ^= basis[b] & -(uint64_t)(i >> b & 1);
	return chosen;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* check writes to a pipe for each assertion: in loops, count first and assert once. */
static uint32_t insert_batch(struct flow_table *t, const uint64_t *hashes, uint32_t n)
{
	uint32_t i, in = 0;

	for (i = 0; i < n; i++)
		in += (uint32_t)insert_confirmed(t, hashes[i]);
	return in;
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
	struct flow_table *t = table_new(2 * CRAFTED);
	uint32_t batch = CRAFTED / SAMPLES, worst = fullest_bucket(t, hashes, CRAFTED), in = 0, i;
	uint64_t cycles[SAMPLES], start;

	for (i = 0; i < SAMPLES; i++) {
		start = __rdtsc();
		in += insert_batch(t, hashes + i * batch, batch);
		cycles[i] = (__rdtsc() - start) / batch;
	}
	qsort(cycles, SAMPLES, sizeof(cycles[0]), by_value);
	unit_note("%s: %u of %u failed, fullest first bucket %u, %lu cycles an insert", what,
		CRAFTED - in, CRAFTED, worst, (unsigned long)cycles[SAMPLES / 2]);
	ck_assert_uint_eq(in, CRAFTED);
	ck_assert_uint_eq(count_found(t, hashes, CRAFTED), CRAFTED);
	ck_assert_uint_le(worst, WORST_BUCKET);
	free(t);
}

START_TEST(tuples_with_one_crc_insert_like_any_other)
{
	static uint64_t crafted[CRAFTED], random[CRAFTED];
	uint64_t basis[48], seed = 7;
	uint32_t crc = 0, i, differ = 0;
	union flow_tuple t;

	ck_assert_uint_ge(null_space(basis), 16);
	for (i = 0; i < CRAFTED; i++) {
		t = tuple_of(crafted_choice(basis, i));
		if (i == 0)
			crc = crc32c(&t, 16);
		differ += crc32c(&t, 16) != crc;
		crafted[i] = siphash13(key, t.words, FLOW_TUPLE4_WORDS);
		t = tuple_of(unit_random(&seed));
		random[i] = siphash13(key, t.words, FLOW_TUPLE4_WORDS);
	}
	ck_assert_uint_eq(differ, 0);
	check_spread("random tuples", random);
	check_spread("one CRC-32C", crafted);
	qsort(crafted, CRAFTED, sizeof(crafted[0]), by_value);
	for (i = 1; i < CRAFTED; i++)
		differ += crafted[i - 1] != crafted[i];
	ck_assert_uint_eq(differ, CRAFTED - 1);
}
END_TEST

/* Whoever knows the cluster key can search for tuples of any pattern in parts of the hash. */
START_TEST(chosen_hashes_are_spread_by_the_secret)
{
	static uint64_t hashes[CRAFTED];
	static const char *const what[] = {"hashes i", "hashes i << 16", "hashes i << 32",
		"hashes i << 48", "hashes i * 2^24 + i"};
	uint32_t i, k;

	for (k = 0; k < 5; k++) {
		for (i = 0; i < CRAFTED; i++)
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
