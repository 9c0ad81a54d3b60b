/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files that read a configuration. The libconfig tree lives as long as the reading, so
 * that messages across objects can still name files and lines.
 */
#pragma once

#include "conf.h"

#define CONF_NO_POOL UINT32_MAX /* of a service whose pool is a mistake that has been told */

struct conf_read {
	struct schema_view view;
	struct schema_group defaults;
	struct conf *conf;
	struct weir_diag *d;
	const config_setting_t **pool_at; /* of each pool: the group that it was read from */
	const config_setting_t *services; /* element i was read into conf->services[i] */
	uint32_t n_named; /* pools of the group `pools`; those of inline backends follow */
	int allow_known;  /* the allow lists have been read */
};

/* "services.web.vip: text" at @s. */
void conf_error(struct conf_read *r, const config_setting_t *s, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* All pools of the group `pools`; then the services, whose inline backends make further pools.
 * 0 or -ENOMEM; mistakes go to r->d.
 */
int conf_read_pools(struct conf_read *r);
int conf_read_services(struct conf_read *r);
/* One pool, from a group with `backends`. 0 or -ENOMEM. */
int conf_read_pool(struct conf_read *r, const config_setting_t *s, const char *pattern);
/* Ports, forwarding, affinity, fragments, timers. out->proto and out->name are known. */
void conf_read_options(struct conf_read *r, const struct schema_group *g, struct conf_service *out);
void conf_read_check(struct conf_read *r, const struct schema_group *g, struct conf_service *out);
/* `defaults.check` alone. */
void conf_check_defaults(struct conf_read *r);

/* The value of @key in @g, else that of @otherwise among the defaults. */
const char *conf_inherit_string(const struct conf_read *r, const struct schema_group *g,
	const char *key, const char *otherwise);
int64_t conf_inherit_number(const struct conf_read *r, const struct schema_group *g,
	const char *key, const char *otherwise);

/* Across objects. 0 or -ENOMEM; mistakes go to r->d. */
int conf_verify_pools(struct conf_read *r);
int conf_verify_services(struct conf_read *r);
int conf_verify_ports(struct conf_read *r);
const config_setting_t *conf_service_at(const struct conf_read *r, const struct conf_service *s);
/* The group of backend @i of pool @pool, and where "backends" stands in messages: "pools.gw". */
const config_setting_t *conf_backend_at(const struct conf_read *r, uint32_t pool, uint32_t i);
const char *conf_pool_path(const struct conf_read *r, uint32_t pool, char *out, size_t size);
