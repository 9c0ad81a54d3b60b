// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "flow_table_priv.h"

/* Buckets such that @capacity entries fill three of four ways. */
static uint32_t buckets_for(uint32_t capacity)
{
	uint32_t n = (uint32_t)(((uint64_t)capacity + FLOW_WAYS - 2) / (FLOW_WAYS - 1));

	return n < 2 ? 2 : n;
}

size_t flow_table_memsize(uint32_t capacity)
{
	return sizeof(struct flow_table) + buckets_for(capacity) * sizeof(struct flow_bucket);
}

struct flow_table *flow_table_init(void *mem, uint32_t capacity, const uint64_t secret[2],
	uint64_t *live_by_slot, size_t stride)
{
	struct flow_table *t = mem;

	memset(t, 0, flow_table_memsize(capacity));
	t->secret[0] = secret[0];
	t->secret[1] = secret[1];
	t->n_buckets = buckets_for(capacity);
	t->live_by_slot = live_by_slot;
	t->stride = stride;
	t->stats.capacity = (uint64_t)t->n_buckets * FLOW_WAYS;
	return t;
}

int flow_table_check_cpu(void)
{
	return __builtin_cpu_supports("avx") ? 0 : -ENOTSUP;
}

void flow_table_prefetch(const struct flow_table *t, uint64_t hash)
{
	/* Only the first line, where most entries are: the second would double the traffic. */
	__builtin_prefetch(&t->bucket[flow_pair(t, hash).first]);
}

/* Compare all ways before the first branch: which way matches cannot be predicted. Two entries never
 * have one hash, but free ways have hash 0 like one flow in 2^64.
 */
static struct flow_entry *find_in(struct flow_bucket *b, uint64_t hash)
{
	unsigned int i, match = 0;

	for (i = 0; i < FLOW_WAYS; i++)
		match |= (unsigned int)(b->way[i].hash == hash) << i;
	for (; match != 0; match &= match - 1) {
		i = (unsigned int)__builtin_ctz(match);
		if (flow_entry_class(&b->way[i]) != FLOW_FREE)
			return &b->way[i];
	}
	return NULL;
}

/* An expired entry is freed on the way, so that a flow never has two. */
struct flow_entry *flow_table_find(struct flow_table *t, uint64_t hash, flow_time now)
{
	struct flow_pair p = flow_pair(t, hash);
	struct flow_entry *e = find_in(&t->bucket[p.first], hash);

	if (e == NULL)
		e = find_in(&t->bucket[p.second], hash);
	if (e == NULL || flow_is_live(e, now))
		return e;
	flow_table_expire(t, e);
	return NULL;
}

void flow_table_touch(struct flow_entry *e, enum flow_class class, flow_time now, uint32_t ttl_s)
{
	uint32_t state = flow_state(class, now, ttl_s);

	/* An aligned store of four bytes is atomic too: a reader sees the old or the new state beside
	 * the hash and the backend, which stay.
	 */
	if (e->state != state)
		__atomic_store_n(&e->state, state, __ATOMIC_RELAXED);
}

void flow_table_repoint(struct flow_table *t, struct flow_entry *e, uint16_t slot,
	uint16_t incarnation, flow_time now, uint32_t ttl_s)
{
	struct flow_entry next = {
		.hash = e->hash,
		.slot = slot,
		.incarnation = incarnation,
		.state = flow_state(FLOW_EMBRYONIC, now, ttl_s),
	};

	flow_count(t, e, e->slot, -1);
	flow_count(t, e, slot, 1);
	flow_entry_store(e, &next);
}

void flow_table_remove(struct flow_table *t, struct flow_entry *e)
{
	static const struct flow_entry none;

	flow_count(t, e, e->slot, -1);
	t->stats.live--;
	t->stats.removes++;
	flow_entry_store(e, &none);
}

void flow_table_expire(struct flow_table *t, struct flow_entry *e)
{
	t->stats.expired++;
	flow_table_remove(t, e);
}

static uint32_t sweep_bucket(struct flow_table *t, struct flow_bucket *b, flow_time now)
{
	uint32_t i, removed = 0;

	for (i = 0; i < FLOW_WAYS; i++) {
		if (flow_entry_class(&b->way[i]) == FLOW_FREE || flow_is_live(&b->way[i], now))
			continue;
		flow_table_expire(t, &b->way[i]);
		removed++;
	}
	return removed;
}

uint32_t flow_table_sweep(struct flow_table *t, flow_time now, uint32_t buckets)
{
	uint32_t removed = 0;

	if (buckets > t->n_buckets)
		buckets = t->n_buckets;
	while (buckets-- > 0) {
		removed += sweep_bucket(t, &t->bucket[t->hand], now);
		if (++t->hand == t->n_buckets)
			t->hand = 0;
	}
	return removed;
}

const struct flow_stats *flow_table_stats(const struct flow_table *t)
{
	return &t->stats;
}

uint32_t flow_entry_left_s(const struct flow_entry *e, flow_time now)
{
	int32_t left = flow_ticks_left(e->state, now);

	return left > 0 ? (uint32_t)left / FLOW_TICKS_PER_SEC : 0;
}
