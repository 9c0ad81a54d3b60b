/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "model_objects.h"

static struct model_objects objects_of(const struct model *m)
{
	return (struct model_objects){m->pools, m->n_pools, m->services, m->n_services};
}

struct model_service *model_service(const struct model *m, const char *name)
{
	struct model_objects o = objects_of(m);

	return model_objects_service(&o, name);
}

struct model_pool *model_pool(const struct model *m, const char *name)
{
	struct model_objects o = objects_of(m);

	return model_objects_pool(&o, name);
}

struct model_backend *model_backend(const struct model *m, const char *service, const char *name)
{
	struct model_service *s = model_service(m, service);

	return s ? model_objects_backend(s->pool, name) : NULL;
}

/* A new address is another machine: what was known of the old one's health says nothing about it.
 * The operator's word and the counters belong to the name and stay.
 */
static void backend_carry(struct model *m, struct model_backend *b, const struct model_backend *old)
{
	b->slot = old->slot;
	b->incarnation = old->incarnation;
	b->override = old->override;
	b->base = old->base;
	if (weir_addr_eq(&b->addr, &old->addr)) {
		b->health = old->health;
		b->hop = old->hop;
	} else {
		b->incarnation = model_next_incarnation(old->incarnation);
		m->incarnation[b->slot] = b->incarnation;
	}
	m->by_slot[b->slot] = b;
}

static void pool_carry(struct model *m, struct model_pool *p, struct model_pool *old)
{
	p->id = old->id;
	p->version = old->version;
	if (p->n_rows == old->n_rows) {
		p->rows = old->rows;
		p->rows_checksum = old->rows_checksum;
		p->members_checksum = old->members_checksum;
		old->rows = NULL;
	}
	for (uint32_t i = 0; i < p->n_backends; i++) {
		struct model_backend *b = p->backends[i];
		const struct model_backend *was = model_objects_backend(old, b->name);

		if (was)
			backend_carry(m, b, was);
	}
}

static void carry(struct model *m, struct model_objects *o, const struct model_objects *old)
{
	memset(m->by_slot, 0, sizeof(m->by_slot));
	for (uint32_t i = 0; i < o->n_pools; i++) {
		struct model_pool *was = model_objects_pool(old, o->pools[i]->name);

		if (was)
			pool_carry(m, o->pools[i], was);
		else
			o->pools[i]->id = m->next_pool_id++;
	}
	for (uint32_t i = 0; i < o->n_services; i++) {
		struct model_service *s = o->services[i];
		const struct model_service *was = model_objects_service(old, s->name);

		if (was) {
			s->slot = was->slot;
			s->base = was->base;
		}
	}
}

/* A verdict needs a check that could revise it. */
static void drop_unchecked_verdicts(struct model *m)
{
	for (uint32_t i = 0; i < m->n_pools; i++) {
		struct model_pool *p = m->pools[i];

		if (!model_pool_check(m, p, NULL))
			for (uint32_t j = 0; j < p->n_backends; j++)
				p->backends[j]->health.verdict = MODEL_UNKNOWN;
		model_pool_update_panic(p);
	}
}

int model_reload(struct model *m, const struct conf *conf)
{
	struct model_objects old = objects_of(m), o;
	int rc = model_objects_make(&o, conf);

	if (rc < 0)
		return rc;
	carry(m, &o, &old);
	m->pools = o.pools;
	m->n_pools = o.n_pools;
	m->services = o.services;
	m->n_services = o.n_services;
	model_give_slots(m);
	model_give_service_slots(m);
	drop_unchecked_verdicts(m);
	model_objects_free(&old);
	conf_free((struct conf *)m->conf);
	m->conf = conf;
	return 0;
}

struct model *model_new(const struct conf *conf)
{
	struct model *m = calloc(1, sizeof(*m));
	int rc;

	if (!m)
		return NULL;
	m->next_pool_id = 1;
	rc = model_reload(m, conf);
	if (rc < 0) {
		free(m);
		errno = -rc;
		return NULL;
	}
	return m;
}

void model_free(struct model *m)
{
	struct model_objects o;

	if (!m)
		return;
	o = objects_of(m);
	model_objects_free(&o);
	conf_free((struct conf *)m->conf);
	free(m);
}
