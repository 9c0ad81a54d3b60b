/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands of the control plane: read from the ring, checked, carried out, answered. Every word is
 * taken as hostile: a message is judged in its private copy, a table is copied once before anybody
 * looks at it.
 */
#pragma once

#include "counters.h"
#include "lcore.h"
#include "publish.h"
#include "verify.h"
#include "weir_ring.h"

/* Main lcore only. */
struct receiver {
	struct weir_region *region; /* NULL while no control plane is there */
	uint64_t region_count;	    /* names the region in tickets */
	struct weir_ring_end command, reply;
	int broken;	 /* the peer does not read its answers, or broke a ring */
	uint64_t said_s; /* the second in which `said` refusals were logged */
	uint32_t said;
	struct publish *publish;
	struct weir_counters_head *counters;
	struct lcore *const *workers;
	uint32_t n_workers;
	struct verify *verify; /* NULL: it cannot be asked */
};

/* @region: mapped, the caller unmaps it after receiver_detach(). */
void receiver_attach(struct receiver *r, struct weir_region *region);
void receiver_detach(struct receiver *r);

/* Carry out what is in the ring. 0, or -EPROTO: the peer broke the rings; detach and hang up. */
int receiver_poll(struct receiver *r);

/* struct verify: @arg is the receiver. */
void receiver_verified(void *arg, const struct weir_msg *m);
/* publish_applied: @arg is the receiver. */
void receiver_applied(void *arg, struct publish_ticket ticket, const struct table *t);
