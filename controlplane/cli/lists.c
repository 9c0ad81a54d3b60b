// SPDX-License-Identifier: BSD-3-Clause
/* Columns of every listing, and the commands that are nothing but a listing. */
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "lists.h"
#include "page.h"

#define RIGHT  LISTING_RIGHT
#define HIDDEN LISTING_HIDDEN
#define STATE  LISTING_STATE

static void vip_text(const json_t *row, char *out, size_t size)
{
	const char *vip = page_text(row, "vip");
	int v6 = 0;

	for (const char *p = vip; *p != '\0'; p++)
		v6 |= *p == ':';
	snprintf(out, size, v6 ? "[%s]:%s/%s" : "%s:%s/%s", vip, page_text(row, "ports"),
		page_text(row, "protocol"));
}

static void link_text(const json_t *row, char *out, size_t size)
{
	snprintf(out, size, "%s", json_is_true(json_object_get(row, "link_up")) ? "up" : "down");
}

static void xdp_text(const json_t *row, char *out, size_t size)
{
	const json_t *xdp = json_object_get(row, "xdp");
	int attached = json_is_true(json_object_get(xdp, "attached"));
	int native = json_is_true(json_object_get(xdp, "native"));

	snprintf(out, size, "%s",
		!json_is_object(xdp) ? "-"
		: !attached	     ? "detached"
		: native	     ? "native"
				     : "generic");
}

static void no_worker_text(const json_t *row, char *out, size_t size)
{
	const json_t *xdp = json_object_get(row, "xdp");

	snprintf(out, size, "%lld", page_int(xdp, "no_worker") + page_int(xdp, "redirect_failed"));
}

static void busy_text(const json_t *row, char *out, size_t size)
{
	double busy = json_number_value(json_object_get(row, "busy_s"));
	double idle = json_number_value(json_object_get(row, "idle_s"));

	snprintf(out, size, "%.0f%%", busy + idle > 0 ? 100 * busy / (busy + idle) : 0.0);
}

static void flows_text(const json_t *row, char *out, size_t size)
{
	snprintf(out, size, "%lld", page_int(json_object_get(row, "flow_table"), "live"));
}

static void capacity_text(const json_t *row, char *out, size_t size)
{
	snprintf(out, size, "%lld", page_int(json_object_get(row, "flow_table"), "capacity"));
}

/* clang-format off */
static const struct listing_column service_columns[] = {
	{ "service", "SERVICE", 0, NULL },
	{ "vip", "VIP", 0, vip_text },
	{ "forward", "FORWARD", 0, NULL },
	{ "gue_port", "GUE_PORT", RIGHT | HIDDEN, NULL },
	{ "affinity", "AFFINITY", HIDDEN, NULL },
	{ "fragments", "FRAGMENTS", HIDDEN, NULL },
	{ "embryonic_timeout_s", "EMBRYONIC_S", RIGHT | HIDDEN, NULL },
	{ "idle_timeout_s", "IDLE_S", RIGHT | HIDDEN, NULL },
	{ "closing_timeout_s", "CLOSING_S", RIGHT | HIDDEN, NULL },
	{ "state", "STATE", STATE, NULL },
	{ "pool", "POOL", 0, NULL },
	{ "backends", "BACKENDS", RIGHT, NULL },
	{ "rows", "ROWS", RIGHT | HIDDEN, NULL },
	{ "tracking", "TRACKING", HIDDEN, NULL },
	{ "new_flows", "NEW_FLOWS", RIGHT, NULL },
	{ "packets", "PACKETS", RIGHT, NULL },
	{ "bytes", "BYTES", RIGHT, NULL },
	{ "drops", "DROPS", RIGHT, NULL },
};

static const struct listing_column backend_columns[] = {
	{ "service", "SERVICE", 0, NULL },
	{ "backend", "BACKEND", 0, NULL },
	{ "pool", "POOL", HIDDEN, NULL },
	{ "address", "ADDRESS", 0, NULL },
	{ "weight", "WEIGHT", RIGHT, NULL },
	{ "effective_weight", "EFFECTIVE", RIGHT, NULL },
	{ "configured_weight", "CONFIGURED", RIGHT | HIDDEN, NULL },
	{ "state", "STATE", STATE, NULL },
	{ "flows", "FLOWS", RIGHT, NULL },
	{ "new_flows", "NEW_FLOWS", RIGHT, NULL },
	{ "packets", "PACKETS", RIGHT, NULL },
	{ "bytes", "BYTES", RIGHT, NULL },
	{ "checks", "CHECKS", RIGHT | HIDDEN, NULL },
	{ "check_failures", "CHECK_FAILURES", RIGHT | HIDDEN, NULL },
	{ "check", "CHECK", 0, NULL },
};

static const struct listing_column worker_columns[] = {
	{ "worker", "WORKER", RIGHT, NULL },
	{ "lcore", "LCORE", RIGHT, NULL },
	{ "generation", "GENERATION", RIGHT, NULL },
	{ "beat_age_ms", "BEAT_MS", RIGHT, NULL },
	{ "busy", "BUSY", RIGHT, busy_text },
	{ "gap_max_us", "GAP_MAX_US", RIGHT, NULL },
	{ "flows", "FLOWS", RIGHT, flows_text },
	{ "capacity", "CAPACITY", RIGHT | HIDDEN, capacity_text },
	{ "rx_packets", "RX", RIGHT, NULL },
	{ "forwarded_packets", "FORWARDED", RIGHT, NULL },
	{ "dropped_packets", "DROPPED", RIGHT, NULL },
	{ "rx_bytes", "RX_BYTES", RIGHT | HIDDEN, NULL },
	{ "forwarded_bytes", "FORWARDED_BYTES", RIGHT | HIDDEN, NULL },
	{ "replied_packets", "REPLIED", RIGHT | HIDDEN, NULL },
};

static const struct listing_column port_columns[] = {
	{ "port", "PORT", 0, NULL },
	{ "interface", "INTERFACE", 0, NULL },
	{ "link", "LINK", STATE, link_text },
	{ "xdp", "XDP", 0, xdp_text },
	{ "queues", "QUEUES", RIGHT, NULL },
	{ "rx_packets", "RX", RIGHT, NULL },
	{ "tx_packets", "TX", RIGHT, NULL },
	{ "rx_missed", "MISSED", RIGHT, NULL },
	{ "no_worker", "NO_WORKER", RIGHT, no_worker_text },
	{ "rx_bytes", "RX_BYTES", RIGHT | HIDDEN, NULL },
	{ "tx_bytes", "TX_BYTES", RIGHT | HIDDEN, NULL },
	{ "rx_nombuf", "NOMBUF", RIGHT | HIDDEN, NULL },
	{ "rx_errors", "RX_ERRORS", RIGHT | HIDDEN, NULL },
	{ "tx_errors", "TX_ERRORS", RIGHT | HIDDEN, NULL },
};
/* clang-format on */

#define LISTING(columns)                                                                           \
	{                                                                                          \
		columns, sizeof(columns) / sizeof(columns[0])                                      \
	}
static const struct listing list_services = LISTING(service_columns);
static const struct listing list_backends = LISTING(backend_columns);
const struct listing list_workers = LISTING(worker_columns);
const struct listing list_ports = LISTING(port_columns);

int service_list_run(const struct invocation *in)
{
	return listing_get(in->o, &list_services, "/v1/services");
}

int worker_list_run(const struct invocation *in)
{
	return listing_get(in->o, &list_workers, "/v1/workers");
}

int port_list_run(const struct invocation *in)
{
	return listing_get(in->o, &list_ports, "/v1/ports");
}

int backend_list_run(const struct invocation *in)
{
	char *path;
	int rc;

	if (!in->arg[0])
		return listing_get(in->o, &list_backends, "/v1/backends");
	path = client_path("/v1/backends?service=", in->arg[0], NULL);
	if (!path)
		return EXIT_REFUSED;
	rc = listing_get(in->o, &list_backends, path);
	free(path);
	return rc;
}
