// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "checksum.h"
#include "encap_shim.h"

static uint8_t inner_proto(const struct parsed *p)
{
	return p->family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
}

uint8_t encap_shim_proto(enum weir_forward forward, const struct parsed *p)
{
	if (forward == WEIR_FWD_GUE)
		return IPPROTO_UDP;
	return forward == WEIR_FWD_GRE ? IPPROTO_GRE : inner_proto(p);
}

/* The ephemeral range leaves 14 bits of entropy (RFC 6335). They are the low end of the hash: the row
 * took the high one, so flows of one row still spread over the receiver's queues.
 */
static uint32_t source_port(uint64_t hash)
{
	return 0xc000 | (uint32_t)(hash & 0x3fff);
}

/* RFC 8200 wants a checksum over all of the packet. A sum that comes out as 0 is sent as 0xffff, since 0
 * in UDP means "none" (RFC 768).
 */
static uint16_t checksum_ip6(const struct encap *e, const uint8_t *udp, uint32_t len)
{
	uint32_t sum = csum_add(udp, len, e->csum) + htons((uint16_t)len) + htons(IPPROTO_UDP);
	uint16_t csum = csum_finish(sum);

	return csum == 0 ? 0xffff : csum;
}

/* Over IPv4 the checksum stays 0, "none": the outer header has its own, the inner packet too. */
static void write_gue(
	const struct encap *e, uint16_t port, uint8_t *at, const struct parsed *p, uint64_t hash)
{
	uint32_t len = ENCAP_GUE_LEN + (uint32_t)p->l3_len;
	uint16_t csum;

	memset(at, 0, ENCAP_GUE_LEN);
	encap_put16(at, source_port(hash));
	encap_put16(at + 2, port);
	encap_put16(at + 4, len);
	at[9] = inner_proto(p);
	if (e->outer_len == ENCAP_IP4_LEN)
		return;
	csum = checksum_ip6(e, at, len);
	memcpy(at + 6, &csum, sizeof(csum));
}

static void write_gre(uint8_t *at, const struct parsed *p)
{
	encap_put16(at, 0);
	encap_put16(at + 2, encap_ethertype(p->family));
}

void encap_shim_write(const struct encap *e, struct encap_way way, uint8_t *at,
	const struct parsed *p, uint64_t hash)
{
	if (way.forward == WEIR_FWD_GUE)
		write_gue(e, way.gue_port, at, p, hash);
	else if (way.forward == WEIR_FWD_GRE)
		write_gre(at, p);
}
