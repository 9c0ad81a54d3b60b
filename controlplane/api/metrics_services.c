// SPDX-License-Identifier: BSD-3-Clause
#include "metrics.h"
#include "plane.h"

static void service_info(struct metrics_writer *w, const struct model *m)
{
	char vip[46], port[16];

	writer_family(w, "weir_service_info", "gauge",
		"Joins a service with its VIP and its pool; always 1.");
	for (uint32_t i = 0; i < m->n_services; i++) {
		const struct model_service *s = m->services[i];

		writer_u64(w, 1, "service", s->name, "vip",
			addr_text(&s->conf->vip, vip, sizeof(vip)), "port",
			conf_ports_text(s->conf, port, sizeof(port)), "protocol",
			plane_proto_name(s->conf->proto), "forward",
			plane_forward_name(s->conf->forward), "pool", s->pool->name, NULL);
	}
	writer_family(w, "weir_service_up", "gauge",
		"1 while a backend of the service passes its checks and takes new flows.");
	for (uint32_t i = 0; i < m->n_services; i++)
		writer_u64(w, (uint64_t)plane_pool_up(m->services[i]->pool), "service",
			m->services[i]->name, NULL);
}

enum service_value { SERVICE_PACKETS, SERVICE_BYTES, SERVICE_NEW_FLOWS, SERVICE_DROPS };

static uint64_t service_value(
	const struct cp *cp, const struct model_service *s, enum service_value what)
{
	struct model_counters c;
	uint64_t drops;

	stats_service(cp->stats, s, &c, &drops);
	switch (what) {
	case SERVICE_PACKETS:
		return c.packets;
	case SERVICE_BYTES:
		return c.bytes;
	case SERVICE_NEW_FLOWS:
		return c.new_flows;
	default:
		return drops;
	}
}

void metrics_services(struct metrics_writer *w, const struct cp *cp)
{
	static const struct {
		enum service_value what;
		const char *name, *help;
	} families[] = {
		{SERVICE_PACKETS, "weir_service_forwarded_packets_total",
			"Packets of the service sent to backends."},
		{SERVICE_BYTES, "weir_service_forwarded_bytes_total",
			"Bytes of the service sent to backends, without encapsulation."},
		{SERVICE_NEW_FLOWS, "weir_service_new_flows_total",
			"Flow table entries made for the service."},
		{SERVICE_DROPS, "weir_service_drops_total",
			"Packets dropped after they had reached the service."},
	};
	const struct model *m = cp->model;

	service_info(w, m);
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
		writer_family(w, families[f].name, "counter", families[f].help);
		for (uint32_t i = 0; i < m->n_services; i++)
			writer_u64(w, service_value(cp, m->services[i], families[f].what),
				"service", m->services[i]->name, NULL);
	}
}
