/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold between services and backends. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_read.h"

#define CONF_PATH_MAX 160

const config_setting_t *conf_service_at(const struct conf_read *r, const struct conf_service *s)
{
	return config_setting_get_elem(r->services, s - r->conf->services);
}

static int conf_by_vip(const void *a, const void *b)
{
	const struct conf_service *x = *(const struct conf_service *const *)a;
	const struct conf_service *y = *(const struct conf_service *const *)b;
	int order = memcmp(x->vip.b, y->vip.b, sizeof(x->vip.b));

	return order ? order : (x > y) - (x < y);
}

static const struct conf_service **conf_sorted(const struct conf *c)
{
	const struct conf_service **by = calloc(c->n_services + 1, sizeof(*by));

	for (uint32_t i = 0; by && i < c->n_services; i++)
		by[i] = &c->services[i];
	if (by)
		qsort(by, c->n_services, sizeof(*by), conf_by_vip);
	return by;
}

static int conf_find_vip(const void *key, const void *element)
{
	const struct conf_service *s = *(const struct conf_service *const *)element;

	return memcmp(((const struct weir_addr *)key)->b, s->vip.b, sizeof(s->vip.b));
}

static void conf_verify_backends(struct conf_read *r, const struct conf_service **by)
{
	char path[CONF_PATH_MAX], addr[64];

	for (uint32_t i = 0; i < r->conf->n_pools; i++) {
		const struct conf_pool *p = &r->conf->pools[i];

		for (uint32_t k = 0; k < p->n_backends; k++) {
			const struct conf_backend *b = &p->backends[k];
			const struct conf_service **vip = bsearch(
				&b->addr, by, r->conf->n_services, sizeof(*by), conf_find_vip);

			if (vip)
				conf_error(r, conf_backend_at(r, i, k),
					"%s.backends.%s.address: %s is the VIP of service '%s': "
					"its packets "
					"would come back for ever",
					conf_pool_path(r, i, path, sizeof(path)), b->name,
					addr_text(&b->addr, addr, sizeof(addr)), (*vip)->name);
		}
	}
}

static void conf_verify_allow(struct conf_read *r, const struct conf_service *s)
{
	const struct dataplane_conf *dp = &r->conf->dataplane;
	const config_setting_t *at = conf_service_at(r, s);
	char addr[64];

	for (uint32_t k = 0; k < dp->n_vips; k++)
		if (weir_prefix_has(&dp->vips[k], &s->vip))
			return;
	addr_text(&s->vip, addr, sizeof(addr));
	conf_error(r, config_setting_get_member(at, "vip"),
		"services.%s.vip: %s is in no prefix of dataplane.allow.vips: add one, such as "
		"\"%s/%d\"",
		s->name, addr, addr, weir_addr_is_v4(&s->vip) ? 32 : 128);
}

/* l2dsr changes only the MAC address: a backend of the other family could not read the packet. */
static void conf_verify_family(struct conf_read *r, const struct conf_service *s)
{
	const struct conf_pool *p;
	char addr[64];

	if (s->forward != WEIR_FWD_L2DSR || s->pool == CONF_NO_POOL)
		return;
	p = &r->conf->pools[s->pool];
	for (uint32_t i = 0; i < p->n_backends; i++) {
		const struct conf_backend *b = &p->backends[i];

		if (weir_addr_is_v4(&b->addr) == weir_addr_is_v4(&s->vip))
			continue;
		conf_error(r, conf_service_at(r, s),
			"services.%s: l2dsr needs backends of the VIP's family, but '%s' of pool "
			"'%s' is %s "
			"and the VIP is %s: use forward = \"ipip\", or an %s backend",
			s->name, b->name, p->name, addr_text(&b->addr, addr, sizeof(addr)),
			weir_addr_is_v4(&s->vip) ? "IPv4" : "IPv6",
			weir_addr_is_v4(&s->vip) ? "IPv4" : "IPv6");
		return;
	}
}

int conf_verify_services(struct conf_read *r)
{
	const struct conf_service **by = conf_sorted(r->conf);

	if (!by)
		return -ENOMEM;
	conf_verify_backends(r, by);
	free(by);
	for (uint32_t i = 0; i < r->conf->n_services; i++) {
		if (r->allow_known)
			conf_verify_allow(r, &r->conf->services[i]);
		conf_verify_family(r, &r->conf->services[i]);
	}
	return 0;
}
