/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_read.h"
#include "suggest.h"

/* Among the pools of the group `pools`, which come first. */
static uint32_t conf_find_pool(const struct conf_read *r, const char *name)
{
	for (uint32_t i = 0; i < r->n_named; i++)
		if (!strcmp(r->conf->pools[i].name, name))
			return i;
	return CONF_NO_POOL;
}

static const char *conf_nearest_pool(const struct conf_read *r, const char *name)
{
	const char *near = NULL;
	unsigned int best = 0, found;

	for (uint32_t i = 0; i < r->n_named; i++) {
		found = suggest_near(name, r->conf->pools[i].name, best);
		if (found) {
			best = found;
			near = r->conf->pools[i].name;
		}
	}
	return near;
}

/* "did you mean 'gateways'?" or "have: gateways, others", as many as there is room for. */
static void conf_pools_hint(const struct conf_read *r, const char *name, char *out, size_t size)
{
	const char *near = conf_nearest_pool(r, name);
	size_t used = 0;

	if (near)
		snprintf(out, size, "did you mean '%s'?", near);
	else
		snprintf(out, size, "there are no pools");
	for (uint32_t i = 0; !near && i < r->n_named && used + WEIR_NAME_MAX + 8 < size; i++)
		used += snprintf(out + used, size - used, "%s%s",
			i ? ", " : "have: ", r->conf->pools[i].name);
}

static void conf_service_named_pool(
	struct conf_read *r, const struct schema_group *g, struct conf_service *out)
{
	const char *name = schema_in_string(g, "pool");
	char hint[300];

	out->pool = conf_find_pool(r, name);
	if (out->pool != CONF_NO_POOL)
		return;
	conf_pools_hint(r, name, hint, sizeof(hint));
	conf_error(r, schema_in(g, "pool"), "services.%s.pool: no pool '%s' (%s)", out->name, name,
		hint);
}

static int conf_service_pool(
	struct conf_read *r, const struct schema_group *g, struct conf_service *out)
{
	const config_setting_t *backends = schema_in(g, "backends"), *pool = schema_in(g, "pool");
	uint32_t same = backends ? conf_find_pool(r, out->name) : CONF_NO_POOL;

	out->pool = CONF_NO_POOL;
	if (!backends == !pool)
		conf_error(r, pool ? pool : g->at,
			"services.%s: has %s 'backends' %s 'pool', "
			"exactly one of them is needed",
			out->name, pool ? "both" : "neither", pool ? "and" : "nor");
	else if (pool)
		conf_service_named_pool(r, g, out);
	else if (same != CONF_NO_POOL)
		conf_error(r, backends,
			"services.%s.backends: they make a pool named '%s', but that pool "
			"stands in %s:%u: rename one, or write pool = \"%s\"",
			out->name, out->name, schema_file(r->pool_at[same]),
			schema_line(r->pool_at[same]), out->name);
	else {
		out->pool = r->conf->n_pools;
		return conf_read_pool(r, g->at, "services.*");
	}
	return 0;
}

static int conf_read_service(
	struct conf_read *r, const config_setting_t *s, struct conf_service *out)
{
	struct schema_group g = {&r->view, s, "services.*"};

	snprintf(out->name, sizeof(out->name), "%s", config_setting_name(s));
	out->line = schema_line(s);
	addr_parse(schema_in_string(&g, "vip"), &out->vip);
	out->proto = strcmp(schema_in_string(&g, "protocol"), "udp") ? IPPROTO_TCP : IPPROTO_UDP;
	out->tracking = WEIR_TRACK_FULL; // the only word that the schema lets through
	conf_read_options(r, &g, out);
	conf_read_check(r, &g, out);
	return conf_service_pool(r, &g, out);
}

int conf_read_services(struct conf_read *r)
{
	const config_setting_t *root = config_root_setting(r->view.cfg);
	uint32_t n;

	r->services = config_setting_get_member(root, "services");
	n = config_setting_length(r->services);
	r->conf->services = calloc(n + 1, sizeof(*r->conf->services));
	if (!r->conf->services)
		return -ENOMEM;
	for (; r->conf->n_services < n; r->conf->n_services++)
		if (conf_read_service(r, config_setting_get_elem(r->services, r->conf->n_services),
			    &r->conf->services[r->conf->n_services]))
			return -ENOMEM;
	if (n == 0)
		conf_error(r, r->services, "services: there is none, at least one is needed");
	return 0;
}
