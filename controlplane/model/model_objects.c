/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "maglev.h"
#include "model_objects.h"

/* Every object begins with its name, so one comparison sorts and finds them all. */
_Static_assert(offsetof(struct model_pool, name) == 0, "the name comes first");
_Static_assert(offsetof(struct model_service, name) == 0, "the name comes first");
_Static_assert(offsetof(struct model_backend, name) == 0, "the name comes first");

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void *find(const void *array, uint32_t n, const char *name)
{
	void *const *hit = n ? bsearch(&name, array, n, sizeof(void *), by_name) : NULL;

	return hit ? *hit : NULL;
}

struct model_pool *model_objects_pool(const struct model_objects *o, const char *name)
{
	return find(o->pools, o->n_pools, name);
}

struct model_service *model_objects_service(const struct model_objects *o, const char *name)
{
	return find(o->services, o->n_services, name);
}

struct model_backend *model_objects_backend(const struct model_pool *p, const char *name)
{
	return find(p->backends, p->n_backends, name);
}

static void pool_free(struct model_pool *p)
{
	if (!p)
		return;
	for (uint32_t i = 0; i < p->n_backends; i++)
		free(p->backends[i]);
	free(p->backends);
	free(p->rows);
	free(p);
}

void model_objects_free(struct model_objects *o)
{
	for (uint32_t i = 0; o->pools && i < o->n_pools; i++)
		pool_free(o->pools[i]);
	for (uint32_t i = 0; o->services && i < o->n_services; i++)
		free(o->services[i]);
	free(o->pools);
	free(o->services);
	memset(o, 0, sizeof(*o));
}

static struct model_backend *backend_make(struct model_pool *p, const struct conf_backend *c)
{
	struct model_backend *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	memcpy(b->name, c->name, sizeof(b->name));
	b->pool = p;
	b->addr = c->addr;
	b->conf_weight = c->weight;
	b->slot = WEIR_SLOT_NONE;
	b->override.weight = -1;
	return b;
}

static struct model_pool *pool_make(const struct conf_pool *c)
{
	struct model_pool *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	memcpy(p->name, c->name, sizeof(p->name));
	p->n_rows = c->rows ? c->rows : maglev_rows(c->n_backends);
	p->backends = calloc(c->n_backends + 1, sizeof(struct model_backend *));
	if (!p->backends)
		goto err_free_pool;
	for (; p->n_backends < c->n_backends; p->n_backends++) {
		p->backends[p->n_backends] = backend_make(p, &c->backends[p->n_backends]);
		if (!p->backends[p->n_backends])
			goto err_free_pool;
	}
	if (p->n_backends > 0)
		qsort(p->backends, p->n_backends, sizeof(void *), by_name);
	return p;

err_free_pool:
	pool_free(p);
	return NULL;
}

static struct model_service *service_make(struct model_pool *pool, const struct conf_service *c)
{
	struct model_service *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	memcpy(s->name, c->name, sizeof(s->name));
	s->conf = c;
	s->pool = pool;
	s->slot = WEIR_MAX_SERVICES;
	return s;
}

static int fits(const struct conf *conf)
{
	uint64_t backends = 0;

	for (uint32_t i = 0; i < conf->n_pools; i++)
		backends += conf->pools[i].n_backends;
	return backends <= WEIR_MAX_BACKENDS && conf->n_pools <= WEIR_MAX_POOLS &&
	       conf->n_services <= WEIR_MAX_SERVICES;
}

static int fill(struct model_objects *o, const struct conf *conf)
{
	for (; o->n_pools < conf->n_pools; o->n_pools++) {
		o->pools[o->n_pools] = pool_make(&conf->pools[o->n_pools]);
		if (!o->pools[o->n_pools])
			return -ENOMEM;
	}
	for (; o->n_services < conf->n_services; o->n_services++) {
		const struct conf_service *c = &conf->services[o->n_services];

		if (c->pool >= conf->n_pools)
			return -EINVAL;
		o->services[o->n_services] = service_make(o->pools[c->pool], c);
		if (!o->services[o->n_services])
			return -ENOMEM;
	}
	return 0;
}

int model_objects_make(struct model_objects *o, const struct conf *conf)
{
	int rc = -ENOMEM;

	memset(o, 0, sizeof(*o));
	if (!fits(conf))
		return -ENOSPC;
	o->pools = calloc(conf->n_pools + 1, sizeof(struct model_pool *));
	o->services = calloc(conf->n_services + 1, sizeof(struct model_service *));
	if (!o->pools || !o->services)
		goto err_free_objects;
	rc = fill(o, conf);
	if (rc < 0)
		goto err_free_objects;
	/* Services point at pools, so the pools' array may be sorted only now. */
	if (o->n_pools > 0)
		qsort(o->pools, o->n_pools, sizeof(void *), by_name);
	if (o->n_services > 0)
		qsort(o->services, o->n_services, sizeof(void *), by_name);
	return 0;

err_free_objects:
	model_objects_free(o);
	return rc;
}
