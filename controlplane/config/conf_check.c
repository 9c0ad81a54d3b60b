/* SPDX-License-Identifier: BSD-3-Clause */
/* Health checks: the service's own keys, one by one, over those of `defaults`. */
#include <netinet/in.h>
#include <string.h>

#include "conf_read.h"

#define US_PER_MS 1000

static int conf_check_has(const struct schema_group *g, const char *key)
{
	return schema_in(g, key) != NULL;
}

void conf_check_defaults(struct conf_read *r)
{
	const struct schema_group *g = &r->defaults;
	const config_setting_t *s = schema_in(g, "check");

	if (s && schema_in_number(g, "check.timeout") >= schema_in_number(g, "check.interval"))
		conf_error(r, s,
			"defaults.check: the timeout (%lld ms) must be shorter than the interval "
			"(%lld ms)",
			(long long)schema_in_number(g, "check.timeout") / US_PER_MS,
			(long long)schema_in_number(g, "check.interval") / US_PER_MS);
}

/* TCP, unless the service is UDP and only the defaults ask for TCP: they mean TCP services. */
static enum conf_check_type conf_check_type(
	struct conf_read *r, const struct schema_group *g, const struct conf_service *service)
{
	const config_setting_t *own = schema_in(g, "check");

	if (!strcmp(conf_inherit_string(r, g, "check.type", "check.type"), "none"))
		return CONF_CHECK_NONE;
	if (service->proto == IPPROTO_TCP || conf_check_has(g, "check.type"))
		return CONF_CHECK_TCP;
	if (own)
		diag_warning(r->d, schema_file(own), schema_line(own),
			"services.%s.check: has no effect: a UDP service is checked only with its "
			"own "
			"type = \"tcp\", which opens a TCP connection",
			service->name);
	return CONF_CHECK_NONE;
}

/* A service on any port names none that could be checked. */
static void conf_check_port(
	struct conf_read *r, const struct schema_group *g, const struct conf_service *service)
{
	const config_setting_t *own = schema_in(g, "check");

	if (service->check.type == CONF_CHECK_NONE || service->check.port != 0 ||
		service->port != WEIR_PORT_ANY)
		return;
	conf_error(r, own ? own : g->at,
		"services.%s.check: a service on any port must say which one to check: port = "
		"443, or type = \"none\"",
		service->name);
}

void conf_read_check(struct conf_read *r, const struct schema_group *g, struct conf_service *out)
{
	struct conf_check *c = &out->check;
	int own = conf_check_has(g, "check.timeout") || conf_check_has(g, "check.interval");

	c->type = conf_check_type(r, g, out);
	c->interval_ms = conf_inherit_number(r, g, "check.interval", "check.interval") / US_PER_MS;
	c->timeout_ms = conf_inherit_number(r, g, "check.timeout", "check.timeout") / US_PER_MS;
	c->rise = conf_inherit_number(r, g, "check.rise", "check.rise");
	c->fall = conf_inherit_number(r, g, "check.fall", "check.fall");
	c->port = schema_in_number(g, "check.port");
	conf_check_port(r, g, out);
	if (own && c->timeout_ms >= c->interval_ms)
		conf_error(r, schema_in(g, "check"),
			"services.%s.check: the timeout (%u ms) must be "
			"shorter than the interval (%u ms)",
			out->name, c->timeout_ms, c->interval_ms);
}
