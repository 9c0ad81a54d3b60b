// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "flow_audit.h"
#include "flow_table_priv.h"

void flow_audit_start(struct flow_table *t, struct flow_audit *a)
{
	uint32_t *by_slot = a->by_slot;
	uint32_t n_slots = a->n_slots;

	memset(by_slot, 0, n_slots * sizeof(*by_slot));
	*a = (struct flow_audit){.by_slot = by_slot, .n_slots = n_slots};
	t->audit = a;
}

static void count(struct flow_audit *a, uint16_t slot, int by)
{
	a->entries += (uint64_t)by;
	if (slot < a->n_slots)
		a->by_slot[slot] += (uint32_t)by;
	else
		a->stray += (uint64_t)by;
}

void flow_audit_note(struct flow_table *t, const struct flow_entry *e, uint16_t slot, int by)
{
	size_t bucket = (size_t)((const uint8_t *)e - (const uint8_t *)t->bucket) /
			sizeof(struct flow_bucket);

	if (bucket < t->audit->next)
		count(t->audit, slot, by);
}

static void count_bucket(struct flow_audit *a, const struct flow_bucket *b)
{
	for (unsigned int i = 0; i < FLOW_WAYS; i++)
		if (flow_entry_class(&b->way[i]) != FLOW_FREE)
			count(a, b->way[i].slot, 1);
}

static uint32_t up_to(uint32_t next, uint32_t step, uint32_t end)
{
	return end - next < step ? end : next + step;
}

/* Slots beyond the highest that the table has ever named have no entries, and their gauges are
 * holes in the counters region that reading would fill with pages.
 */
static uint32_t slots_to_compare(const struct flow_table *t, const struct flow_audit *a)
{
	if (t->live_by_slot == NULL)
		return 0;
	return t->slots < a->n_slots ? t->slots : a->n_slots;
}

static void compare_slot(const struct flow_table *t, struct flow_audit *a, uint32_t slot)
{
	if (*flow_slot_gauge(t, slot) == a->by_slot[slot])
		return;
	if (a->wrong++ == 0)
		a->first_wrong = slot;
}

int flow_audit_step(struct flow_table *t, struct flow_audit *a)
{
	uint32_t slots = slots_to_compare(t, a), end;

	if (a->next < t->n_buckets) {
		end = up_to(a->next, FLOW_AUDIT_BUCKETS, t->n_buckets);
		while (a->next < end)
			count_bucket(a, &t->bucket[a->next++]);
		return 1;
	}
	if (a->next_slot < slots) {
		end = up_to(a->next_slot, FLOW_AUDIT_SLOTS, slots);
		while (a->next_slot < end)
			compare_slot(t, a, a->next_slot++);
		return 1;
	}
	t->audit = NULL;
	return 0;
}
