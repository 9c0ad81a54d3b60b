// SPDX-License-Identifier: BSD-3-Clause
/* The packet that an ICMP error quotes: one that a backend sent to a client with the VIP as its
 * source. It is cut (8 bytes of L4 suffice, RFC 792), has crossed the network, and whoever writes it
 * may lie: so only what names the flow is read, and neither lengths nor checksums are believed.
 */
#include "parse_int.h"

#define IP4_LEN 20
#define IP4_OFF 0x1fff
#define IP6_LEN 40
#define IP6_OFF 0xfff8
#define L4_LEN	8 /* ports, and whatever follows */

/* From the IP header to L4. */
struct quote {
	const uint8_t *ip;
	uint32_t room;
	uint32_t l4; /* offset */
	uint8_t proto;
};

static enum weir_drop find_l4_v4(struct quote *q)
{
	if (q->room < IP4_LEN || q->ip[0] >> 4 != 4)
		return WEIR_DROP_icmp_inner;
	q->l4 = (q->ip[0] & 0xf) * 4u;
	q->proto = q->ip[9];
	if (q->l4 < IP4_LEN || q->l4 > q->room || (parse_be16(q->ip + 6) & IP4_OFF) != 0)
		return WEIR_DROP_icmp_inner;
	return WEIR_DROP_NONE;
}

/* 0 if there is no whole header at q->l4, or nothing to read behind it. */
static uint32_t ext_len(const struct quote *q)
{
	const uint8_t *ext = q->ip + q->l4;
	uint32_t left = q->room - q->l4;

	if (left < PARSE_EXT_UNIT || left < parse_ext_len(q->proto, ext))
		return 0;
	if (q->proto == IPPROTO_FRAGMENT && (parse_be16(ext + 2) & IP6_OFF) != 0)
		return 0;
	return parse_ext_len(q->proto, ext);
}

static enum weir_drop find_l4_v6(struct quote *q)
{
	if (q->room < IP6_LEN || q->ip[0] >> 4 != 6)
		return WEIR_DROP_icmp_inner;
	q->l4 = IP6_LEN;
	q->proto = q->ip[6];
	for (uint32_t i = 0; i < PARSE_MAX_EXT && parse_is_ext(q->proto); i++) {
		uint32_t len = ext_len(q);

		if (len == 0)
			return WEIR_DROP_icmp_inner;
		q->proto = q->ip[q->l4];
		q->l4 += len;
	}
	return WEIR_DROP_NONE; // one header more than the budget is no TCP or UDP
}

/* The other way round: as the client sends. */
static void fill(const struct quote *q, struct parsed *out)
{
	uint16_t be[2];

	if (out->family == 4) {
		memcpy(out->tuple.v4.saddr, q->ip + 16, 4);
		memcpy(out->tuple.v4.daddr, q->ip + 12, 4);
	} else {
		memcpy(out->tuple.v6.saddr, q->ip + 24, 16);
		memcpy(out->tuple.v6.daddr, q->ip + 8, 16);
	}
	memcpy(be, q->ip + q->l4, sizeof(be));
	parse_tuple_ports(out, be[1], be[0]);
	parse_tuple_proto(out, q->proto);
	out->proto = q->proto;
	out->dport = parse_be16(q->ip + q->l4);
}

enum weir_drop parse_quote(const uint8_t *ip, uint32_t room, struct parsed *out)
{
	struct quote q = {.ip = ip, .room = room};
	enum weir_drop drop = out->family == 4 ? find_l4_v4(&q) : find_l4_v6(&q);

	if (drop != WEIR_DROP_NONE)
		return drop;
	if ((q.proto != IPPROTO_TCP && q.proto != IPPROTO_UDP) || q.room - q.l4 < L4_LEN)
		return WEIR_DROP_icmp_inner;
	fill(&q, out);
	return WEIR_DROP_NONE;
}
