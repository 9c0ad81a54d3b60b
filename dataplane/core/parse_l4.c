// SPDX-License-Identifier: BSD-3-Clause
#include "parse_int.h"

#define TCP_LEN 20
#define UDP_LEN 8

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10
#define TCP_URG 0x20
#define TCP_ALL 0x3f /* without ECN's bits, which may be anything */

/* What scanners send and no stack does: null, Xmas, a beginning that is also an end. */
static int are_flags_bad(uint32_t flags)
{
	if (flags == 0 || flags == (TCP_FIN | TCP_PSH | TCP_URG))
		return 1;
	return (flags & TCP_SYN) != 0 && (flags & (TCP_FIN | TCP_RST)) != 0;
}

static uint8_t flow_flags(uint32_t flags)
{
	uint8_t out = 0;

	if ((flags & TCP_SYN) != 0)
		out |= (flags & TCP_ACK) != 0 ? PARSE_SYNACK : PARSE_START;
	if ((flags & TCP_FIN) != 0)
		out |= PARSE_FIN;
	if ((flags & TCP_RST) != 0)
		out |= PARSE_RST;
	return out;
}

static enum weir_drop fill_ports(const uint8_t *l4, uint8_t proto, struct parsed *out)
{
	uint16_t be[2];

	memcpy(be, l4, sizeof(be));
	if (be[0] == 0 || be[1] == 0)
		return WEIR_DROP_port0;
	parse_tuple_ports(out, be[0], be[1]);
	parse_tuple_proto(out, proto);
	out->dport = parse_be16(l4 + 2);
	out->proto = proto;
	return WEIR_DROP_NONE;
}

/* The checksum is left to the backend, and options are not parsed. */
static enum weir_drop parse_tcp(const uint8_t *l4, uint32_t room, struct parsed *out)
{
	uint32_t header = (l4[12] >> 4) * 4u, flags = l4[13] & TCP_ALL;
	enum weir_drop drop;

	if (header < TCP_LEN || header > room)
		return WEIR_DROP_tcp_doff;
	drop = fill_ports(l4, IPPROTO_TCP, out);
	if (drop != WEIR_DROP_NONE)
		return drop;
	if (are_flags_bad(flags))
		return WEIR_DROP_tcp_flags;
	out->flags |= flow_flags(flags);
	return WEIR_DROP_NONE;
}

/* @most: what the length field may say. */
static enum weir_drop parse_udp(const uint8_t *l4, uint32_t most, struct parsed *out)
{
	uint32_t length = parse_be16(l4 + 4);
	enum weir_drop drop;

	if (length < UDP_LEN || length > most)
		return WEIR_DROP_udp_len;
	drop = fill_ports(l4, IPPROTO_UDP, out);
	if (drop != WEIR_DROP_NONE)
		return drop;
	/* IPv6 has no header checksum to make up for it (RFC 8200, 8.1). */
	if (out->family == 6 && parse_be16(l4 + 6) == 0)
		return WEIR_DROP_udp_csum0_v6;
	return WEIR_DROP_NONE;
}

enum weir_drop parse_udp_first(const uint8_t *l4, uint32_t room, struct parsed *out)
{
	return room < UDP_LEN ? WEIR_DROP_l4_short : parse_udp(l4, UINT16_MAX, out);
}

static int is_icmp(uint8_t proto, const struct parsed *p)
{
	return proto == (p->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

enum weir_drop parse_l4(const uint8_t *l4, uint32_t room, uint8_t proto, struct parsed *out)
{
	if (__builtin_expect(proto != IPPROTO_TCP && proto != IPPROTO_UDP, 0))
		return is_icmp(proto, out) ? parse_icmp(l4, room, out) : WEIR_DROP_l4_proto;
	if (room < (proto == IPPROTO_TCP ? TCP_LEN : UDP_LEN))
		return WEIR_DROP_l4_short;
	return proto == IPPROTO_TCP ? parse_tcp(l4, room, out) : parse_udp(l4, room, out);
}
