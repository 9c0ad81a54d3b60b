// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "server.h"

static const char *mac_text(const uint8_t mac[6], char out[18])
{
	snprintf(out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
	return out;
}

json_t *next_hop_json(const struct weir_table_next_hop *hop)
{
	char src[46], to[18], from[18];

	if (hop->state != WEIR_HOP_READY)
		return json_pack("{s:s}", "state", "pending");
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i}", "state", "ready", "mac",
		mac_text(hop->dst_mac, to), "src_mac", mac_text(hop->src_mac, from), "source",
		addr_text(&hop->src, src, sizeof(src)), "port", (int)hop->port, "vlan",
		(int)hop->vlan, "mtu", (int)hop->mtu);
}
