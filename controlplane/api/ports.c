// SPDX-License-Identifier: BSD-3-Clause
/* The configured ports, with what the data plane and the XDP program say about each. */
#include <string.h>

#include "plane.h"
#include "server.h"

static void find_counters(const struct stats *s, const char *name, struct weir_port_counters *out)
{
	for (uint32_t i = 0; i < stats_ports(s); i++) {
		stats_port(s, i, out);
		if (strncmp(out->name, name, sizeof(out->name)) == 0)
			return;
	}
	memset(out, 0, sizeof(*out));
}

static json_t *xdp_json(const struct cp *cp, const char *port)
{
	struct xdp_status st;

	if (!plane_xdp(cp, port, &st))
		return json_null();
	return json_pack("{s:b, s:b, s:i, s:I, s:I, s:I, s:I}", "attached", st.attached, "native",
		st.native, "prog_id", (int)st.prog_id, "pass",
		(json_int_t)st.counters[WEIR_XDP_PASS], "redirect",
		(json_int_t)st.counters[WEIR_XDP_REDIRECT], "no_worker",
		(json_int_t)st.counters[WEIR_XDP_NO_WORKER], "redirect_failed",
		(json_int_t)st.counters[WEIR_XDP_REDIRECT_FAILED]);
}

static const char *port_interface(const struct dataplane_port *p)
{
	return p->interface[0] ? p->interface : p->device[0] ? p->device : p->vdev;
}

static json_t *port_row(const struct cp *cp, const struct dataplane_port *p)
{
	struct weir_port_counters c;

	find_counters(cp->stats, p->name, &c);
	return json_pack("{s:s, s:o, s:i, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
		"port", p->name, "interface", reply_text(port_interface(p)), "queues",
		(int)p->queues, "link_up", c.link_up != 0 && stats_attached(cp->stats),
		"rx_packets", (json_int_t)c.rx_packets, "tx_packets", (json_int_t)c.tx_packets,
		"rx_bytes", (json_int_t)c.rx_bytes, "tx_bytes", (json_int_t)c.tx_bytes, "rx_missed",
		(json_int_t)c.rx_missed, "rx_nombuf", (json_int_t)c.rx_nombuf, "rx_errors",
		(json_int_t)c.rx_errors, "tx_errors", (json_int_t)c.tx_errors, "xdp",
		xdp_json(cp, p->name));
}

void ports_get(struct request *rq)
{
	const struct dataplane_conf *conf = &rq->cp->model->conf->dataplane;
	json_t *list = json_array();

	for (uint32_t i = 0; i < conf->n_ports; i++)
		json_array_append_new(list, port_row(rq->cp, &conf->port[i]));
	reply_json(rq->req, 200, list);
}
