// SPDX-License-Identifier: BSD-3-Clause
#include "plane.h"
#include "server.h"

static const char *service_state(const struct model_service *s)
{
	if (s->pool->panic)
		return "panic";
	return plane_pool_up(s->pool) ? "up" : "down";
}

static void put_options(json_t *o, const struct conf_service *c)
{
	char ports[16];

	json_object_set_new(o, "ports", json_string(conf_ports_text(c, ports, sizeof(ports))));
	json_object_set_new(o, "port_last", json_integer(c->port_last));
	json_object_set_new(o, "gue_port",
		c->forward == WEIR_FWD_GUE ? json_integer(c->gue_port) : json_null());
	json_object_set_new(o, "affinity",
		json_string(c->flags & WEIR_SVC_AFFINITY_SOURCE ? "source" : "flow"));
	json_object_set_new(
		o, "fragments", json_string(c->flags & WEIR_SVC_FRAG_HASH3 ? "hash3" : "drop"));
	json_object_set_new(o, "embryonic_timeout_s", json_integer(c->embryonic_s));
	json_object_set_new(o, "closing_timeout_s", json_integer(c->closing_s));
}

static json_t *service_row(const struct cp *cp, const struct model_service *s)
{
	struct model_counters c;
	uint64_t drops;
	char vip[46];
	json_t *o;

	stats_service(cp->stats, s, &c, &drops);
	o = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:I, s:I, s:I, "
		      "s:I}",
		"service", s->name, "vip", addr_text(&s->conf->vip, vip, sizeof(vip)), "port",
		(int)s->conf->port, "protocol", plane_proto_name(s->conf->proto), "forward",
		plane_forward_name(s->conf->forward), "tracking",
		s->conf->tracking == WEIR_TRACK_EXCEPTIONS ? "exceptions" : "full", "state",
		service_state(s), "pool", s->pool->name, "backends", (int)s->pool->n_backends,
		"rows", (int)s->pool->n_rows, "idle_timeout_s", (int)s->conf->idle_s, "new_flows",
		(json_int_t)c.new_flows, "packets", (json_int_t)c.packets, "bytes",
		(json_int_t)c.bytes, "drops", (json_int_t)drops);
	if (o)
		put_options(o, s->conf);
	return o;
}

void services_get(struct request *rq)
{
	const struct model *m = rq->cp->model;
	json_t *list = json_array();

	for (uint32_t i = 0; i < m->n_services; i++)
		json_array_append_new(list, service_row(rq->cp, m->services[i]));
	reply_json(rq->req, 200, list);
}
