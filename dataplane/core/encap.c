// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "checksum.h"
#include "encap.h"

#define ETHERTYPE_IP4  0x0800
#define ETHERTYPE_IP6  0x86dd
#define ETHERTYPE_VLAN 0x8100

#define IP4_LEN 20
#define IP6_LEN 40

static void put16(uint8_t *at, uint32_t host)
{
	at[0] = (uint8_t)(host >> 8);
	at[1] = (uint8_t)host;
}

static uint32_t ethertype(uint32_t family)
{
	return family == 4 ? ETHERTYPE_IP4 : ETHERTYPE_IP6;
}

static uint8_t init_link(uint8_t *at, const struct weir_table_next_hop *hop, uint32_t type)
{
	memcpy(at, hop->dst_mac, 6);
	memcpy(at + 6, hop->src_mac, 6);
	if (hop->vlan == 0) {
		put16(at + 12, type);
		return 14;
	}
	put16(at + 12, ETHERTYPE_VLAN);
	put16(at + 14, hop->vlan);
	put16(at + 16, type);
	return 18;
}

/* DF is set and the id 0: the outer packet is never fragmented, so the id means nothing (RFC 6864). */
static void init_ip4(struct encap *e, const struct weir_addr *src, const struct weir_addr *dst)
{
	uint8_t *ip = e->bytes + e->l2_len;

	ip[0] = 0x45;
	ip[6] = 0x40;
	ip[8] = ENCAP_TTL;
	memcpy(ip + 12, src->b + 12, 4);
	memcpy(ip + 16, dst->b + 12, 4);
	e->outer_len = IP4_LEN;
	e->csum = csum_add(ip, IP4_LEN, 0);
}

static void init_ip6(struct encap *e, const struct weir_addr *src, const struct weir_addr *dst)
{
	uint8_t *ip = e->bytes + e->l2_len;

	ip[0] = 0x60;
	ip[7] = ENCAP_TTL;
	memcpy(ip + 8, src->b, 16);
	memcpy(ip + 24, dst->b, 16);
	e->outer_len = IP6_LEN;
}

void encap_init(struct encap *e, const struct weir_table_next_hop *hop, const struct weir_addr *dst)
{
	uint32_t family = weir_addr_is_v4(dst) ? 4 : 6;

	memset(e, 0, sizeof(*e));
	e->l2_len = init_link(e->bytes, hop, ethertype(family));
	if (family == 4)
		init_ip4(e, &hop->src, dst);
	else
		init_ip6(e, &hop->src, dst);
}

static uint8_t inner_proto(const struct parsed *p)
{
	return p->family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
}

/* RFC 6040, normal mode: the outer ECN field is a copy of the inner one, and so is the DSCP. */
static void finish_ip4(const struct encap *e, uint8_t *ip, const struct parsed *p)
{
	uint16_t total_be = htons((uint16_t)(IP4_LEN + p->l3_len));
	uint16_t csum;

	ip[1] = p->tos;
	memcpy(ip + 2, &total_be, 2);
	ip[9] = inner_proto(p);
	csum = csum_finish(e->csum + htons(p->tos) + total_be + htons(ip[9]));
	memcpy(ip + 10, &csum, 2);
}

/* The flow label spreads flows over the receiver's queues and over equal paths (RFC 6438). It takes
 * the low bits of the hash: the row took the high ones.
 */
static void finish_ip6(uint8_t *ip, const struct parsed *p, uint64_t hash)
{
	uint32_t first_be = htonl(6u << 28 | (uint32_t)p->tos << 20 | (uint32_t)(hash & 0xfffff));

	memcpy(ip, &first_be, 4);
	put16(ip + 4, p->l3_len);
	ip[6] = inner_proto(p);
}

static void write_link(const struct encap *e, uint8_t *at, const struct parsed *p)
{
	memcpy(at, e->bytes, e->l2_len);
	put16(at + e->l2_len - 2, ethertype(p->family));
}

void encap_write(const struct encap *e, enum weir_forward forward, uint8_t *at,
	const struct parsed *p, uint64_t hash)
{
	if (forward == WEIR_FWD_L2DSR) {
		write_link(e, at, p);
		return;
	}
	memcpy(at, e->bytes, e->l2_len + e->outer_len);
	if (e->outer_len == IP4_LEN)
		finish_ip4(e, at + e->l2_len, p);
	else
		finish_ip6(at + e->l2_len, p, hash);
}
