// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "siphash.h"
#include "trace.h"

static int port_parse(const char *text, uint16_t *out)
{
	char *end;
	unsigned long n;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	n = strtoul(text, &end, 10);
	if (*end != '\0' || n > 65535)
		return -EINVAL;
	*out = (uint16_t)n;
	return 0;
}

/* "10.0.0.1:80" or "[fd00::1]:80" */
static int endpoint_parse(const char *text, struct weir_addr *addr, uint16_t *port)
{
	const char *colon = text ? strrchr(text, ':') : NULL;
	size_t len = colon ? (size_t)(colon - text) : 0;
	char host[64];

	if (len == 0 || len >= sizeof(host))
		return -EINVAL;
	if (text[0] == '[' && len > 2 && text[len - 1] == ']')
		snprintf(host, sizeof(host), "%.*s", (int)len - 2, text + 1);
	else if (memchr(text, ':', len) || text[0] == '[')
		return -EINVAL;
	else
		snprintf(host, sizeof(host), "%.*s", (int)len, text);
	if (addr_parse(host, addr) < 0)
		return -EINVAL;
	return port_parse(colon + 1, port);
}

int trace_parse(const struct request *rq, struct trace_tuple *out, char *error, size_t size)
{
	const char *client = request_parameter(rq, "client");
	const char *vip = request_parameter(rq, "vip");
	const char *proto = request_parameter(rq, "proto");
	struct trace_tuple t = {0};

	if (endpoint_parse(client, &t.client, &t.client_port) < 0)
		snprintf(error, size, "client: '%s' is not ADDRESS:PORT or [ADDRESS]:PORT",
			client ? client : "");
	else if (endpoint_parse(vip, &t.vip, &t.vip_port) < 0)
		snprintf(error, size, "vip: '%s' is not ADDRESS:PORT or [ADDRESS]:PORT",
			vip ? vip : "");
	else if (!proto || (strcmp(proto, "tcp") != 0 && strcmp(proto, "udp") != 0))
		snprintf(error, size, "proto: '%s' is not tcp or udp", proto ? proto : "");
	else if (weir_addr_is_v4(&t.client) != weir_addr_is_v4(&t.vip))
		snprintf(error, size, "client %s and vip %s are not of one address family", client,
			vip);
	else {
		t.proto = strcmp(proto, "udp") == 0 ? IPPROTO_UDP : IPPROTO_TCP;
		*out = t;
		return 0;
	}
	return -EINVAL;
}

static int is_for(const struct conf_service *c, const struct trace_tuple *t)
{
	return weir_addr_eq(&c->vip, &t->vip) && c->proto == t->proto && t->vip_port >= c->port &&
	       t->vip_port <= c->port_last;
}

const struct model_service *trace_service(const struct model *m, const struct trace_tuple *t)
{
	const struct model_service *any = NULL;

	for (uint32_t i = 0; i < m->n_services; i++) {
		const struct model_service *s = m->services[i];

		if (!is_for(s->conf, t))
			continue;
		if (s->conf->port != WEIR_PORT_ANY)
			return s;
		any = s;
	}
	return any;
}

/* Words of the hash input. */
static unsigned int fill_tuple(const struct trace_tuple *t, union flow_tuple *u)
{
	if (weir_addr_is_v4(&t->vip)) {
		memcpy(u->v4.saddr, t->client.b + 12, 4);
		memcpy(u->v4.daddr, t->vip.b + 12, 4);
		u->v4.sport_be = htons(t->client_port);
		u->v4.dport_be = htons(t->vip_port);
		u->v4.proto = t->proto;
		return FLOW_TUPLE4_WORDS;
	}
	memcpy(u->v6.saddr, t->client.b, 16);
	memcpy(u->v6.daddr, t->vip.b, 16);
	u->v6.sport_be = htons(t->client_port);
	u->v6.dport_be = htons(t->vip_port);
	u->v6.proto = t->proto;
	return FLOW_TUPLE6_WORDS;
}

uint64_t trace_hash(const struct trace_tuple *t, const uint64_t key[2])
{
	union flow_tuple u = {0};
	unsigned int words = fill_tuple(t, &u);

	return siphash13(key, u.words, words);
}

uint64_t trace_row_hash(
	const struct trace_tuple *t, const struct model_service *s, const uint64_t key[2])
{
	union flow_tuple u = {0};
	unsigned int words = fill_tuple(t, &u);

	if (s->conf->flags & WEIR_SVC_AFFINITY_SOURCE)
		u.words[words - 1] = 0;
	return siphash13(key, u.words, words);
}
