// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "checksum.h"
#include "encap_shim.h"

#define ETHERTYPE_VLAN 0x8100

static uint8_t init_link(uint8_t *at, const struct weir_table_next_hop *hop, uint32_t type)
{
	memcpy(at, hop->dst_mac, 6);
	memcpy(at + 6, hop->src_mac, 6);
	if (hop->vlan == 0) {
		encap_put16(at + 12, type);
		return 14;
	}
	encap_put16(at + 12, ETHERTYPE_VLAN);
	encap_put16(at + 14, hop->vlan);
	encap_put16(at + 16, type);
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
	e->outer_len = ENCAP_IP4_LEN;
	e->csum = csum_add(ip, ENCAP_IP4_LEN, 0);
}

static void init_ip6(struct encap *e, const struct weir_addr *src, const struct weir_addr *dst)
{
	uint8_t *ip = e->bytes + e->l2_len;

	ip[0] = 0x60;
	ip[7] = ENCAP_TTL;
	memcpy(ip + 8, src->b, 16);
	memcpy(ip + 24, dst->b, 16);
	e->outer_len = ENCAP_IP6_LEN;
	e->csum = csum_add(ip + 8, 32, 0);
}

void encap_init(struct encap *e, const struct weir_table_next_hop *hop, const struct weir_addr *dst)
{
	uint32_t family = weir_addr_is_v4(dst) ? 4 : 6;

	memset(e, 0, sizeof(*e));
	e->l2_len = init_link(e->bytes, hop, encap_ethertype(family));
	if (family == 4)
		init_ip4(e, &hop->src, dst);
	else
		init_ip6(e, &hop->src, dst);
}

/* RFC 6040, normal mode: the outer ECN field is a copy of the inner one, and so is the DSCP. */
static void finish_ip4(
	const struct encap *e, enum weir_forward forward, uint8_t *ip, const struct parsed *p)
{
	uint16_t total_be = htons((uint16_t)(encap_overhead(e, forward) + p->l3_len));
	uint16_t csum;

	ip[1] = p->tos;
	memcpy(ip + 2, &total_be, 2);
	ip[9] = encap_shim_proto(forward, p);
	csum = csum_finish(e->csum + htons(p->tos) + total_be + htons(ip[9]));
	memcpy(ip + 10, &csum, 2);
}

/* The flow label spreads flows over the receiver's queues and over equal paths (RFC 6438). It takes
 * the low bits of the hash: the row took the high ones.
 */
static void finish_ip6(
	enum weir_forward forward, uint8_t *ip, const struct parsed *p, uint64_t hash)
{
	uint32_t first_be = htonl(6u << 28 | (uint32_t)p->tos << 20 | (uint32_t)(hash & 0xfffff));

	memcpy(ip, &first_be, 4);
	encap_put16(ip + 4, p->l3_len + encap_shim_len(forward));
	ip[6] = encap_shim_proto(forward, p);
}

/* The usual length as a constant: a handful of moves instead of a call. */
static void copy_template(const struct encap *e, uint8_t *at)
{
	if (__builtin_expect(e->l2_len + e->outer_len == 14 + ENCAP_IP4_LEN, 1))
		memcpy(at, e->bytes, 14 + ENCAP_IP4_LEN);
	else
		memcpy(at, e->bytes, e->l2_len + e->outer_len);
}

static void write_link(const struct encap *e, uint8_t *at, const struct parsed *p)
{
	memcpy(at, e->bytes, e->l2_len);
	encap_put16(at + e->l2_len - 2, encap_ethertype(p->family));
}

void encap_write(const struct encap *e, struct encap_way way, uint8_t *at, const struct parsed *p,
	uint64_t hash)
{
	enum weir_forward forward = (enum weir_forward)way.forward;
	uint8_t *ip = at + e->l2_len;

	if (forward == WEIR_FWD_L2DSR) {
		write_link(e, at, p);
		return;
	}
	copy_template(e, at);
	if (e->outer_len == ENCAP_IP4_LEN)
		finish_ip4(e, forward, ip, p);
	else
		finish_ip6(forward, ip, p, hash);
	encap_shim_write(e, way, ip + e->outer_len, p, hash);
}
