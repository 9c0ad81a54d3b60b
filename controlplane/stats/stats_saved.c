/* SPDX-License-Identifier: BSD-3-Clause */
/* The statistics' part of the state file. The file's checksum has been verified when it comes back
 * here; a value that still makes no sense counts as absent.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "stats_slots.h"

/* JSON integers are signed. No counter gets there in practice: 2^63 bytes are years at 100 Gbit/s. */
static json_t *number(uint64_t v)
{
	return json_integer((json_int_t)(v & INT64_MAX));
}

static json_t *hex(uint64_t v)
{
	return json_sprintf("%016" PRIx64, v);
}

static uint64_t number_of(const json_t *v)
{
	json_int_t n = json_integer_value(v);

	return n > 0 ? (uint64_t)n : 0;
}

static uint64_t hex_of(const json_t *v)
{
	const char *text = json_string_value(v);

	return text ? strtoull(text, NULL, 16) : 0;
}

/* One text for each slot: thousands of them are written every few seconds. */
static json_t *save_slot(const struct stats_slot *slot)
{
	const struct stats_count *z = &slot->zero, *n = &slot->seen;

	return json_sprintf("%016" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
			    " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
		slot->owner, z->packets, z->bytes, z->new_flows, z->drops, n->packets, n->bytes,
		n->new_flows, n->drops, slot->drops_base);
}

static json_t *save_slots(const struct stats_slot *slots, uint32_t n)
{
	json_t *all = json_object();
	char key[16];

	for (uint32_t i = 0; i < n; i++) {
		if (!slots[i].owner)
			continue;
		snprintf(key, sizeof(key), "%05" PRIu32, i);
		json_object_set_new(all, key, save_slot(&slots[i]));
	}
	return all;
}

static json_t *save_drops(const uint64_t drops[WEIR_DROP__COUNT])
{
	json_t *o = json_object();

	for (int d = 1; d < WEIR_DROP__COUNT; d++)
		if (drops[d])
			json_object_set_new(o, weir_drop_name(d), number(drops[d]));
	return o;
}

struct json_t *stats_save(const struct stats *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "instance", hex(s->instance));
	json_object_set_new(o, "drops_base", save_drops(s->drops_base));
	json_object_set_new(o, "drops_seen", save_drops(s->drops_seen));
	json_object_set_new(o, "backends", save_slots(s->backend, WEIR_MAX_BACKENDS));
	json_object_set_new(o, "services", save_slots(s->service, WEIR_MAX_SERVICES));
	return o;
}

static void restore_slot(struct stats_slot *slot, const json_t *text)
{
	struct stats_count z, n;
	uint64_t owner, drops;

	if (!json_is_string(text) ||
		sscanf(json_string_value(text),
			"%16" SCNx64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
			" %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
			&owner, &z.packets, &z.bytes, &z.new_flows, &z.drops, &n.packets, &n.bytes,
			&n.new_flows, &n.drops, &drops) != 10)
		return;
	if (n.packets >= z.packets && n.bytes >= z.bytes && n.new_flows >= z.new_flows &&
		n.drops >= z.drops)
		*slot = (struct stats_slot){owner, z, n, drops};
}

static void restore_slots(struct stats_slot *slots, uint32_t n, const json_t *all)
{
	const char *key;
	json_t *o;

	json_object_foreach ((json_t *)all, key, o) {
		unsigned long slot = strtoul(key, NULL, 10);

		if (slot < n)
			restore_slot(&slots[slot], o);
	}
}

static void restore_drops(uint64_t drops[WEIR_DROP__COUNT], const json_t *o)
{
	for (int d = 1; d < WEIR_DROP__COUNT; d++)
		drops[d] = number_of(json_object_get(o, weir_drop_name(d)));
}

void stats_restore(struct stats *s, const struct json_t *saved)
{
	s->instance = hex_of(json_object_get(saved, "instance"));
	restore_drops(s->drops_base, json_object_get(saved, "drops_base"));
	restore_drops(s->drops_seen, json_object_get(saved, "drops_seen"));
	restore_slots(s->backend, WEIR_MAX_BACKENDS, json_object_get(saved, "backends"));
	restore_slots(s->service, WEIR_MAX_SERVICES, json_object_get(saved, "services"));
}
