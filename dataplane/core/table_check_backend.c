// SPDX-License-Identifier: BSD-3-Clause
#include "table_check_int.h"

#define VLAN_MAX 4094
#define MTU_MIN	 576 /* RFC 791: what every IPv4 host takes */

static int is_station(const uint8_t *mac)
{
	static const uint8_t none[6];

	return (mac[0] & 1) == 0 && memcmp(mac, none, sizeof(none)) != 0;
}

static int is_ready_good(const struct weir_table_next_hop *h)
{
	return h->vlan <= VLAN_MAX && h->mtu >= MTU_MIN && is_station(h->dst_mac) &&
	       is_station(h->src_mac);
}

static int is_hop_good(const struct table_view *v, const struct weir_table_next_hop *h)
{
	if (h->state >= WEIR_HOP_STATE__COUNT || h->port >= v->limits->n_ports)
		return 0;
	if (h->pad0 != 0 || h->pad1 != 0)
		return 0;
	return h->state != WEIR_HOP_READY || is_ready_good(h);
}

struct table_verdict table_check_next_hops(const struct table_view *v)
{
	const struct weir_table_next_hop *h = table_next_hops(v->blob);

	for (uint32_t i = 0; i < v->head->n_next_hops; i++) {
		if (!is_hop_good(v, &h[i]))
			return table_refuse(WEIR_REFUSAL_next_hop_field, i);
	}
	return TABLE_GOOD;
}

/* Services are sorted by their VIP's bytes. */
static int is_vip(const struct table_view *v, const struct weir_addr *addr)
{
	const struct weir_table_service *s = table_services(v->blob);
	uint32_t low = 0, high = v->head->n_services;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		int order = memcmp(s[mid].vip.b, addr->b, sizeof(addr->b));

		if (order == 0)
			return 1;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return 0;
}

static int is_hole_clean(const struct weir_table_backend *b)
{
	static const struct weir_addr none;

	return weir_addr_eq(&b->addr, &none) && b->next_hop == 0 && b->weight == 0 &&
	       b->pad0 == 0 && b->pad1 == 0;
}

/* The outer source must be of the outer destination's family, or the header would be nonsense. */
static int is_hop_fitting(const struct table_view *v, const struct weir_table_backend *b)
{
	const struct weir_table_next_hop *h = table_next_hops(v->blob) + b->next_hop;

	return h->state != WEIR_HOP_READY || weir_addr_is_v4(&h->src) == weir_addr_is_v4(&b->addr);
}

static int are_fields_good(const struct table_view *v, const struct weir_table_backend *b)
{
	if (b->state >= WEIR_BACKEND_STATE__COUNT || b->pad0 != 0 || b->pad1 != 0)
		return 0;
	return b->weight <= WEIR_MAX_WEIGHT && b->next_hop < v->head->n_next_hops &&
	       is_hop_fitting(v, b);
}

static enum weir_refusal check_one(const struct table_view *v, const struct weir_table_backend *b)
{
	if (b->state == WEIR_BACKEND_NONE)
		return is_hole_clean(b) ? WEIR_REFUSAL_NONE : WEIR_REFUSAL_backend_field;
	if (!are_fields_good(v, b))
		return WEIR_REFUSAL_backend_field;
	if (!table_allowed(v->limits->backends, v->limits->n_backends, &b->addr))
		return WEIR_REFUSAL_backend_not_allowed;
	return is_vip(v, &b->addr) ? WEIR_REFUSAL_backend_is_vip : WEIR_REFUSAL_NONE;
}

struct table_verdict table_check_backends(const struct table_view *v)
{
	const struct weir_table_backend *b = table_backends(v->blob);

	for (uint32_t i = 0; i < v->head->n_backends; i++) {
		enum weir_refusal reason = check_one(v, &b[i]);

		if (reason != WEIR_REFUSAL_NONE)
			return table_refuse(reason, i);
	}
	return TABLE_GOOD;
}
