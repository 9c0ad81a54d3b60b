/* SPDX-License-Identifier: BSD-3-Clause */
/* What several endpoints and the metrics ask about the running whole. Parts that are missing (no
 * data plane, no XDP) read as not connected and zero.
 */
#pragma once

#include "cp.h"

int plane_connected(const struct cp *cp);
const struct weir_hello *plane_hello(const struct cp *cp);
void plane_status(const struct cp *cp, struct link_status *out);

/* Who balances now: "dpdk" while a data plane is connected and holds a table, else "none". */
const char *plane_name(const struct cp *cp);

/* Of the table that the connected data plane uses; 0 = none. */
uint64_t plane_generation(const struct cp *cp);

struct plane_counts {
	int services_up; /* with at least one backend that passes its checks and takes flows */
	int backends, backends_up;
	int workers;	  /* that hold a table, while a data plane is connected */
	uint64_t refused; /* tables, since the data plane started */
};
void plane_count(const struct cp *cp, struct plane_counts *out);

/* Some backend passes its checks (or has none) and takes flows. */
int plane_pool_up(const struct model_pool *p);

/* One word that says whether the backend takes flows, and if not, who decided it: maint is an
 * operator's down; panic takes flows although its checks fail, since those of all its brothers do.
 */
enum plane_state {
	PLANE_UP,
	PLANE_DRAIN,
	PLANE_DOWN,
	PLANE_MAINT,
	PLANE_PANIC,
	PLANE_STATE__COUNT
};
enum plane_state plane_backend_state(const struct model_backend *b);
const char *plane_state_name(enum plane_state state);
const char *plane_admin_name(enum model_admin admin);
const char *plane_forward_name(enum weir_forward forward);
const char *plane_proto_name(uint8_t proto);

/* XDP of the port called @port: 1 and @out filled, or 0. */
int plane_xdp(const struct cp *cp, const char *port, struct xdp_status *out);
/* Packets to a VIP that XDP dropped for want of a worker, on all ports. */
uint64_t plane_xdp_no_worker(const struct cp *cp);
