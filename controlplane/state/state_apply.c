/* SPDX-License-Identifier: BSD-3-Clause */
/* From checked JSON into a model that was just made from the configuration. Names that the
 * configuration no longer has are dropped; their slots keep their incarnations.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "state_priv.h"

static json_int_t number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void apply_counters(struct model_counters *c, const json_t *o)
{
	c->packets = (uint64_t)number(o, "packets");
	c->bytes = (uint64_t)number(o, "bytes");
	c->new_flows = (uint64_t)number(o, "new_flows");
}

static void apply_override(struct model_override *to, const json_t *o)
{
	to->admin = state_word(state_admin_words, text(o, "admin"));
	to->weight = number(o, "weight");
	to->uid = (uint32_t)number(o, "uid");
	to->since = (time_t)number(o, "since");
	snprintf(to->reason, sizeof(to->reason), "%s", text(o, "reason"));
}

static void apply_health(struct model_health *h, const json_t *o)
{
	h->verdict = state_word(state_verdict_words, text(o, "verdict"));
	h->streak = (uint16_t)number(o, "streak");
	h->last_ok = (int)number(o, "last_ok");
	snprintf(h->last_error, sizeof(h->last_error), "%s", text(o, "last_error"));
	h->since = (time_t)number(o, "since");
	h->checks = (uint64_t)number(o, "checks");
	h->failures = (uint64_t)number(o, "failures");
}

static void apply_backend(struct model *m, struct model_backend *b, const json_t *o)
{
	struct weir_addr addr;

	b->slot = (uint32_t)number(o, "slot");
	b->incarnation = (uint16_t)number(o, "incarnation");
	m->by_slot[b->slot] = b;
	apply_override(&b->override, json_object_get(o, "override"));
	apply_counters(&b->base, json_object_get(o, "base"));
	addr_parse(text(o, "address"), &addr);
	if (!weir_addr_eq(&addr, &b->addr)) { /* edited while we were away: another machine */
		b->incarnation = model_next_incarnation(b->incarnation);
		m->incarnation[b->slot] = b->incarnation;
	} else if (model_pool_check(m, b->pool, NULL)) {
		apply_health(&b->health, json_object_get(o, "health"));
	}
}

static int apply_rows(struct model_pool *p, const json_t *o)
{
	const char *packed = text(o, "rows");

	p->version = (uint64_t)number(o, "version");
	if (number(o, "n_rows") != p->n_rows)
		return 0;
	p->rows_checksum = strtoull(text(o, "rows_checksum"), NULL, 16);
	if (!*packed)
		return 0; /* they follow from the members */
	p->rows = calloc(p->n_rows, sizeof(*p->rows));
	for (uint32_t i = 0; p->rows && i < p->n_rows; i++)
		p->rows[i] = state_unpack(packed, sizeof(*p->rows), i);
	return p->rows ? 0 : -ENOMEM;
}

static int apply_pool(struct model *m, struct model_pool *p, const json_t *o)
{
	const json_t *backends = json_object_get(o, "backends");

	p->id = (uint32_t)number(o, "id");
	for (uint32_t i = 0; i < p->n_backends; i++) {
		const json_t *b = json_object_get(backends, p->backends[i]->name);

		if (b)
			apply_backend(m, p->backends[i], b);
	}
	return apply_rows(p, o);
}

/* As if no name had ever had a slot or an id: model_new() gave them in order. */
static void forget_places(struct model *m, const char *incarnations)
{
	int64_t n = state_packed(incarnations, 2);

	memset(m->by_slot, 0, sizeof(m->by_slot));
	for (uint32_t i = 0; i < WEIR_MAX_BACKENDS; i++)
		m->incarnation[i] = i < n ? (uint16_t)state_unpack(incarnations, 2, i) : 0;
	for (uint32_t i = 0; i < m->n_pools; i++)
		for (uint32_t j = 0; j < m->pools[i]->n_backends; j++)
			m->pools[i]->backends[j]->slot = WEIR_SLOT_NONE;
	for (uint32_t i = 0; i < m->n_services; i++)
		m->services[i]->slot = WEIR_MAX_SERVICES;
}

static int apply_pools(struct model *m, const json_t *pools)
{
	int rc = 0;

	for (uint32_t i = 0; i < m->n_pools; i++) {
		const json_t *o = json_object_get(pools, m->pools[i]->name);

		if (!o)
			m->pools[i]->id = m->next_pool_id++;
		else if (rc == 0)
			rc = apply_pool(m, m->pools[i], o);
	}
	model_give_slots(m);
	for (uint32_t i = 0; i < m->n_pools; i++)
		model_pool_update_panic(m->pools[i]);
	return rc;
}

static void apply_services(struct model *m, const json_t *services)
{
	for (uint32_t i = 0; i < m->n_services; i++) {
		const json_t *o = json_object_get(services, m->services[i]->name);

		if (!o)
			continue;
		m->services[i]->slot = (uint32_t)number(o, "slot");
		apply_counters(&m->services[i]->base, json_object_get(o, "base"));
	}
	model_give_service_slots(m);
}

int state_apply(const json_t *state, struct model *m, struct stats *s)
{
	m->generation = (uint64_t)number(state, "generation");
	m->table_checksum = strtoull(text(state, "table_checksum"), NULL, 16);
	m->next_pool_id = (uint32_t)number(state, "next_pool_id");
	forget_places(m, text(state, "incarnations"));
	apply_services(m, json_object_get(state, "services"));
	stats_restore(s, json_object_get(state, "stats"));
	return apply_pools(m, json_object_get(state, "pools"));
}
