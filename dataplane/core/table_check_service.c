// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>

#include "flow_table.h"
#include "table_check_int.h"

_Static_assert(UINT16_MAX <= FLOW_IDLE_MAX_S, "the short timers cannot be too long");

static int is_forward_known(const struct weir_table_service *s)
{
	return s->forward < WEIR_FWD__COUNT && (s->forward == WEIR_FWD_GUE) == (s->gue_port != 0) &&
	       s->tracking == WEIR_TRACK_FULL;
}

static int are_flags_good(const struct weir_table_service *s)
{
	if ((s->flags & ~WEIR_SVC__FLAGS) != 0)
		return 0;
	return (s->flags & WEIR_SVC_FRAG_HASH3) == 0 || s->proto == IPPROTO_UDP;
}

static int is_fallback(const struct weir_table_service *s)
{
	return s->port == WEIR_PORT_ANY && s->port_last == WEIR_PORT_ANY_LAST;
}

static int are_ports_good(const struct weir_table_service *s)
{
	if (s->proto != IPPROTO_TCP && s->proto != IPPROTO_UDP)
		return 0;
	return is_fallback(s) || (s->port != 0 && s->port <= s->port_last);
}

static int are_timers_good(const struct weir_table_service *s)
{
	return s->idle_s != 0 && s->idle_s <= FLOW_IDLE_MAX_S && s->embryonic_s != 0 &&
	       s->closing_s != 0;
}

static int are_numbers_good(const struct table_view *v, const struct weir_table_service *s)
{
	return s->pool < v->head->n_pools && s->slot < WEIR_MAX_SERVICES &&
	       (s->pad[0] | s->pad[1] | s->pad[2]) == 0;
}

static int are_fields_good(const struct table_view *v, const struct weir_table_service *s)
{
	return is_forward_known(s) && are_flags_good(s) && are_ports_good(s) &&
	       are_timers_good(s) && are_numbers_good(v, s);
}

/* Remembers the slots of counters that were given away. */
static int take_slot(uint64_t *taken, uint32_t slot)
{
	uint64_t bit = 1ull << slot % 64;

	if ((taken[slot / 64] & bit) != 0)
		return 0;
	taken[slot / 64] |= bit;
	return 1;
}

/* @a stands before @b: same VIP and protocol means that @b begins behind the range of @a, unless that
 * is the fallback, which stands before all.
 */
static enum weir_refusal check_order(
	const struct weir_table_service *a, const struct weir_table_service *b)
{
	int order = memcmp(a->vip.b, b->vip.b, sizeof(a->vip.b));

	if (order == 0)
		order = (int)a->proto - (int)b->proto;
	if (order < 0)
		return WEIR_REFUSAL_NONE;
	if (order > 0 || b->port < a->port)
		return WEIR_REFUSAL_service_order;
	if (is_fallback(a) && b->port != WEIR_PORT_ANY)
		return WEIR_REFUSAL_NONE;
	return b->port > a->port_last ? WEIR_REFUSAL_NONE : WEIR_REFUSAL_service_twice;
}

static int is_same_way(const struct weir_table_service *a, const struct weir_table_service *b)
{
	return a->pool == b->pool && a->flags == b->flags && a->forward == b->forward &&
	       a->gue_port == b->gue_port;
}

/* A fragment without ports may belong to any service of its VIP that forwards fragments, and must get
 * where the first one went. @first: the first such service up to now, of whatever VIP.
 */
static enum weir_refusal check_fragments(
	const struct weir_table_service **first, const struct weir_table_service *s)
{
	if ((s->flags & WEIR_SVC_FRAG_HASH3) == 0)
		return WEIR_REFUSAL_NONE;
	if (*first == NULL || !weir_addr_eq(&(*first)->vip, &s->vip)) {
		*first = s;
		return WEIR_REFUSAL_NONE;
	}
	return is_same_way(*first, s) ? WEIR_REFUSAL_NONE : WEIR_REFUSAL_service_field;
}

static enum weir_refusal check_one(
	const struct table_view *v, const struct weir_table_service *s, uint64_t *taken)
{
	if (!are_fields_good(v, s))
		return WEIR_REFUSAL_service_field;
	if (!take_slot(taken, s->slot))
		return WEIR_REFUSAL_service_field;
	if (!table_allowed(v->limits->vips, v->limits->n_vips, &s->vip))
		return WEIR_REFUSAL_vip_not_allowed;
	return WEIR_REFUSAL_NONE;
}

struct table_verdict table_check_services(const struct table_view *v)
{
	const struct weir_table_service *s = table_services(v->blob);
	uint64_t taken[WEIR_MAX_SERVICES / 64] = {0};
	const struct weir_table_service *fragments = NULL;

	for (uint32_t i = 0; i < v->head->n_services; i++) {
		enum weir_refusal reason = check_one(v, &s[i], taken);

		if (reason == WEIR_REFUSAL_NONE && i > 0)
			reason = check_order(&s[i - 1], &s[i]);
		if (reason == WEIR_REFUSAL_NONE)
			reason = check_fragments(&fragments, &s[i]);
		if (reason != WEIR_REFUSAL_NONE)
			return table_refuse(reason, i);
	}
	return TABLE_GOOD;
}
