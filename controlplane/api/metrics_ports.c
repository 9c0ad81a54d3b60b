// SPDX-License-Identifier: BSD-3-Clause
#include <stddef.h>
#include <string.h>

#include "metrics.h"

static const struct port_family {
	const char *name, *type, *help;
	size_t offset;
} families[] = {
#define FIELD(f) offsetof(struct weir_port_counters, f)
	{"weir_port_link_up", "gauge", "1 while the link is up.", FIELD(link_up)},
	{"weir_port_rx_packets_total", "counter", "Packets received.", FIELD(rx_packets)},
	{"weir_port_tx_packets_total", "counter", "Packets sent.", FIELD(tx_packets)},
	{"weir_port_rx_bytes_total", "counter", "Bytes received.", FIELD(rx_bytes)},
	{"weir_port_tx_bytes_total", "counter", "Bytes sent.", FIELD(tx_bytes)},
	{"weir_port_rx_missed_total", "counter",
		"Packets lost before a worker saw them: the rings were full.", FIELD(rx_missed)},
	{"weir_port_rx_nombuf_total", "counter", "Packets lost for want of a buffer.",
		FIELD(rx_nombuf)},
	{"weir_port_rx_errors_total", "counter", "Receive errors of the driver.", FIELD(rx_errors)},
	{"weir_port_tx_errors_total", "counter", "Transmit errors of the driver.",
		FIELD(tx_errors)},
#undef FIELD
};

static void xdp_families(struct metrics_writer *w, const struct cp *cp)
{
	static const char *const verdicts[WEIR_XDP_COUNTER__COUNT] = {
		"pass", "redirect", "no_worker", "redirect_failed"};
	uint32_t n = cp->xdp ? xdp_ports(cp->xdp) : 0;
	struct xdp_status st;

	writer_family(
		w, "weir_xdp_attached", "gauge", "1 while our XDP program is on the interface.");
	for (uint32_t i = 0; i < n; i++) {
		xdp_status(cp->xdp, i, &st);
		writer_u64(w, st.attached != 0, "port", st.port, "mode",
			st.native ? "native" : "generic", NULL);
	}
	writer_family(w, "weir_xdp_packets_total", "counter",
		"Packets that the XDP program saw, by what it did with them.");
	for (uint32_t i = 0; i < n; i++) {
		xdp_status(cp->xdp, i, &st);
		for (int v = 0; v < WEIR_XDP_COUNTER__COUNT; v++)
			writer_u64(
				w, st.counters[v], "port", st.port, "verdict", verdicts[v], NULL);
	}
}

void metrics_ports(struct metrics_writer *w, const struct cp *cp)
{
	struct weir_port_counters c;
	uint64_t value;

	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
		writer_family(w, families[f].name, families[f].type, families[f].help);
		for (uint32_t i = 0; i < stats_ports(cp->stats); i++) {
			stats_port(cp->stats, i, &c);
			memcpy(&value, (const char *)&c + families[f].offset, sizeof(value));
			if (families[f].offset == offsetof(struct weir_port_counters, link_up))
				value = value != 0 && stats_attached(cp->stats);
			writer_u64(w, value, "port", c.name, NULL);
		}
	}
	xdp_families(w, cp);
}
