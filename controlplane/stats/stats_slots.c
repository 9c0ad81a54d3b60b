/* SPDX-License-Identifier: BSD-3-Clause */
#include "stats_slots.h"
#include "table_check.h"

static uint64_t name_hash(const char *outer, const char *inner)
{
	char text[2 * WEIR_NAME_MAX] = {0};

	memccpy(text, outer, 0, WEIR_NAME_MAX);
	memccpy(text + WEIR_NAME_MAX, inner, 0, WEIR_NAME_MAX);
	return table_checksum(text, sizeof(text)) | 1; /* never 0: nobody */
}

uint64_t stats_backend_owner(const struct model_backend *b)
{
	return name_hash(b->pool->name, b->name);
}

uint64_t stats_service_owner(const struct model_service *svc)
{
	return name_hash(svc->name, "");
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The data plane's word, unless it falls behind what it said before. */
static struct stats_count count_max(const struct stats_count *a, const struct stats_count *b)
{
	return (struct stats_count){
		.packets = larger(a->packets, b->packets),
		.bytes = larger(a->bytes, b->bytes),
		.new_flows = larger(a->new_flows, b->new_flows),
		.drops = larger(a->drops, b->drops),
	};
}

/* @a is nowhere below @b. */
struct stats_count stats_count_sub(const struct stats_count *a, const struct stats_count *b)
{
	return (struct stats_count){
		.packets = a->packets - b->packets,
		.bytes = a->bytes - b->bytes,
		.new_flows = a->new_flows - b->new_flows,
		.drops = a->drops - b->drops,
	};
}

struct stats_count stats_backend_live(const struct stats *s, uint32_t slot)
{
	struct weir_backend_counters c;
	struct stats_count live;

	stats_region_backend(&s->region, slot, &c);
	live = (struct stats_count){c.packets, c.bytes, c.new_flows, 0};
	return count_max(&live, &s->backend[slot].seen);
}

struct stats_count stats_service_live(const struct stats *s, uint32_t slot)
{
	struct weir_service_counters c;
	struct stats_count live;

	stats_region_service(&s->region, slot, &c);
	live = (struct stats_count){c.packets, c.bytes, c.new_flows, c.drops};
	return count_max(&live, &s->service[slot].seen);
}

/* One look at a slot that belongs to @owner now. */
static void look(struct stats_slot *slot, uint64_t owner, struct stats_count live)
{
	slot->seen = live;
	if (slot->owner == owner)
		return;
	slot->owner = owner;
	slot->zero = live;
	slot->drops_base = 0;
}

void stats_sample(struct stats *s, const struct model *m)
{
	uint64_t owner[WEIR_MAX_SERVICES] = {0};

	for (uint32_t i = 0; i < WEIR_MAX_BACKENDS; i++)
		if (m->by_slot[i] || s->backend[i].owner)
			look(&s->backend[i], m->by_slot[i] ? stats_backend_owner(m->by_slot[i]) : 0,
				stats_backend_live(s, i));
	for (uint32_t i = 0; i < m->n_services; i++)
		owner[m->services[i]->slot] = stats_service_owner(m->services[i]);
	for (uint32_t i = 0; i < WEIR_MAX_SERVICES; i++)
		if (owner[i] || s->service[i].owner)
			look(&s->service[i], owner[i], stats_service_live(s, i));
	stats_drops(s, s->drops_seen);
	for (int d = 0; d < WEIR_DROP__COUNT; d++)
		s->drops_seen[d] -= s->drops_base[d];
}

static void add(struct model_counters *base, const struct stats_count *c)
{
	base->packets += c->packets;
	base->bytes += c->bytes;
	base->new_flows += c->new_flows;
}

static void fold_backend(struct stats_slot *slot, struct model_backend *b)
{
	struct stats_count own = stats_count_sub(&slot->seen, &slot->zero);

	if (b && slot->owner == stats_backend_owner(b))
		add(&b->base, &own);
	*slot = (struct stats_slot){0};
}

static void fold_service(struct stats_slot *slot, struct model_service *svc)
{
	struct stats_count own = stats_count_sub(&slot->seen, &slot->zero);
	uint64_t drops = slot->drops_base + own.drops;

	if (slot->owner != stats_service_owner(svc))
		return;
	add(&svc->base, &own);
	*slot = (struct stats_slot){.drops_base = drops};
}

void stats_fold(struct stats *s, struct model *m)
{
	if (s->region.mem)
		stats_sample(s, m);
	for (uint32_t i = 0; i < WEIR_MAX_BACKENDS; i++)
		fold_backend(&s->backend[i], m->by_slot[i]);
	for (uint32_t i = 0; i < m->n_services; i++)
		fold_service(&s->service[m->services[i]->slot], m->services[i]);
	for (int d = 0; d < WEIR_DROP__COUNT; d++) {
		s->drops_base[d] += s->drops_seen[d];
		s->drops_seen[d] = 0;
	}
}

void stats_own_all(struct stats *s, const struct model *m)
{
	for (uint32_t i = 0; i < WEIR_MAX_BACKENDS; i++)
		s->backend[i] = (struct stats_slot){
			.owner = m->by_slot[i] ? stats_backend_owner(m->by_slot[i]) : 0,
		};
	for (uint32_t i = 0; i < WEIR_MAX_SERVICES; i++) {
		s->service[i].owner = 0;
		s->service[i].zero = s->service[i].seen = (struct stats_count){0};
	}
	for (uint32_t i = 0; i < m->n_services; i++)
		s->service[m->services[i]->slot].owner = stats_service_owner(m->services[i]);
}

void stats_slot_reset(struct stats *s, uint32_t slot)
{
	if (slot < WEIR_MAX_BACKENDS)
		s->backend[slot].zero = s->backend[slot].seen = stats_backend_live(s, slot);
}
