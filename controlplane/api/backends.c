// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>

#include "backends.h"
#include "plane.h"

#define HAVE_MAX 10 /* names in "have: ..." */

/* One word if all is well, else what the last check said. */
static json_t *check_text(const struct cp *cp, const struct model_backend *b)
{
	uint16_t port;

	if (!model_pool_check(cp->model, b->pool, &port))
		return json_string("none");
	if (b->health.checks == 0)
		return json_string("unknown");
	if (b->health.last_ok)
		return json_string("ok");
	return reply_text(b->health.last_error[0] ? b->health.last_error : "failed");
}

static json_t *override_json(const struct model_override *o)
{
	if (o->since == 0)
		return json_null();
	return json_pack("{s:s, s:o, s:I, s:I, s:o}", "admin", plane_admin_name(o->admin), "weight",
		o->weight < 0 ? json_null() : json_integer(o->weight), "uid", (json_int_t)o->uid,
		"since", (json_int_t)o->since, "reason", reply_text(o->reason));
}

json_t *backends_row(
	const struct cp *cp, const struct model_service *s, const struct model_backend *b)
{
	struct model_counters c;
	uint64_t flows;
	char address[46];

	stats_backend(cp->stats, b, &c, &flows);
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:I, s:I, s:I, s:o, s:I, s:o, "
			 "s:I, s:I, s:I}",
		"service", s->name, "pool", b->pool->name, "backend", b->name, "address",
		addr_text(&b->addr, address, sizeof(address)), "weight",
		(json_int_t)model_backend_wanted_weight(b), "effective_weight",
		(json_int_t)model_backend_weight(b), "state",
		plane_state_name(plane_backend_state(b)), "flows", (json_int_t)flows, "new_flows",
		(json_int_t)c.new_flows, "packets", (json_int_t)c.packets, "bytes",
		(json_int_t)c.bytes, "check", check_text(cp, b), "configured_weight",
		(json_int_t)b->conf_weight, "override", override_json(&b->override), "checks",
		(json_int_t)b->health.checks, "check_failures", (json_int_t)b->health.failures,
		"since", (json_int_t)b->health.since);
}

/* "web-1, web-2, ... and 7 more" */
static void have_add(char *out, size_t size, const char *name, uint32_t i, uint32_t n)
{
	size_t len = strlen(out);

	if (i < HAVE_MAX)
		snprintf(out + len, size - len, "%s%s", i ? ", " : "", name);
	else if (i == HAVE_MAX)
		snprintf(out + len, size - len, " and %u more", n - HAVE_MAX);
}

struct model_service *backends_service(struct request *rq, const char *name)
{
	const struct model *m = rq->cp->model;
	struct model_service *s = model_service(m, name);
	char have[HAVE_MAX * (WEIR_NAME_MAX + 2) + 32] = "";

	if (s)
		return s;
	for (uint32_t i = 0; i < m->n_services; i++)
		have_add(have, sizeof(have), m->services[i]->name, i, m->n_services);
	reply_error(rq->req, 404, "not_found", "no service '%.64s' (have: %s)", name, have);
	return NULL;
}

struct model_backend *backends_find(struct request *rq, struct model_service **s)
{
	char service[WEIR_NAME_MAX + 1], have[HAVE_MAX * (WEIR_NAME_MAX + 2) + 32] = "";
	const char *slash = strchr(rq->rest, '/');
	const struct model_pool *p;
	struct model_backend *b;

	snprintf(service, sizeof(service), "%.*s",
		slash ? (int)(slash - rq->rest) : (int)strlen(rq->rest), rq->rest);
	*s = backends_service(rq, service);
	if (!*s)
		return NULL;
	b = model_backend(rq->cp->model, service, slash ? slash + 1 : "");
	if (b)
		return b;
	p = (*s)->pool;
	for (uint32_t i = 0; i < p->n_backends; i++)
		have_add(have, sizeof(have), p->backends[i]->name, i, p->n_backends);
	reply_error(rq->req, 404, "not_found", "no backend '%.64s' in service '%s' (have: %s)",
		slash ? slash + 1 : "", service, have);
	return NULL;
}

static void backends_append(const struct cp *cp, const struct model_service *s, json_t *list)
{
	for (uint32_t i = 0; i < s->pool->n_backends; i++)
		json_array_append_new(list, backends_row(cp, s, s->pool->backends[i]));
}

void backends_get(struct request *rq)
{
	const char *name = request_parameter(rq, "service");
	const struct model *m = rq->cp->model;
	struct model_service *only = NULL;
	json_t *list;

	if (name) {
		only = backends_service(rq, name);
		if (!only)
			return;
	}
	list = json_array();
	for (uint32_t i = 0; i < m->n_services; i++)
		if (!only || only == m->services[i])
			backends_append(rq->cp, m->services[i], list);
	reply_json(rq->req, 200, list);
}

/* The row, and what only matters for one backend at a time. */
void backend_get(struct request *rq)
{
	struct model_service *s;
	const struct model_backend *b = backends_find(rq, &s);
	json_t *row;

	if (!b)
		return;
	row = backends_row(rq->cp, s, b);
	json_object_set_new(row, "slot", json_integer(b->slot));
	json_object_set_new(row, "incarnation", json_integer(b->incarnation));
	json_object_set_new(row, "next_hop", next_hop_json(&b->hop));
	reply_json(rq->req, 200, row);
}
