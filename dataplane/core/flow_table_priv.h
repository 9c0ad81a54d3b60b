/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside of the flow table: its layout, and the helpers that its source files share. */
#pragma once

#include <emmintrin.h>

#include "flow_audit.h"
#include "flow_table.h"

#define FLOW_WAYS	   4u
#define FLOW_TIME_BITS	   24u
#define FLOW_TICKS_PER_SEC (1000u / FLOW_TICK_MS)

struct flow_table {
	uint64_t secret[2];
	uint32_t n_buckets; // at least 2
	uint32_t hand;	    // next bucket to sweep
	uint32_t slots;	    // no entry ever named this one or a higher one
	uint64_t *live_by_slot;
	size_t stride;
	struct flow_audit *audit; // going on, or NULL
	struct flow_stats stats;
	_Alignas(64) struct flow_bucket bucket[];
};

/* The two buckets of a flow: they differ. */
struct flow_pair {
	uint32_t first, second;
};

/* Read and write an entry whole. One aligned 16-byte SSE load or store within a cache line is
 * atomic on every Intel and AMD CPU that reports AVX (Intel SDM volume 3, "Guaranteed atomic
 * operations"; AMD APM volume 2, "Access atomicity"): see flow_table_check_cpu(). Assembly and not
 * an intrinsic, because a compiler may cut the load behind an intrinsic in two when only the halves
 * are used.
 */
static inline struct flow_entry flow_entry_load(const struct flow_entry *e)
{
	union {
		__m128i v;
		struct flow_entry e;
	} u;

	__asm__ __volatile__("movdqa %1, %0" : "=x"(u.v) : "m"(*e));
	return u.e;
}

static inline void flow_entry_store(struct flow_entry *e, const struct flow_entry *value)
{
	union {
		struct flow_entry e;
		__m128i v;
	} u = {.e = *value};

	__asm__ __volatile__("movdqa %1, %0" : "=m"(*e) : "x"(u.v) : "memory");
}

/* Multiply 64 x 64 to 128 bits and fold: each bit of the result depends on all bits of both. */
static inline uint64_t flow_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 p = (unsigned __int128)a * b;

	return (uint64_t)(p >> 64) ^ (uint64_t)p;
}

/* The second product makes the result non-linear in the first secret's product, so that hashes which
 * share a bucket under one secret are spread anew under another. The halves of the mixed word choose
 * the buckets independently of each other.
 */
static inline struct flow_pair flow_pair(const struct flow_table *t, uint64_t hash)
{
	uint64_t x = flow_fold(hash ^ t->secret[0], t->secret[1] | 1);
	struct flow_pair p;

	x = flow_fold(x ^ t->secret[1], 0x9e3779b97f4a7c15);
	p.first = (uint32_t)((x >> 32) * t->n_buckets >> 32);
	p.second = (uint32_t)((x & 0xffffffff) * t->n_buckets >> 32);
	if (p.second == p.first)
		p.second = p.first + 1 == t->n_buckets ? 0 : p.first + 1;
	return p;
}

/* Ticks until the expiry; zero or less = expired. Signed in 24 bits, so that the clock may wrap. */
static inline int32_t flow_ticks_left(uint32_t state, flow_time now)
{
	return (int32_t)((state - now) << (32 - FLOW_TIME_BITS)) >> (32 - FLOW_TIME_BITS);
}

/* In use and not expired. */
static inline int flow_is_live(const struct flow_entry *e, flow_time now)
{
	return flow_entry_class(e) != FLOW_FREE && flow_ticks_left(e->state, now) > 0;
}

static inline uint32_t flow_state(enum flow_class class, flow_time now, uint32_t ttl_s)
{
	if (ttl_s > FLOW_IDLE_MAX_S)
		ttl_s = FLOW_IDLE_MAX_S;
	return ((now + ttl_s * FLOW_TICKS_PER_SEC) & FLOW_TIME_MASK) | (uint32_t) class << 24;
}

static inline uint64_t *flow_slot_gauge(const struct flow_table *t, uint32_t slot)
{
	return (uint64_t *)((uint8_t *)t->live_by_slot + slot * t->stride);
}

/* flow_audit.c: the audit that goes on hears of a change. */
void flow_audit_note(struct flow_table *t, const struct flow_entry *e, uint16_t slot, int by);

/* An entry that names @slot has come to (@by 1) or is about to leave (-1) the way @e. */
static inline void flow_count(
	struct flow_table *t, const struct flow_entry *e, uint16_t slot, int by)
{
	if (slot >= t->slots)
		t->slots = slot + 1u;
	if (t->live_by_slot != NULL)
		*flow_slot_gauge(t, slot) += (uint64_t)by;
	if (__builtin_expect(t->audit != NULL, 0))
		flow_audit_note(t, e, slot, by);
}

/* Free the way of @e because it has expired. */
void flow_table_expire(struct flow_table *t, struct flow_entry *e);
