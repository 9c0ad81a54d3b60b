// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>

#include "flow_table.h"
#include "table_check_int.h"

static int is_forward_known(const struct weir_table_service *s)
{
	return (s->forward == WEIR_FWD_L2DSR || s->forward == WEIR_FWD_IPIP) &&
	       s->tracking == WEIR_TRACK_FULL && s->flags == 0;
}

static int are_ports_good(const struct weir_table_service *s)
{
	return (s->proto == IPPROTO_TCP || s->proto == IPPROTO_UDP) && s->port != 0 &&
	       s->port <= s->port_last;
}

static int are_numbers_good(const struct table_view *v, const struct weir_table_service *s)
{
	return s->pool < v->head->n_pools && s->slot < WEIR_MAX_SERVICES && s->idle_s != 0 &&
	       s->idle_s <= FLOW_IDLE_MAX_S;
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

/* @a stands before @b: same VIP and protocol means that @b begins behind the range of @a. */
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
	return b->port > a->port_last ? WEIR_REFUSAL_NONE : WEIR_REFUSAL_service_twice;
}

static enum weir_refusal check_one(
	const struct table_view *v, const struct weir_table_service *s, uint64_t *taken)
{
	if (!is_forward_known(s) || !are_ports_good(s) || !are_numbers_good(v, s))
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

	for (uint32_t i = 0; i < v->head->n_services; i++) {
		enum weir_refusal reason = check_one(v, &s[i], taken);

		if (reason == WEIR_REFUSAL_NONE && i > 0)
			reason = check_order(&s[i - 1], &s[i]);
		if (reason != WEIR_REFUSAL_NONE)
			return table_refuse(reason, i);
	}
	return TABLE_GOOD;
}
