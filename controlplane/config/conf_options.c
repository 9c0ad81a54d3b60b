/* SPDX-License-Identifier: BSD-3-Clause */
/* What a service says about ports, forwarding, affinity, fragments and timers. */
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_read.h"

#define US_PER_S 1000000

const char *conf_ports_text(const struct conf_service *s, char *out, size_t size)
{
	if (s->port == WEIR_PORT_ANY)
		snprintf(out, size, "any");
	else if (s->port == s->port_last)
		snprintf(out, size, "%u", s->port);
	else
		snprintf(out, size, "%u-%u", s->port, s->port_last);
	return out;
}

/* Digits only: strtoul() would take signs and blanks. 0 if it is no port; then *@end is meaningless. */
static uint16_t conf_port(const char *text, const char **end)
{
	unsigned long n = 0;

	for (*end = text; isdigit((unsigned char)**end) && n <= 65535; (*end)++)
		n = n * 10 + (unsigned long)(**end - '0');
	return n <= 65535 ? (uint16_t)n : 0;
}

static int conf_range(const char *text, struct conf_service *out)
{
	const char *at;
	uint16_t first = conf_port(text, &at), last = 0;

	if (first != 0 && *at == '-')
		last = conf_port(at + 1, &at);
	if (last == 0 || *at != '\0' || first > last)
		return 0;
	out->port = first;
	out->port_last = last;
	return 1;
}

static void conf_read_ports(
	struct conf_read *r, const struct schema_group *g, struct conf_service *out)
{
	const config_setting_t *one = schema_in(g, "port"), *many = schema_in(g, "ports");
	const char *text = schema_in_string(g, "ports");

	/* Something that disturbs no other check, once the mistake has been told. */
	out->port = 1;
	out->port_last = 1;
	if (!one == !many) {
		conf_error(r, many ? many : g->at,
			"services.%s: has %s 'port' %s 'ports', exactly one of them is needed",
			out->name, one ? "both" : "neither", one ? "and" : "nor");
	} else if (one) {
		out->port = schema_in_number(g, "port");
		out->port_last = out->port;
	} else if (!strcmp(text, "any")) {
		out->port = WEIR_PORT_ANY;
		out->port_last = WEIR_PORT_ANY_LAST;
	} else if (!conf_range(text, out)) {
		conf_error(r, many,
			"services.%s.ports: \"%s\" is no range, write two ports 1..65535, the "
			"lower one first, such as \"8000-8099\", or \"any\"",
			out->name, text);
	}
}

static enum weir_forward conf_forward(const char *word)
{
	static const char *const words[WEIR_FWD__COUNT] = {[WEIR_FWD_L2DSR] = "l2dsr",
		[WEIR_FWD_IPIP] = "ipip",
		[WEIR_FWD_GUE] = "gue",
		[WEIR_FWD_GRE] = "gre"};
	enum weir_forward i = 0;

	while (i < WEIR_FWD__COUNT - 1 && strcmp(words[i], word))
		i++;
	return i;
}

static void conf_read_forward(
	struct conf_read *r, const struct schema_group *g, struct conf_service *out)
{
	const config_setting_t *port = schema_in(g, "gue-port");

	out->forward = conf_forward(conf_inherit_string(r, g, "forward", "forward"));
	if (out->forward == WEIR_FWD_GUE)
		out->gue_port = conf_inherit_number(r, g, "gue-port", "gue-port");
	else if (port)
		diag_warning(r->d, schema_file(port), schema_line(port),
			"services.%s.gue-port: has no effect without forward = \"gue\"", out->name);
}

static void conf_read_flags(
	struct conf_read *r, const struct schema_group *g, struct conf_service *out)
{
	if (!strcmp(schema_in_string(g, "affinity"), "source"))
		out->flags |= WEIR_SVC_AFFINITY_SOURCE;
	if (strcmp(schema_in_string(g, "fragments"), "hash3") != 0)
		return;
	if (out->proto == IPPROTO_UDP)
		out->flags |= WEIR_SVC_FRAG_HASH3;
	else
		conf_error(r, schema_in(g, "fragments"),
			"services.%s.fragments: \"hash3\" is for UDP only, TCP finds the path's "
			"MTU and needs none: use \"drop\"",
			out->name);
}

/* Nothing outlives the idle time, so a longer timer was not meant so. */
static void conf_check_timer(struct conf_read *r, const struct schema_group *g, const char *key,
	const struct conf_service *out, uint32_t s)
{
	const config_setting_t *at = schema_in(g, key);

	if (at && s > out->idle_s)
		diag_warning(r->d, schema_file(at), schema_line(at),
			"services.%s.%s: %u s are longer than the idle time of %u s, which counts",
			out->name, key, s, out->idle_s);
}

static void conf_read_timers(
	struct conf_read *r, const struct schema_group *g, struct conf_service *out)
{
	const config_setting_t *idle = schema_in(g, "timeouts.idle");
	const char *key = idle ? "timeouts.idle" : "idle-timeout";

	if (idle && schema_in(g, "idle-timeout"))
		conf_error(r, idle,
			"services.%s.timeouts.idle: is the same as idle-timeout, which is also "
			"written: remove one of them",
			out->name);
	out->idle_s = conf_inherit_number(r, g, key,
			      out->proto == IPPROTO_UDP ? "idle-timeout.udp" : "idle-timeout.tcp") /
		      US_PER_S;
	out->embryonic_s = schema_in_number(g, "timeouts.embryonic") / US_PER_S;
	out->closing_s = schema_in_number(g, "timeouts.closing") / US_PER_S;
	conf_check_timer(r, g, "timeouts.embryonic", out, out->embryonic_s);
	conf_check_timer(r, g, "timeouts.closing", out, out->closing_s);
}

void conf_read_options(struct conf_read *r, const struct schema_group *g, struct conf_service *out)
{
	conf_read_ports(r, g, out);
	conf_read_forward(r, g, out);
	conf_read_flags(r, g, out);
	conf_read_timers(r, g, out);
}
