// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
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

#define ADDR_BITS 48u /* chosen for tuple_of() */
#define PORT_BITS 53u /* chosen for good_tuple_of() */

/* The bits that an attacker chooses freely: source address and source port. */
static union flow_tuple tuple_of(uint64_t chosen)
{
	union flow_tuple t = {.v4 = {.daddr = {10, 99, 0, 1}, .dport_be = 0x5000, .proto = 6}};

	memcpy(t.v4.saddr, &chosen, 4);
	t.v4.sport_be = (uint16_t)(chosen >> 32);
	return t;
}

/* Tuples that no check refuses: a source in 20/8 and ports from 32768. The destination port is chosen
 * too.
 */
static union flow_tuple good_tuple_of(uint64_t chosen)
{
	union flow_tuple t = {.v4 = {.saddr = {20}, .daddr = {192, 0, 2, 10}, .proto = 6}};

	memcpy(t.v4.saddr + 1, &chosen, 3);
	t.v4.sport_be = htons(0x8000 | (uint16_t)(chosen >> 24 & 0x7fff));
	t.v4.dport_be = htons(0x8000 | (uint16_t)(chosen >> 39 & 0x3fff));
	return t;
}

/* A basis of the chosen bits that leave the CRC alone, by elimination over GF(2): 48 columns or
 * more of 32 bits have a null space of 16 dimensions or more.
 */
static uint32_t null_space(
	union flow_tuple (*tuple)(uint64_t chosen), uint32_t bits, uint64_t basis[PORT_BITS])
{
	uint32_t column[PORT_BITS], pivot, i, j, n = 0;
	uint64_t from[PORT_BITS];
	union flow_tuple t, zero = tuple(0);

	for (i = 0; i < bits; i++) {
		t = tuple((uint64_t)1 << i);
		column[i] = crc32c(&t, 16) ^ crc32c(&zero, 16);
		from[i] = (uint64_t)1 << i;
	}
	for (i = 0; i < bits; i++) {
		if (column[i] == 0) {
			basis[n++] = from[i];
			continue;
		}
		pivot = column[i] & -column[i];
		for (j = i + 1; j < bits; j++) {
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
	uint64_t basis[PORT_BITS], seed = 7;
	uint32_t crc = 0, i, differ = 0;
	union flow_tuple t;

	ck_assert_uint_ge(null_space(tuple_of, ADDR_BITS, basis), 16);
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

uint32_t crc_tuples_good(union flow_tuple *out)
{
	uint32_t first, i, differ = 0;
	uint64_t basis[PORT_BITS];

	ck_assert_uint_ge(null_space(good_tuple_of, PORT_BITS, basis), 16);
	out[0] = good_tuple_of(0);
	first = crc32c(&out[0], 16);
	for (i = 1; i < CRC_TUPLES; i++) {
		out[i] = good_tuple_of(crafted_choice(basis, i));
		differ += crc32c(&out[i], 16) != first;
	}
	return differ;
}
