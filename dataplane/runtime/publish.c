// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>

#include "alloc.h"
#include "publish.h"

/* The snapshot stands behind the table in one piece of memory, on a line of its own. */
#define TABLE_SIZE ((sizeof(struct table) + ALLOC_ALIGN - 1) / ALLOC_ALIGN * ALLOC_ALIGN)

_Static_assert(PUBLISH_BACKLOG < GRACE_MAX, "a table that is not refused finds room");

struct retired {
	struct publish *publish;
	struct table *old; /* NULL for the first */
	const struct table *new;
	struct publish_ticket ticket;
};

static int is_same_rows(const struct pool *held, const struct weir_table_pool *p)
{
	return held->id == p->id && held->version == p->version && held->n_rows == p->n_rows &&
	       held->rows_checksum == p->rows_checksum;
}

/* The pool in use with the same rows. @hint: its index if nothing was added or removed. */
static struct pool *find_held(
	const struct publish *p, const struct weir_table_pool *wanted, uint32_t hint)
{
	struct pool *const *pools;
	uint32_t n;

	if (p->table == NULL)
		return NULL;
	n = snapshot_pools(p->table->snap, &pools);
	if (hint < n && is_same_rows(pools[hint], wanted))
		return pools[hint];
	for (uint32_t i = 0; i < n; i++)
		if (is_same_rows(pools[i], wanted))
			return pools[i];
	return NULL;
}

static int holds_rows(const struct weir_table_pool *pool, const void *blob, void *arg)
{
	uint32_t index = (uint32_t)(pool - table_pools(blob));
	struct pool *held = find_held(arg, pool, index);

	return held != NULL && pool_fits(held, blob);
}

static void drop_pools(struct pool *const *pools, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (--pools[i]->refs == 0)
			alloc_free(pools[i]);
}

static void free_table(struct table *t)
{
	struct pool *const *pools;
	uint32_t n;

	if (t == NULL)
		return;
	n = snapshot_pools(t->snap, &pools);
	drop_pools(pools, n);
	alloc_free(t);
}

static struct pool *take_pool(const struct publish *p, const void *blob, uint32_t index)
{
	const struct weir_table_pool *wanted = &table_pools(blob)[index];
	struct pool *held = find_held(p, wanted, index);
	void *mem;

	if (held != NULL && pool_fits(held, blob))
		return held;
	mem = alloc_zeroed("pool", pool_memsize(wanted));
	return mem == NULL ? NULL : pool_init(mem, blob, wanted);
}

/* @pools: one for each pool of the blob, references taken. 0 or -ENOMEM with nothing taken. */
static int take_pools(const struct publish *p, const void *blob, struct pool **pools)
{
	const struct weir_table_head *head = blob;

	for (uint32_t i = 0; i < head->n_pools; i++) {
		pools[i] = take_pool(p, blob, i);
		if (pools[i] == NULL) {
			drop_pools(pools, i);
			return -ENOMEM;
		}
		pools[i]->refs++;
	}
	return 0;
}

static void mark_vlans(struct table *t, const void *blob)
{
	const struct weir_table_head *head = blob;
	const struct weir_table_next_hop *hop = table_next_hops(blob);

	for (uint32_t i = 0; i < head->n_next_hops; i++)
		if (hop[i].vlan != 0)
			t->vlans[hop[i].vlan / 64 % TABLE_VLAN_WORDS] |= 1ull << (hop[i].vlan % 64);
}

static struct table *build_table(const struct publish *p, const void *blob)
{
	const struct weir_table_head *head = blob;
	struct pool **pools = calloc(head->n_pools, sizeof(*pools));
	struct table *t = alloc_zeroed("table", TABLE_SIZE + snapshot_memsize(blob));

	if (pools == NULL || t == NULL || take_pools(p, blob, pools) != 0) {
		alloc_free(t);
		free(pools);
		return NULL;
	}
	t->snap = snapshot_init((char *)t + TABLE_SIZE, blob, pools);
	t->generation = head->generation;
	t->content = head->content;
	mark_vlans(t, blob);
	free(pools);
	return t;
}

static void end_grace(void *arg)
{
	struct retired *r = arg;

	free_table(r->old);
	r->publish->applied(r->publish->arg, r->ticket, r->new);
	free(r);
}

/* The grace queue has room. The token must be younger than the store. 0 or -ENOMEM. */
static int replace_table(struct publish *p, struct table *t, struct publish_ticket ticket)
{
	struct retired *r = malloc(sizeof(*r));

	if (r == NULL)
		return -ENOMEM;
	*r = (struct retired){.publish = p, .old = p->table, .new = t, .ticket = ticket};
	__atomic_store_n(&p->table, t, __ATOMIC_RELEASE);
	grace_add(p->grace, end_grace, r);
	return 0;
}

struct table_verdict publish_table(
	struct publish *p, const void *blob, uint64_t length, struct publish_ticket ticket)
{
	uint64_t current = p->table == NULL ? 0 : p->table->generation;
	struct table_verdict v;
	struct table *t;

	if (grace_waiting(p->grace) >= PUBLISH_BACKLOG)
		return (struct table_verdict){.reason = WEIR_REFUSAL_backlog};
	v = table_check(blob, length, current, p->limits, holds_rows, p);
	if (v.reason != WEIR_REFUSAL_NONE)
		return v;
	t = build_table(p, blob);
	if (t == NULL)
		return (struct table_verdict){.reason = WEIR_REFUSAL_no_memory};
	if (replace_table(p, t, ticket) != 0) {
		free_table(t);
		return (struct table_verdict){.reason = WEIR_REFUSAL_no_memory};
	}
	return v;
}

void publish_free(struct publish *p)
{
	free_table(p->table);
	p->table = NULL;
}
