/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane as a whole: the parts and who may call whom. main.c makes them and joins them;
 * api/ reads them and changes the model through the functions here. One thread, one event loop.
 */
#pragma once

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
	struct xdp *xdp;         /* NULL: no port with an interface, or it failed (see xdp_error) */
	char xdp_error[512];     /* why, for status; empty = fine */
	time_t started;          /* wall clock */
	struct event *rebuild;   /* coalesces changes: one table per turn of the loop */
	struct event *save;      /* writes the state a moment after the last change */
	uint64_t reloads_ok, reloads_failed;
	int last_reload_ok;
};

/* The model changed: rebuild, push if the table differs, save. Cheap to call often. */
void cp_changed(struct cp *cp);
/* Re-read the configuration file. On error nothing changes and @d says why. 0 or -errno. */
int cp_reload(struct cp *cp, struct weir_diag *d);
/* Set an override; the caller has filled @o (uid, reason). Takes effect with the next table. */
void cp_override(struct cp *cp, struct model_backend *b, const struct model_override *o);
