/* SPDX-License-Identifier: BSD-3-Clause */
#include "table_check.h"
#include "tables_hops.h"

_Static_assert(WEIR_MAX_BACKENDS <= WEIR_MAX_NEXT_HOPS, "a hop for each backend fits");
_Static_assert(TABLES_HOP_HASH >= 2 * WEIR_MAX_NEXT_HOPS, "probing ends at a free place");

static int mac_unicast(const uint8_t mac[6])
{
	static const uint8_t zero[6];

	return !(mac[0] & 1) && memcmp(mac, zero, 6) != 0;
}

/* What weir_table.h asks of a READY hop. */
static int usable(const struct weir_table_next_hop *h, const struct weir_addr *dst)
{
	return h->state == WEIR_HOP_READY && h->port < WEIR_MAX_PORTS && h->vlan < 4095 &&
	       h->mtu >= 576 && mac_unicast(h->dst_mac) && mac_unicast(h->src_mac) &&
	       weir_addr_is_v4(&h->src) == weir_addr_is_v4(dst);
}

/* Every byte is set, padding included: bytes are compared, hashed and sent. */
static void normalise(struct weir_table_next_hop *out, const struct model_backend *b)
{
	memset(out, 0, sizeof(*out));
	if (!usable(&b->hop, &b->addr))
		return; /* all zero is PENDING */
	out->src = b->hop.src;
	out->port = b->hop.port;
	out->vlan = b->hop.vlan;
	out->mtu = b->hop.mtu;
	out->state = WEIR_HOP_READY;
	memcpy(out->dst_mac, b->hop.dst_mac, sizeof(out->dst_mac));
	memcpy(out->src_mac, b->hop.src_mac, sizeof(out->src_mac));
}

uint32_t tables_hops_add(struct tables_hops *h, const struct model_backend *b)
{
	struct weir_table_next_hop hop;
	uint32_t at;

	normalise(&hop, b);
	at = table_checksum(&hop, sizeof(hop)) & (TABLES_HOP_HASH - 1);
	while (h->index[at]) {
		if (memcmp(&h->hop[h->index[at] - 1], &hop, sizeof(hop)) == 0)
			return h->index[at] - 1;
		at = (at + 1) & (TABLES_HOP_HASH - 1);
	}
	h->hop[h->n] = hop;
	h->index[at] = (uint16_t)(++h->n);
	return h->n - 1;
}
