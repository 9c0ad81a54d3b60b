/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane's own parts among themselves; others use cp.h. */
#pragma once

#include "cp.h"

#define CP_SETTLE_MS	   500
#define CP_SAVE_MS	   200 /* after a change */
#define CP_SAVE_COUNTERS_S 5   /* when only counters moved */

/* cp_table.c: the model is one table further, if its content differs; called by cp->rebuild. */
void cp_table_rebuild(int fd, short what, void *arg);
/* Tell route/ and health/ what there is to watch: after a start and a reload. */
void cp_table_watch(struct cp *cp);

/* cp_hooks.c */
extern const struct link_hooks cp_link_hooks; /* arg is filled in by the caller */
void cp_on_check(void *arg, const struct health_result *r);
void cp_on_route(void *arg);
/* A service that uses the pool, for texts: SERVICE/BACKEND. */
const char *cp_service_of(const struct cp *cp, const struct model_pool *p);

/* cp_xdp.c */
void cp_xdp_start(struct cp *cp);
/* Beats maps for the ports of a data plane; 0 or -EAGAIN and cp->xdp_error. */
int cp_xdp_hello(
	struct cp *cp, const struct weir_hello *h, int fds[WEIR_MAX_PORTS], uint32_t *mask);
void cp_xdp_vips_grow(struct cp *cp);
void cp_xdp_vips_exact(struct cp *cp);

/* cp_save.c */
void cp_save_soon(struct cp *cp);
void cp_save_now(struct cp *cp);
void cp_save_on_timer(int fd, short what, void *arg);
void cp_save_on_tick(int fd, short what, void *arg);

/* cp_reload.c: warnings about changes that a reload cannot bring about. */
void cp_reload_compare(const struct conf *old, const struct conf *new, struct weir_diag *d);
