/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold inside each pool, and for all pools together. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_read.h"
#include "maglev.h"

#define CONF_PATH_MAX 160

/* "251, 509, ...": every row count that a pool may have. */
static void conf_list_rows(char *out, size_t size)
{
	size_t used = 0;

	for (uint32_t n = WEIR_MIN_ROWS; n <= WEIR_MAX_ROWS && used + 16 < size; n++)
		if (maglev_rows_valid(n))
			used += snprintf(out + used, size - used, "%s%u", used ? ", " : "", n);
}

static void conf_verify_rows(struct conf_read *r, const struct conf_pool *p, const char *path)
{
	const config_setting_t *s = config_setting_get_member(
		r->pool_at[p - r->conf->pools], "rows");
	char list[300];

	if (!s)
		return;
	if (!maglev_rows_valid(p->rows)) {
		conf_list_rows(list, sizeof(list));
		conf_error(r, s, "%s.rows: %u is not one of the primes allowed: %s", path, p->rows,
			list);
	} else if (p->rows < p->n_backends) {
		conf_error(r, s, "%s.rows: %u rows are fewer than the %u backends", path, p->rows,
			p->n_backends);
	}
}

static void conf_verify_weights(struct conf_read *r, const struct conf_pool *p, const char *path)
{
	const config_setting_t *s = r->pool_at[p - r->conf->pools];
	uint64_t sum = 0;

	for (uint32_t i = 0; i < p->n_backends; i++)
		sum += p->backends[i].weight;
	if (p->n_backends == 0)
		conf_error(r, s, "%s.backends: there is none, at least one is needed", path);
	else if (sum == 0)
		conf_error(r, s,
			"%s.backends: all weights are 0, nobody would take a flow: give one of "
			"them 1..1000, or drain with weirctl",
			path);
}

static int conf_by_address(const void *a, const void *b)
{
	const struct conf_backend *x = *(const struct conf_backend *const *)a;
	const struct conf_backend *y = *(const struct conf_backend *const *)b;
	int order = memcmp(x->addr.b, y->addr.b, sizeof(x->addr.b));

	return order ? order : (x > y) - (x < y);
}

static int conf_verify_twice(struct conf_read *r, const struct conf_pool *p, const char *path)
{
	const struct conf_backend **by = calloc(p->n_backends + 1, sizeof(*by));
	char addr[64];

	if (!by)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->n_backends; i++)
		by[i] = &p->backends[i];
	qsort(by, p->n_backends, sizeof(*by), conf_by_address);
	for (uint32_t i = 1; i < p->n_backends; i++) {
		const config_setting_t *s;

		if (!weir_addr_eq(&by[i]->addr, &by[i - 1]->addr))
			continue;
		s = conf_backend_at(r, p - r->conf->pools, by[i] - p->backends);
		diag_warning(r->d, schema_file(s), schema_line(s),
			"%s.backends.%s: %s is also the address of '%s' in line %u: it takes both "
			"shares",
			path, by[i]->name, addr_text(&by[i]->addr, addr, sizeof(addr)),
			by[i - 1]->name, by[i - 1]->line);
	}
	free(by);
	return 0;
}

static void conf_verify_allowed(struct conf_read *r, const struct conf_pool *p, const char *path)
{
	const struct dataplane_conf *dp = &r->conf->dataplane;
	char addr[64];

	for (uint32_t i = 0; i < p->n_backends; i++) {
		const struct conf_backend *b = &p->backends[i];
		uint32_t k = 0;

		while (k < dp->n_backends && !weir_prefix_has(&dp->backends[k], &b->addr))
			k++;
		if (k < dp->n_backends)
			continue;
		addr_text(&b->addr, addr, sizeof(addr));
		conf_error(r, conf_backend_at(r, p - r->conf->pools, i),
			"%s.backends.%s.address: %s is in no prefix of dataplane.allow.backends: "
			"add one, "
			"such as \"%s/%d\"",
			path, b->name, addr, addr, weir_addr_is_v4(&b->addr) ? 32 : 128);
	}
}

static void conf_verify_limits(struct conf_read *r)
{
	const config_setting_t *root = config_root_setting(r->view.cfg);
	uint64_t backends = 0;

	for (uint32_t i = 0; i < r->conf->n_pools; i++)
		backends += r->conf->pools[i].n_backends;
	if (backends > WEIR_MAX_BACKENDS)
		conf_error(r, root, "%llu backends in all pools together, allowed 1..%u",
			(unsigned long long)backends, WEIR_MAX_BACKENDS);
	if (r->conf->n_pools > WEIR_MAX_POOLS)
		conf_error(r, root, "%u pools, those of inline backends included, allowed 1..%u",
			r->conf->n_pools, WEIR_MAX_POOLS);
	if (r->conf->n_services > WEIR_MAX_SERVICES)
		conf_error(r, r->services, "services: there are %u, allowed 1..%u",
			r->conf->n_services, WEIR_MAX_SERVICES);
}

int conf_verify_pools(struct conf_read *r)
{
	char path[CONF_PATH_MAX];

	conf_verify_limits(r);
	for (uint32_t i = 0; i < r->conf->n_pools; i++) {
		const struct conf_pool *p = &r->conf->pools[i];

		conf_pool_path(r, i, path, sizeof(path));
		conf_verify_rows(r, p, path);
		conf_verify_weights(r, p, path);
		if (r->allow_known)
			conf_verify_allowed(r, p, path);
		if (conf_verify_twice(r, p, path))
			return -ENOMEM;
	}
	return 0;
}
