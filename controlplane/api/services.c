// SPDX-License-Identifier: BSD-3-Clause
#include "plane.h"
#include "server.h"

static const char *service_state(const struct model_service *s)
{
	if (s->pool->panic)
		return "panic";
	return plane_pool_up(s->pool) ? "up" : "down";
}

static json_t *service_row(const struct cp *cp, const struct model_service *s)
{
	struct model_counters c;
	uint64_t drops;
	char vip[46];

	stats_service(cp->stats, s, &c, &drops);
	return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:I, s:I, s:I, "
			 "s:I}",
		"service", s->name, "vip", addr_text(&s->conf->vip, vip, sizeof(vip)), "port",
		(int)s->conf->port, "protocol", plane_proto_name(s->conf->proto), "forward",
		plane_forward_name(s->conf->forward), "tracking",
		s->conf->tracking == WEIR_TRACK_EXCEPTIONS ? "exceptions" : "full", "state",
		service_state(s), "pool", s->pool->name, "backends", (int)s->pool->n_backends,
		"rows", (int)s->pool->n_rows, "idle_timeout_s", (int)s->conf->idle_s, "new_flows",
		(json_int_t)c.new_flows, "packets", (json_int_t)c.packets, "bytes",
		(json_int_t)c.bytes, "drops", (json_int_t)drops);
}

void services_get(struct request *rq)
{
	const struct model *m = rq->cp->model;
	json_t *list = json_array();

	for (uint32_t i = 0; i < m->n_services; i++)
		json_array_append_new(list, service_row(rq->cp, m->services[i]));
	reply_json(rq->req, 200, list);
}
