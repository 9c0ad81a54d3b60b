// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "crc_tuples.h"
#include "parse.h"
#include "siphash.h"
#include "unit.h"

static const uint64_t secret[2] = {0x243f6a8885a308d3, 0x13198a2e03707344};
static const uint64_t key[2] = {0xa4093822299f31d0, 0x082efa98ec4e6c89};

struct flow_table *crc_tuples_table(uint32_t capacity)
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

/* check writes to a pipe for each assertion: in loops, count first and assert once. */
uint32_t crc_tuples_insert(struct flow_table *t, const uint64_t *hashes, uint32_t n)
{
	uint32_t i, in = 0;

	for (i = 0; i < n; i++)
		in += (uint32_t)insert_confirmed(t, hashes[i]);
	return in;
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

static uint64_t crafted_choice(const uint64_t *basis, uint32_t i)
{
	uint64_t chosen = 0;
	uint32_t b;

	for (b = 0; b < 16; b++)
		chosen ^= basis[b] & -(uint64_t)(i >> b & 1);
	return chosen;
}

uint32_t crc_tuples_make(uint64_t *crafted, uint64_t *random)
{
	uint64_t basis[48], seed = 7;
	uint32_t crc = 0, i, differ = 0;
	union flow_tuple t;

	ck_assert_uint_ge(null_space(basis), 16);
	for (i = 0; i < CRC_TUPLES; i++) {
		t = tuple_of(crafted_choice(basis, i));
		if (i == 0)
			crc = crc32c(&t, 16);
		differ += crc32c(&t, 16) != crc;
		crafted[i] = siphash13(key, t.words, FLOW_TUPLE4_WORDS);
		t = tuple_of(unit_random(&seed));
		random[i] = siphash13(key, t.words, FLOW_TUPLE4_WORDS);
	}
	return differ;
}
