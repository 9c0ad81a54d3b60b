/* SPDX-License-Identifier: BSD-3-Clause */
/* Pools: those of the group `pools`, and those that inline backends make. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_read.h"

#define US_PER_S 1000000

static void conf_read_backend(const struct conf_read *r, const config_setting_t *s,
	const char *pattern, struct conf_backend *out)
{
	struct schema_group g = {&r->view, s, pattern};

	snprintf(out->name, sizeof(out->name), "%s", config_setting_name(s));
	addr_parse(schema_in_string(&g, "address"), &out->addr);
	out->weight = schema_in_number(&g, "weight");
	out->line = schema_line(s);
}

int conf_read_pool(struct conf_read *r, const config_setting_t *s, const char *pattern)
{
	struct schema_group g = {&r->view, s, pattern};
	const config_setting_t *backends = schema_in(&g, "backends");
	struct conf_pool *out = &r->conf->pools[r->conf->n_pools];
	uint32_t n = backends ? config_setting_length(backends) : 0;
	char below[64];

	out->backends = calloc(n ? n : 1, sizeof(*out->backends));
	if (!out->backends)
		return -ENOMEM;
	snprintf(below, sizeof(below), "%s.backends.*", pattern);
	snprintf(out->name, sizeof(out->name), "%s", config_setting_name(s));
	for (; out->n_backends < n; out->n_backends++)
		conf_read_backend(r, config_setting_get_elem(backends, out->n_backends), below,
			&out->backends[out->n_backends]);
	out->rows = schema_in_number(&g, "rows");
	out->settle_tcp_s = conf_inherit_number(r, &g, "settle.tcp", "settle.tcp") / US_PER_S;
	out->settle_udp_s = conf_inherit_number(r, &g, "settle.udp", "settle.udp") / US_PER_S;
	out->line = schema_line(s);
	r->pool_at[r->conf->n_pools++] = s;
	return 0;
}

int conf_read_pools(struct conf_read *r)
{
	const config_setting_t *root = config_root_setting(r->view.cfg);
	const config_setting_t *pools = config_setting_get_member(root, "pools");
	const config_setting_t *services = config_setting_get_member(root, "services");
	uint32_t n = pools ? config_setting_length(pools) : 0;
	uint32_t room = n + (services ? config_setting_length(services) : 0) + 1;

	r->conf->pools = calloc(room, sizeof(*r->conf->pools));
	r->pool_at = calloc(room, sizeof(*r->pool_at));
	if (!r->conf->pools || !r->pool_at)
		return -ENOMEM;
	for (; r->n_named < n; r->n_named++)
		if (conf_read_pool(r, config_setting_get_elem(pools, r->n_named), "pools.*"))
			return -ENOMEM;
	return 0;
}

const config_setting_t *conf_backend_at(const struct conf_read *r, uint32_t pool, uint32_t i)
{
	config_setting_t *backends = config_setting_get_member(r->pool_at[pool], "backends");

	return config_setting_get_elem(backends, i);
}

const char *conf_pool_path(const struct conf_read *r, uint32_t pool, char *out, size_t size)
{
	const config_setting_t *s = r->pool_at[pool];

	snprintf(out, size, "%s.%s", config_setting_name(config_setting_parent(s)),
		config_setting_name(s));
	return out;
}
