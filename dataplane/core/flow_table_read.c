// SPDX-License-Identifier: BSD-3-Clause
/* Reading without side effects: peek from another thread, and scan. */
#include "flow_table_priv.h"

static int peek_bucket(
	const struct flow_bucket *b, uint64_t hash, flow_time now, struct flow_entry *out)
{
	struct flow_entry e;
	unsigned int i;

	for (i = 0; i < FLOW_WAYS; i++) {
		e = flow_entry_load(&b->way[i]);
		if (e.hash == hash && flow_is_live(&e, now)) {
			*out = e;
			return 1;
		}
	}
	return 0;
}

/* The first bucket is read once more at the end: the owner may have moved the entry from the second
 * to the first between the two reads. A flow that is moved twice meanwhile can still be missed; the
 * reader then does what it does for an unknown flow.
 */
int flow_table_peek(
	const struct flow_table *t, uint64_t hash, flow_time now, struct flow_entry *out)
{
	struct flow_pair p = flow_pair(t, hash);

	return peek_bucket(&t->bucket[p.first], hash, now, out) ||
	       peek_bucket(&t->bucket[p.second], hash, now, out) ||
	       peek_bucket(&t->bucket[p.first], hash, now, out);
}

uint64_t flow_table_scan(
	const struct flow_table *t, void (*each)(const struct flow_entry *e, void *arg), void *arg)
{
	struct flow_entry e;
	uint64_t n = 0, i;

	for (i = 0; i < (uint64_t)t->n_buckets * FLOW_WAYS; i++) {
		e = flow_entry_load(&t->bucket[i / FLOW_WAYS].way[i % FLOW_WAYS]);
		if (flow_entry_class(&e) == FLOW_FREE)
			continue;
		n++;
		if (each != NULL)
			each(&e, arg);
	}
	return n;
}
