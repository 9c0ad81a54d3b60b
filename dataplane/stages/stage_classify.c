// SPDX-License-Identifier: BSD-3-Clause
#include <rte_branch_prediction.h>

#include "stages.h"

/* Is the frame addressed to this port, from somebody else, on a network of ours? */
static enum weir_drop check_link(const struct worker *w, const struct parsed *p, uint16_t port)
{
	uint64_t mac = w->port[port].mac;

	if (unlikely(p->dst_mac != mac))
		return WEIR_DROP_l2_dst;
	if (unlikely(p->src_mac == mac))
		return WEIR_DROP_l2_src;
	if (unlikely(p->vlan != 0) && !table_has_vlan(w->table, p->vlan))
		return WEIR_DROP_vlan_unknown;
	return WEIR_DROP_NONE;
}

/* Which service is it for? A VIP never sends: such a source is forged, or a loop. */
static enum weir_drop find_service(
	const struct snapshot *s, const struct parsed *p, const struct service **service)
{
	int is_vip = 0;
	const struct service *svc = snapshot_service(s, &p->dst, p->proto, p->dport, &is_vip);

	if (unlikely(!is_vip))
		return WEIR_DROP_not_local;
	if (unlikely(snapshot_is_vip(s, &p->src)))
		return WEIR_DROP_src_is_vip;
	if (unlikely(svc == NULL))
		return WEIR_DROP_no_vip_port;
	*service = svc;
	return WEIR_DROP_NONE;
}

void stage_classify(struct worker *w, struct batch *b)
{
	uint16_t kept = 0;

	if (unlikely(w->table == NULL)) {
		batch_drop_all(b, WEIR_DROP_no_table);
		return;
	}
	for (uint16_t i = 0; i < b->n_live; i++) {
		uint8_t k = b->live[i];
		const struct parsed *p = &b->parsed[k];
		enum weir_drop drop = check_link(w, p, b->port);

		if (likely(drop == WEIR_DROP_NONE))
			drop = find_service(w->table->snap, p, &b->service[k]);
		batch_keep(b, &kept, k, drop);
	}
	b->n_live = kept;
}
