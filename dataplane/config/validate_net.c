// SPDX-License-Identifier: BSD-3-Clause
/* Values about the network and the machine: addresses, prefixes, endpoints, CPUs. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane_conf.h"
#include "validate.h"

void validate_address(const struct validate *v, const struct validate_at *at, const char *text)
{
	const char *why;
	struct weir_addr a;

	if (addr_parse(text, &a)) {
		validate_error(v, at,
			"\"%.*s\" is not an address, write one such as \"192.0.2.1\" or "
			"\"2001:db8::1\"",
			VALIDATE_SHOWN, text);
		return;
	}
	why = addr_not_unicast(&a);
	if (why)
		validate_error(v, at, "\"%.*s\" %s, a unicast address is needed", VALIDATE_SHOWN,
			text, why);
}

/* Does an IPv6 prefix hold ::ffff:0:0/96, that is, all of IPv4 as it is stored? */
static int validate_holds_v4(const struct weir_prefix *p)
{
	static const struct weir_addr v4 = {.b = {[10] = 0xff, [11] = 0xff}};

	return p->len < 96 && weir_prefix_has(p, &v4);
}

static void validate_prefix(
	const struct validate *v, const struct validate_at *at, const char *text)
{
	struct weir_prefix p;
	char meant[64];

	if (prefix_parse_loose(text, &p))
		validate_error(v, at,
			"\"%.*s\" is not a prefix, write one such as \"192.0.2.0/24\" or "
			"\"2001:db8::/32\"",
			VALIDATE_SHOWN, text);
	else if (prefix_parse(text, &p))
		validate_error(v, at,
			"\"%.*s\" has bits set behind its length, did you mean \"%s\"?",
			VALIDATE_SHOWN, text, prefix_text(&p, meant, sizeof(meant)));
	else if (validate_holds_v4(&p))
		validate_error(v, at,
			"\"%.*s\" would allow all of IPv4 too, \"2000::/3\" is all global IPv6",
			VALIDATE_SHOWN, text);
}

void validate_prefixes(
	const struct validate *v, const struct validate_at *at, const struct schema_key *key)
{
	int n = config_setting_is_aggregate(at->s) ? config_setting_length(at->s) : 0;

	if (config_setting_type(at->s) != CONFIG_TYPE_ARRAY) {
		validate_error(v, at, "write an array of quoted prefixes: [\"192.0.2.0/24\"]");
		return;
	}
	if ((key->min || key->max) && (n < key->min || n > key->max))
		validate_error(v, at, "has %d prefixes, allowed %" PRId64 "..%" PRId64, n, key->min,
			key->max);
	for (int i = 0; i < n; i++) {
		struct validate_at element = {config_setting_get_elem(at->s, i), at->path};
		const char *text = config_setting_get_string(element.s);

		if (!text) {
			validate_error(
				v, &element, "prefixes are quoted strings: \"192.0.2.0/24\"");
			return;
		}
		validate_prefix(v, &element, text);
	}
}

static int validate_is_port(const char *text)
{
	return text[0] && strlen(text) <= 5 && strspn(text, "0123456789") == strlen(text) &&
	       atoi(text) >= 1 && atoi(text) <= 65535;
}

void validate_endpoint(const struct validate *v, const struct validate_at *at, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;
	char host[INET6_ADDRSTRLEN + 2];
	struct in6_addr v6;
	struct in_addr v4;

	if (len && len < sizeof(host) && validate_is_port(colon + 1)) {
		snprintf(host, sizeof(host), "%.*s", (int)len, text);
		if (inet_pton(AF_INET, host, &v4) == 1)
			return;
		if (host[0] == '[' && host[len - 1] == ']') {
			host[len - 1] = '\0';
			if (inet_pton(AF_INET6, host + 1, &v6) == 1)
				return;
		}
	}
	validate_error(v, at,
		"\"%.*s\" is not an address and a port 1..65535, write \"127.0.0.1:9477\" or "
		"\"[::1]:9477\"",
		VALIDATE_SHOWN, text);
}

void validate_cpus(const struct validate *v, const struct validate_at *at, const char *text)
{
	unsigned int cpu[WEIR_MAX_WORKERS + 1];

	if (cpus_parse(text, cpu, WEIR_MAX_WORKERS + 1) < 0)
		validate_error(v, at,
			"\"%.*s\" is not a list of CPUs such as \"2-5,7\": numbers 0..1023, "
			"rising in a range, at most %u",
			VALIDATE_SHOWN, text, WEIR_MAX_WORKERS + 1);
}
