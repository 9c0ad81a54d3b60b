// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>

#include "health_private.h"

struct wanted {
	struct wire_spec spec;
	uint32_t id;
};

/* Any total order will do: the fields are compared as bytes. */
static int by_spec(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct wire_spec));
}

static int by_spec_and_id(const void *va, const void *vb)
{
	const struct wanted *a = va, *b = vb;
	int c = by_spec(&a->spec, &b->spec);

	return c ? c : a->id < b->id ? -1 : a->id > b->id;
}

static int wanted_get(const struct health_target *t, struct wanted *out)
{
	const struct conf_check *c = &t->check;

	*out = (struct wanted){.id = t->id};
	out->spec.addr = t->addr;
	out->spec.port = c->port ? c->port : t->port;
	out->spec.type = (uint16_t)c->type;
	out->spec.interval_ms = c->interval_ms;
	out->spec.timeout_ms = c->timeout_ms;
	return out->spec.port && c->interval_ms && c->timeout_ms ? 0 : -EINVAL;
}

/* The targets sorted by spec. *@n: how many have checks at all. */
static struct wanted *wanted_list(const struct health_target *t, uint32_t *n)
{
	struct wanted *list = calloc(*n ? *n : 1, sizeof(*list));
	uint32_t kept = 0;

	for (uint32_t i = 0; list && i < *n; i++) {
		if (t[i].check.type == CONF_CHECK_NONE)
			continue;
		if (wanted_get(&t[i], &list[kept++])) {
			free(list);
			errno = EINVAL;
			return NULL;
		}
	}
	if (!list)
		return NULL;
	qsort(list, kept, sizeof(*list), by_spec_and_id);
	*n = kept;
	return list;
}

static const struct probe *probe_find(const struct health *h, const struct wire_spec *spec)
{
	/* The spec is the first member of a probe. */
	return h->n_probes ? bsearch(spec, h->probes, h->n_probes, sizeof(*h->probes), by_spec)
			   : NULL;
}

/* Group equal specs; what was probed before keeps its slot and serial, the rest has serial 0. */
static uint32_t group(const struct health *h, const struct wanted *list, uint32_t n,
	struct probe *probes, uint32_t *ids)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct probe *old;

		ids[i] = list[i].id;
		if (kept && by_spec(&probes[kept - 1].spec, &list[i].spec) == 0) {
			probes[kept - 1].count++;
			continue;
		}
		old = probe_find(h, &list[i].spec);
		probes[kept] = old ? *old : (struct probe){.spec = list[i].spec};
		probes[kept].first = i;
		probes[kept++].count = 1;
	}
	return kept;
}

static void drop_old(struct health *h, const struct probe *next, uint32_t n)
{
	for (uint32_t i = 0; i < h->n_probes; i++) {
		const struct probe *p = &h->probes[i];

		h->slots[p->slot] = -1;
		if (!bsearch(p, next, n, sizeof(*next), by_spec))
			health_process_send(h, p, WIRE_DELETE);
	}
}

/* Slots of the probes that stay first: only then is it known which are free for the new ones. */
static void take_new(struct health *h)
{
	uint32_t slot = 0;

	for (uint32_t i = 0; i < h->n_probes; i++) {
		if (h->probes[i].serial)
			h->slots[h->probes[i].slot] = (int32_t)i;
	}
	for (uint32_t i = 0; i < h->n_probes; i++) {
		struct probe *p = &h->probes[i];

		if (p->serial)
			continue;
		while (h->slots[slot] >= 0)
			slot++;
		p->slot = slot;
		p->serial = h->next_serial++;
		h->slots[slot] = (int32_t)i;
		health_process_send(h, p, WIRE_ADD);
	}
}

int health_set_replace(struct health *h, const struct health_target *t, uint32_t n)
{
	struct probe *probes;
	struct wanted *list;
	uint32_t *ids, n_probes;

	if (n > HEALTH_MAX_TARGETS)
		return -E2BIG;
	errno = ENOMEM;
	list = wanted_list(t, &n);
	if (!list)
		return -errno;
	probes = calloc(n ? n : 1, sizeof(*probes));
	ids = calloc(n ? n : 1, sizeof(*ids));
	if (!probes || !ids)
		goto err_free;
	n_probes = group(h, list, n, probes, ids);
	drop_old(h, probes, n_probes);
	free(h->probes);
	free(h->ids);
	free(list);
	h->probes = probes;
	h->n_probes = n_probes;
	h->ids = ids;
	h->version++;
	take_new(h);
	return 0;

err_free:
	free(probes);
	free(ids);
	free(list);
	return -ENOMEM;
}

void health_set_send_all(struct health *h)
{
	for (uint32_t i = 0; i < h->n_probes; i++)
		health_process_send(h, &h->probes[i], WIRE_ADD);
}
