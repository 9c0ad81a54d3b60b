/* SPDX-License-Identifier: BSD-3-Clause */
/* The stages of a packet: each takes a whole burst and leaves a whole burst. Only the owner of @w
 * may call them. None logs, allocates, locks or makes a system call.
 */
#pragma once

#include "batch.h"
#include "worker.h"

/* In: mbuf. Out: parsed, data; packets in one piece.
 * Drops: l2_long, segments, and whatever parse_frame() refuses.
 */
void stage_parse(struct worker *w, struct batch *b);

/* In: parsed. Out: service. Drops: no_table, l2_dst, l2_src, vlan_unknown, not_local, src_is_vip,
 * no_vip_port.
 */
void stage_classify(struct worker *w, struct batch *b);

/* In: parsed, service. Out: hash; bucket and row are on their way into the cache. Drops nothing. */
void stage_flow(struct worker *w, struct batch *b);

/* In: hash, service, parsed. Out: slot, backend; the flow table is up to date. Drops: no_backend. */
void stage_select(struct worker *w, struct batch *b);

/* In: backend. Out: mbuf holds the frame to be sent. Drops: neigh_pending, too_big. */
void stage_rewrite(struct worker *w, struct batch *b);

/* After transmission. In: reason of every packet. Counts each once, as forwarded or dropped. */
void stage_account(struct worker *w, struct batch *b);

struct stage {
	const char *name;
	void (*run)(struct worker *w, struct batch *b);
};
/* In the order in which they run; the last element has no name. Transmission and accounting follow. */
extern const struct stage stages[];

void stages_run(struct worker *w, struct batch *b);
