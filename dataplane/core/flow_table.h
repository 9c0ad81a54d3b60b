/* SPDX-License-Identifier: BSD-3-Clause */
/* The flow table of one worker: which backend holds a flow.
 *
 * Fixed size, memory from the caller, no allocation, no list. A bucket is one cache line of four
 * 16-byte entries; a flow lives in one of two buckets, so a lookup touches at most two lines and an
 * insert does bounded work. Only the owning worker writes; another thread may read entries, which
 * are published with one 16-byte store.
 *
 * Classes: *embryonic* (one packet seen) live seconds and can evict only each other; *confirmed*
 * ones leave only by age; *closing* ones saw FIN or RST and have a shorter timer, which later data
 * re-arms. A full table refuses the insert: the caller forwards by hash and counts it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Time is a count of half seconds, 24 bits that wrap after 97 days; the caller masks nothing. An
 * entry must be swept within 48 days after it expired: see flow_table_sweep().
 */
typedef uint32_t flow_time;
#define FLOW_TICK_MS	500u
#define FLOW_TIME_MASK	0xffffffu
#define FLOW_IDLE_MAX_S (30u * 24 * 3600)

enum flow_class { FLOW_FREE, FLOW_EMBRYONIC, FLOW_CONFIRMED, FLOW_CLOSING, FLOW_CLASS__COUNT };

struct flow_entry {
	_Alignas(16) uint64_t hash; /* of the flow, whole: SipHash under the cluster key */
	uint16_t slot;		    /* backend */
	uint16_t incarnation;	    /* of the slot when the entry was made */
	uint32_t state;		    /* bits 0..23 expiry, 24..27 class, 28..31 zero */
};
_Static_assert(sizeof(struct flow_entry) == 16, "flow entry: one atomic store");

struct flow_bucket {
	_Alignas(64) struct flow_entry way[4];
};
_Static_assert(sizeof(struct flow_bucket) == 64, "flow bucket: one cache line");

/* Owner: writes. Others: racy reads. All rise only, except capacity (fixed: every way of the table,
 * a third more than was asked for) and live. inserts - removes == live. An entry that has expired is
 * live until somebody comes across it: find, insert or sweep.
 */
struct flow_stats {
	uint64_t capacity, live, inserts, removes, expired, evicted, full;
};

struct flow_table; /* opaque; lives at the start of the caller's memory */

/* Does this CPU promise that a 16-byte load or store is atomic? Check it at start. 0 or -ENOTSUP. */
int flow_table_check_cpu(void);

/* @capacity: entries wanted; the table has room for at least that many at 75 % load. */
size_t flow_table_memsize(uint32_t capacity);
/* @mem: zeroed or not, aligned to 64. @secret: drawn at boot, mixes the bucket index, so that
 * whoever knows the cluster key still cannot aim at a bucket. @live_by_slot: one counter per
 * backend slot, @stride bytes apart, kept equal to the entries that name the slot; may be NULL.
 */
struct flow_table *flow_table_init(void *mem, uint32_t capacity, const uint64_t secret[2],
	uint64_t *live_by_slot, size_t stride);

/* Bring in the one line where the flow most likely is; the second is touched only if it is not. */
void flow_table_prefetch(const struct flow_table *t, uint64_t hash);

/* The entry of @hash that has not expired at @now, or NULL. Valid until the next insert. */
struct flow_entry *flow_table_find(struct flow_table *t, uint64_t hash, flow_time now);

/* Make an embryonic entry. Returns it, or NULL: the table is full of others that may not be
 * evicted (counted). @hash must not be present.
 */
struct flow_entry *flow_table_insert(struct flow_table *t, uint64_t hash, uint16_t slot,
	uint16_t incarnation, flow_time now, uint32_t ttl_s);

/* Change class and expiry; no store when nothing changes. */
void flow_table_touch(struct flow_entry *e, enum flow_class class, flow_time now, uint32_t ttl_s);
/* Name another backend; the class starts again at embryonic. */
void flow_table_repoint(struct flow_table *t, struct flow_entry *e, uint16_t slot,
	uint16_t incarnation, flow_time now, uint32_t ttl_s);
void flow_table_remove(struct flow_table *t, struct flow_entry *e);

/* Look at the next @buckets buckets and remove what expired: call it once per loop with a small
 * number. Returns the number removed.
 */
uint32_t flow_table_sweep(struct flow_table *t, flow_time now, uint32_t buckets);

const struct flow_stats *flow_table_stats(const struct flow_table *t);
/* Counts entries one by one; for verify and tests. */
uint64_t flow_table_scan(
	const struct flow_table *t, void (*each)(const struct flow_entry *e, void *arg), void *arg);

/* Read-only lookup by another thread: a copy into @out, 1 if found and not expired at @now, else 0.
 * No side effects.
 */
int flow_table_peek(
	const struct flow_table *t, uint64_t hash, flow_time now, struct flow_entry *out);

static inline enum flow_class flow_entry_class(const struct flow_entry *e)
{
	return (enum flow_class)(e->state >> 24 & 0xf);
}
/* Seconds until it expires, 0 if it has. */
uint32_t flow_entry_left_s(const struct flow_entry *e, flow_time now);
