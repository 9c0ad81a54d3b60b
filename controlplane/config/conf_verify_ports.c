/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold between services of one VIP: whose ports are whose, and where fragments go. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_read.h"

/* By address, protocol, port: "any" stands first. Then as written. */
static int conf_by_port(const void *a, const void *b)
{
	const struct conf_service *x = *(const struct conf_service *const *)a;
	const struct conf_service *y = *(const struct conf_service *const *)b;
	int order = memcmp(x->vip.b, y->vip.b, sizeof(x->vip.b));

	if (!order)
		order = (int)x->proto - (int)y->proto;
	if (!order)
		order = (int)x->port - (int)y->port;
	return order ? order : (x > y) - (x < y);
}

static const char *conf_proto_text(const struct conf_service *s)
{
	return s->proto == IPPROTO_UDP ? "udp" : "tcp";
}

/* @s is the same VIP, protocol and ports as @first, which is written before it. */
static void conf_twice(
	struct conf_read *r, const struct conf_service *first, const struct conf_service *s)
{
	char addr[64], ports[16];

	conf_error(r, conf_service_at(r, s),
		"services.%s: %s port%s %s %s is taken by service '%s' in %s:%u: VIP, port and "
		"protocol "
		"together must differ",
		s->name, addr_text(&s->vip, addr, sizeof(addr)), s->port == s->port_last ? "" : "s",
		conf_ports_text(s, ports, sizeof(ports)), conf_proto_text(s), first->name,
		schema_file(conf_service_at(r, first)), first->line);
}

static void conf_overlap(
	struct conf_read *r, const struct conf_service *first, const struct conf_service *s)
{
	char addr[64], mine[16], theirs[16];

	conf_error(r, conf_service_at(r, s),
		"services.%s: ports %s overlap ports %s of service '%s' in %s:%u on %s %s: ranges "
		"must not share a port, only ports = \"any\" may stand beside others",
		s->name, conf_ports_text(s, mine, sizeof(mine)),
		conf_ports_text(first, theirs, sizeof(theirs)), first->name,
		schema_file(conf_service_at(r, first)), first->line,
		addr_text(&s->vip, addr, sizeof(addr)), conf_proto_text(s));
}

static int conf_same_table(const struct conf_service *a, const struct conf_service *b)
{
	return weir_addr_eq(&a->vip, &b->vip) && a->proto == b->proto;
}

/* @a sorts before @b; the message is about the one written later. */
static void conf_clash(
	struct conf_read *r, const struct conf_service *a, const struct conf_service *b)
{
	const struct conf_service *first = a < b ? a : b, *later = a < b ? b : a;

	if (a->port == b->port && a->port_last == b->port_last)
		conf_twice(r, first, later);
	else
		conf_overlap(r, first, later);
}

/* @widest: of the services before, the one that reaches farthest, which is the one to overlap. */
static void conf_verify_ranges(struct conf_read *r, const struct conf_service **by)
{
	const struct conf_service *widest = NULL;

	for (uint32_t i = 0; i < r->conf->n_services; i++) {
		const struct conf_service *s = by[i];
		int same = widest && conf_same_table(widest, s);

		if (same && widest->port == WEIR_PORT_ANY && s->port != WEIR_PORT_ANY)
			same = 0;
		if (same && s->port <= widest->port_last)
			conf_clash(r, widest, s);
		if (!same || s->port_last > widest->port_last)
			widest = s;
	}
}

/* What differs, in the words of the configuration; NULL = nothing. */
static const char *conf_fragment_difference(
	const struct conf_service *a, const struct conf_service *b)
{
	if (a->pool == CONF_NO_POOL || b->pool == CONF_NO_POOL)
		return NULL;
	if (a->pool != b->pool)
		return "pool";
	if (a->flags != b->flags)
		return "affinity";
	if (a->forward != b->forward)
		return "forward";
	return a->gue_port != b->gue_port ? "gue-port" : NULL;
}

/* A fragment without ports may belong to any of these services, so all must lead to the same place. */
static void conf_verify_fragments(struct conf_read *r, const struct conf_service **by)
{
	const struct conf_service *first = NULL;

	for (uint32_t i = 0; i < r->conf->n_services; i++) {
		const struct conf_service *s = by[i];
		const char *what;

		if (!(s->flags & WEIR_SVC_FRAG_HASH3))
			continue;
		if (!first || !conf_same_table(first, s)) {
			first = s;
			continue;
		}
		what = conf_fragment_difference(first, s);
		if (what)
			conf_error(r, conf_service_at(r, s),
				"services.%s: fragments carry no port, so services with fragments "
				"= \"hash3\" on one VIP must share pool, affinity and forward, but "
				"'%s' in line %u has another %s",
				s->name, first->name, first->line, what);
	}
}

int conf_verify_ports(struct conf_read *r)
{
	const struct conf *c = r->conf;
	const struct conf_service **by = calloc(c->n_services + 1, sizeof(*by));

	if (!by)
		return -ENOMEM;
	for (uint32_t i = 0; i < c->n_services; i++)
		by[i] = &c->services[i];
	qsort(by, c->n_services, sizeof(*by), conf_by_port);
	conf_verify_ranges(r, by);
	conf_verify_fragments(r, by);
	free(by);
	return 0;
}
