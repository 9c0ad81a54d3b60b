// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>

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

/* Which service forwards this fragment? Only UDP has one that does, and only if it says so. What a
 * piece without ports belongs to is decided by the VIP alone. "Atomic" ones are refused as RFC 8021 asks.
 */
static enum weir_drop find_fragment_service(
	const struct snapshot *s, const struct parsed *p, const struct service **service)
{
	const struct service *svc = snapshot_fragment_service(s, &p->dst, p->proto);
	int is_vip;

	if (svc == NULL || (p->flags & PARSE_ATOMIC) != 0)
		return WEIR_DROP_frag;
	if ((p->flags & PARSE_TINY) != 0)
		return WEIR_DROP_frag_bad;
	if ((p->flags & PARSE_PORTS) != 0)
		svc = snapshot_service(s, &p->dst, p->proto, p->dport, &is_vip);
	if (svc == NULL)
		return WEIR_DROP_no_vip_port;
	if ((svc->flags & WEIR_SVC_FRAG_HASH3) == 0)
		return WEIR_DROP_frag;
	*service = svc;
	return WEIR_DROP_NONE;
}

/* Was the packet that an error quotes sent by the VIP which the error is addressed to? */
static int is_quote_from_dst(const struct parsed *p)
{
	if (p->family == 4)
		return memcmp(p->tuple.v4.daddr, p->dst.b + 12, 4) == 0;
	return memcmp(p->tuple.v6.daddr, p->dst.b, 16) == 0;
}

static enum weir_drop find_error_service(
	const struct snapshot *s, const struct parsed *p, const struct service **service)
{
	int is_vip;
	const struct service *svc = snapshot_service(s, &p->dst, p->proto, p->dport, &is_vip);

	if (svc == NULL || !is_quote_from_dst(p))
		return WEIR_DROP_icmp_not_ours;
	*service = svc;
	return WEIR_DROP_NONE;
}

/* Everything but whole TCP and UDP packets. */
static __rte_noinline enum weir_drop classify_other(
	const struct snapshot *s, struct batch *b, uint8_t k)
{
	const struct parsed *p = &b->parsed[k];

	if (!snapshot_is_vip(s, &p->dst))
		return WEIR_DROP_not_local;
	if (snapshot_is_vip(s, &p->src))
		return WEIR_DROP_src_is_vip;
	if (p->kind == PARSE_ECHO)
		return batch_ask(b, k, BATCH_REPLY_ECHO, WEIR_DROP_icmp_rate);
	if (p->kind == PARSE_FRAGMENT)
		return find_fragment_service(s, p, &b->service[k]);
	return find_error_service(s, p, &b->service[k]);
}

static enum weir_drop classify_one(const struct worker *w, struct batch *b, uint8_t k)
{
	const struct parsed *p = &b->parsed[k];
	enum weir_drop drop = check_link(w, p, b->port);

	if (unlikely(drop != WEIR_DROP_NONE))
		return drop;
	if (unlikely(p->kind != PARSE_FLOW))
		return classify_other(w->table->snap, b, k);
	return find_service(w->table->snap, p, &b->service[k]);
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

		batch_keep(b, &kept, k, classify_one(w, b, k));
	}
	b->n_live = kept;
}
