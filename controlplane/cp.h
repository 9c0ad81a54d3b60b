/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane as a whole: the parts and who may call whom. main.c makes them and joins them;
 * api/ reads them and changes the model through the functions here. One thread, one event loop.
 */
#pragma once

#include <limits.h>
#include <linux/types.h> /* what weir_abi.h leaves to its includer */

#include <event2/event.h>

#include "health.h"
#include "link.h"
#include "model.h"
#include "route.h"
#include "stats.h"
#include "xdp.h"

struct cp {
	struct event_base *base;
	struct model *model;
	struct stats *stats;
	struct link *link;
	struct route *route;
	struct health *health;
	struct xdp *xdp;       /* NULL: no port with an interface, or it failed (see xdp_error) */
	char xdp_error[512];   /* why, for status; empty = fine */
	time_t started;	       /* wall clock */
	struct event *rebuild; /* coalesces changes: one table per turn of the loop */
	struct event *save;    /* writes the state a moment after the last change */
	uint64_t reloads_ok, reloads_failed;
	int last_reload_ok;

	/* cp_table.c */
	struct event *settle; /* start: until next hops are resolved, at most CP_SETTLE_MS */
	int settling;
	/* cp_xdp.c: the VIPs that the XDP programs have now, sorted */
	struct weir_addr *vips;
	uint32_t n_vips;
	/* cp_save.c */
	char state_path[PATH_MAX];
	struct event *tick; /* each second: samples the counters */
	int save_failed;    /* said once, until it works again */
	uint64_t saved_generation, saved_packets, saved_ms;
	uint64_t save_cost_ms; /* of the last save */
};

/* Takes @conf over in any case. NULL and messages in @d: not started, nothing left behind but the
 * XDP programs, which keep VIP traffic away from the kernel. Warnings do not stop the start.
 */
struct cp *cp_new(struct event_base *base, struct conf *conf, struct weir_diag *d);
/* Saves the state. Forwarding goes on: the data plane keeps its table, XDP stays attached. */
void cp_free(struct cp *cp);

/* The model changed: rebuild, push if the table differs, save. Cheap to call often. */
void cp_changed(struct cp *cp);
/* Re-read the configuration file. On error nothing changes and @d says why. 0 or -errno. */
int cp_reload(struct cp *cp, struct weir_diag *d);
/* Set an override; the caller has filled @o (uid, reason). Takes effect with the next table. */
void cp_override(struct cp *cp, struct model_backend *b, const struct model_override *o);

/* Messages of a part, each as a line of the log. */
void cp_say(const struct weir_diag *d);
