/* SPDX-License-Identifier: BSD-3-Clause */
/* The stages of a packet: each takes a whole burst and leaves a whole burst. Only the owner of @w
 * may call them. None logs, allocates, locks or makes a system call.
 */
#pragma once

#include "batch.h"
#include "worker.h"

/* In: mbuf. Out: parsed, data (of TCP and UDP); packets in one piece.
 * Drops: l2_long, segments, and whatever parse_frame() refuses.
 */
void stage_parse(struct worker *w, struct batch *b);

/* In: parsed. Out: service; an echo request to a VIP is asked for a reply. Drops: no_table, l2_dst,
 * l2_src, vlan_unknown, not_local, src_is_vip, no_vip_port, frag, frag_bad, icmp_not_ours.
 */
void stage_classify(struct worker *w, struct batch *b);

/* In: parsed, service. Out: hash; bucket and row are on their way into the cache. Drops nothing. */
void stage_flow(struct worker *w, struct batch *b);

/* In: hash, service, parsed. Out: slot, backend, flow; the flow table is up to date. Drops: no_backend. */
void stage_select(struct worker *w, struct batch *b);

/* In: backend. Out: mbuf holds the frame to be sent; what does not fit is asked for a reply. Drops:
 * neigh_pending, too_big.
 */
void stage_rewrite(struct worker *w, struct batch *b);

/* In: asked, reply, parsed, mtu. Out: mbuf holds the answer, and is live again. Drops: icmp_rate, too_big. */
void stage_reply(struct worker *w, struct batch *b);

/* After transmission. In: reason and reply of every packet. Counts each once: forwarded, replied or
 * dropped.
 */
void stage_account(struct worker *w, struct batch *b);

struct stage {
	const char *name;
	void (*run)(struct worker *w, struct batch *b);
};
/* In the order in which they run; the last element has no name. Transmission and accounting follow. */
extern const struct stage stages[];

void stages_run(struct worker *w, struct batch *b);
