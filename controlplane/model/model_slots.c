/* SPDX-License-Identifier: BSD-3-Clause */
/* Who gets which slot. A slot outlives its backend in three places: flow entries, counters, and rows
 * of a table that is still in use. So a freed one is given again as late as possible, and only
 * under another incarnation.
 */
#include <stdlib.h>

#include "model.h"

struct free_slot {
	uint32_t slot;
	uint16_t incarnation;
};

static int least_used_first(const void *a, const void *b)
{
	const struct free_slot *x = a, *y = b;

	if (x->incarnation != y->incarnation)
		return x->incarnation < y->incarnation ? -1 : 1;
	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

uint16_t model_next_incarnation(uint16_t incarnation)
{
	return incarnation == UINT16_MAX ? 1 : (uint16_t)(incarnation + 1);
}

static void slot_take(struct model *m, struct model_backend *b, uint32_t slot)
{
	b->slot = slot;
	b->incarnation = model_next_incarnation(m->incarnation[slot]);
	m->incarnation[slot] = b->incarnation;
	m->by_slot[slot] = b;
}

void model_give_slots(struct model *m)
{
	static struct free_slot spare[WEIR_MAX_BACKENDS]; /* one thread: see model.h */
	uint32_t n = 0, next = 0;

	for (uint32_t i = 0; i < WEIR_MAX_BACKENDS; i++)
		if (!m->by_slot[i])
			spare[n++] = (struct free_slot){i, m->incarnation[i]};
	qsort(spare, n, sizeof(spare[0]), least_used_first);
	for (uint32_t i = 0; i < m->n_pools; i++)
		for (uint32_t j = 0; j < m->pools[i]->n_backends; j++) {
			struct model_backend *b = m->pools[i]->backends[j];

			if (b->slot == WEIR_SLOT_NONE && next < n)
				slot_take(m, b, spare[next++].slot);
		}
}

void model_give_service_slots(struct model *m)
{
	uint8_t used[WEIR_MAX_SERVICES] = {0};
	uint32_t next = 0;

	for (uint32_t i = 0; i < m->n_services; i++)
		if (m->services[i]->slot < WEIR_MAX_SERVICES)
			used[m->services[i]->slot] = 1;
	for (uint32_t i = 0; i < m->n_services; i++) {
		if (m->services[i]->slot < WEIR_MAX_SERVICES)
			continue;
		while (used[next])
			next++;
		m->services[i]->slot = next++;
	}
}
