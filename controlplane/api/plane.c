// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>
#include <string.h>

#include "plane.h"

int plane_connected(const struct cp *cp)
{
	return cp->link && link_connected(cp->link);
}

const struct weir_hello *plane_hello(const struct cp *cp)
{
	return cp->link ? link_hello(cp->link) : NULL;
}

void plane_status(const struct cp *cp, struct link_status *out)
{
	memset(out, 0, sizeof(*out));
	if (cp->link)
		link_status(cp->link, out);
}

const char *plane_name(const struct cp *cp)
{
	return plane_connected(cp) && plane_generation(cp) != 0 ? "dpdk" : "none";
}

int plane_pool_up(const struct model_pool *p)
{
	for (uint32_t i = 0; i < p->n_backends; i++)
		if (plane_backend_state(p->backends[i]) == PLANE_UP)
			return 1;
	return 0;
}

static uint64_t plane_refused(const struct cp *cp)
{
	struct weir_counters_head head;
	struct link_status st;
	uint64_t sum = 0;

	stats_head(cp->stats, &head);
	for (int i = 0; i < WEIR_REFUSAL__COUNT; i++)
		sum += head.refused[i];
	plane_status(cp, &st);
	/* The data plane also counts what it refused from an earlier control plane. */
	return sum > st.refused ? sum : st.refused;
}

static int plane_workers(const struct cp *cp)
{
	uint32_t n = stats_attached(cp->stats) ? stats_workers(cp->stats) : 0;
	struct weir_worker_counters w;
	int holding = 0;

	for (uint32_t i = 0; i < n; i++) {
		stats_worker(cp->stats, i, &w);
		holding += w.generation != 0;
	}
	return holding;
}

uint64_t plane_generation(const struct cp *cp)
{
	struct weir_counters_head head;

	stats_head(cp->stats, &head);
	return stats_attached(cp->stats) ? head.generation : 0;
}

void plane_count(const struct cp *cp, struct plane_counts *out)
{
	const struct model *m = cp->model;

	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < m->n_services; i++)
		out->services_up += plane_pool_up(m->services[i]->pool);
	for (uint32_t i = 0; i < m->n_pools; i++) {
		const struct model_pool *p = m->pools[i];

		out->backends += (int)p->n_backends;
		for (uint32_t j = 0; j < p->n_backends; j++)
			out->backends_up += plane_backend_state(p->backends[j]) == PLANE_UP;
	}
	out->workers = plane_workers(cp);
	out->refused = plane_refused(cp);
}

enum plane_state plane_backend_state(const struct model_backend *b)
{
	if (b->override.admin == MODEL_ADMIN_MAINT)
		return PLANE_MAINT;
	switch (model_backend_state(b)) {
	case WEIR_BACKEND_UP:
		return b->health.verdict == MODEL_DOWN ? PLANE_PANIC : PLANE_UP;
	case WEIR_BACKEND_DRAIN:
		return PLANE_DRAIN;
	default:
		return PLANE_DOWN;
	}
}

const char *plane_state_name(enum plane_state state)
{
	static const char *const names[PLANE_STATE__COUNT] = {
		"up", "drain", "down", "maint", "panic"};

	return state < PLANE_STATE__COUNT ? names[state] : "unknown";
}

const char *plane_admin_name(enum model_admin admin)
{
	return admin == MODEL_ADMIN_DRAIN ? "drain" : admin == MODEL_ADMIN_MAINT ? "maint" : "up";
}

const char *plane_forward_name(enum weir_forward forward)
{
	static const char *const names[WEIR_FWD__COUNT] = {"l2dsr", "ipip", "gue", "gre"};

	return forward < WEIR_FWD__COUNT ? names[forward] : "unknown";
}

const char *plane_proto_name(uint8_t proto)
{
	return proto == IPPROTO_UDP ? "udp" : "tcp";
}

int plane_xdp(const struct cp *cp, const char *port, struct xdp_status *out)
{
	for (uint32_t i = 0; cp->xdp && i < xdp_ports(cp->xdp); i++) {
		xdp_status(cp->xdp, i, out);
		if (strcmp(out->port, port) == 0)
			return 1;
	}
	return 0;
}

uint64_t plane_xdp_no_worker(const struct cp *cp)
{
	struct xdp_status st;
	uint64_t sum = 0;

	for (uint32_t i = 0; cp->xdp && i < xdp_ports(cp->xdp); i++) {
		xdp_status(cp->xdp, i, &st);
		sum += st.counters[WEIR_XDP_NO_WORKER] + st.counters[WEIR_XDP_REDIRECT_FAILED];
	}
	return sum;
}
