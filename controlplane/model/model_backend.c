/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "model.h"

uint32_t model_backend_wanted_weight(const struct model_backend *b)
{
	return b->override.weight >= 0 ? (uint32_t)b->override.weight : b->conf_weight;
}

enum weir_backend_state model_backend_state(const struct model_backend *b)
{
	if (b->override.admin == MODEL_ADMIN_MAINT)
		return WEIR_BACKEND_DOWN;
	if (b->health.verdict == MODEL_DOWN && !b->pool->panic)
		return WEIR_BACKEND_DOWN;
	if (b->override.admin == MODEL_ADMIN_DRAIN || model_backend_wanted_weight(b) == 0)
		return WEIR_BACKEND_DRAIN;
	return WEIR_BACKEND_UP;
}

uint32_t model_backend_weight(const struct model_backend *b)
{
	return model_backend_state(b) == WEIR_BACKEND_UP ? model_backend_wanted_weight(b) : 0;
}

/* When everything fails at once the checks are likelier broken than all machines together: then
 * traffic goes where it would go without checks. The operator's maint and drain stay in force.
 */
void model_pool_update_panic(struct model_pool *p)
{
	uint32_t could = 0, down = 0;

	for (uint32_t i = 0; i < p->n_backends; i++) {
		const struct model_backend *b = p->backends[i];

		if (b->override.admin != MODEL_ADMIN_UP || model_backend_wanted_weight(b) == 0)
			continue;
		could++;
		down += b->health.verdict == MODEL_DOWN;
	}
	p->panic = could > 0 && down == could;
}

const struct conf_check *model_pool_check(
	const struct model *m, const struct model_pool *p, uint16_t *port)
{
	for (uint32_t i = 0; i < m->n_services; i++) {
		const struct model_service *s = m->services[i];

		if (s->pool != p || s->conf->check.type == CONF_CHECK_NONE)
			continue;
		if (port)
			*port = s->conf->check.port ? s->conf->check.port : s->conf->port;
		return &s->conf->check;
	}
	return NULL;
}

static void count_result(struct model_health *h, const char *error)
{
	int ok = !error;

	h->streak = h->last_ok != ok ? 0 : h->streak;
	h->streak += h->streak < UINT16_MAX;
	h->last_ok = ok;
	h->checks++;
	h->failures += !ok;
	snprintf(h->last_error, sizeof(h->last_error), "%s", error ? error : "");
}

/* UNKNOWN carries traffic, so it has to be left by as many results as UP or DOWN: one lost probe
 * after a fresh start takes nobody out.
 */
int model_health_result(struct model_backend *b, const struct conf_check *check, const char *error)
{
	struct model_health *h = &b->health;
	enum model_verdict want = error ? MODEL_DOWN : MODEL_UP;

	count_result(h, error);
	if (h->verdict == want || h->streak < (error ? check->fall : check->rise))
		return 0;
	h->verdict = want;
	h->since = time(NULL);
	model_pool_update_panic(b->pool);
	return 1;
}
