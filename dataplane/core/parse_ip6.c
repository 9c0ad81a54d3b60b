// SPDX-License-Identifier: BSD-3-Clause
#include "parse_int.h"

#define IP6_LEN 40

/* Payload length 0 is the jumbogram form (RFC 2675) when bytes follow; without any, it is true.
 * What does not fit l3_len does not fit any port either.
 */
static enum weir_drop check_length(const uint8_t *ip, uint32_t room)
{
	uint32_t payload = parse_be16(ip + 4);

	if (payload == 0 && room > IP6_LEN)
		return WEIR_DROP_ip_len;
	if (payload > room - IP6_LEN || IP6_LEN + payload > UINT16_MAX)
		return WEIR_DROP_ip_len;
	return WEIR_DROP_NONE;
}

/* ::, ::1, multicast, link-local, and IPv4 in IPv6's clothes (RFC 4291, 2.5; RFC 4942, 2.2). */
static int is_martian(const struct weir_addr *src)
{
	static const uint8_t zero[15];

	if (memcmp(src->b, zero, sizeof(zero)) == 0)
		return src->b[15] <= 1;
	return src->b[0] == 0xff || (src->b[0] == 0xfe && src->b[1] >> 6 == 2) ||
	       weir_addr_is_v4(src);
}

static enum weir_drop check_addresses(const struct weir_addr *src, const struct weir_addr *dst)
{
	if (is_martian(src))
		return WEIR_DROP_martian_src;
	if (dst->b[0] == 0xff)
		return WEIR_DROP_dst_bcast;
	if (weir_addr_is_v4(dst))
		return WEIR_DROP_not_local;
	return WEIR_DROP_NONE;
}

static enum weir_drop check_fixed(const uint8_t *ip, uint32_t room)
{
	struct weir_addr src, dst;
	enum weir_drop drop = check_length(ip, room);

	if (drop != WEIR_DROP_NONE)
		return drop;
	if (ip[7] == 0)
		return WEIR_DROP_ip_ttl;
	memcpy(src.b, ip + 8, 16);
	memcpy(dst.b, ip + 24, 16);
	return check_addresses(&src, &dst);
}

/* A mapped address would be taken for the IPv4 one by whoever compares 16 bytes. */
static void fill_address(struct weir_addr *out, const uint8_t *at)
{
	struct weir_addr a;

	memcpy(a.b, at, 16);
	if (!weir_addr_is_v4(&a))
		*out = a;
}

static void fill(const uint8_t *ip, struct parsed *out)
{
	memcpy(out->tuple.v6.saddr, ip + 8, 16);
	memcpy(out->tuple.v6.daddr, ip + 24, 16);
	out->tuple_words = FLOW_TUPLE6_WORDS;
	out->family = 6;
	out->l3_len = IP6_LEN + parse_be16(ip + 4);
	out->tos = parse_be16(ip) >> 4 & 0xff;
	out->flags = PARSE_DF;
}

enum weir_drop parse_ip6(const uint8_t *ip, uint32_t room, struct parsed *out)
{
	struct parse_ext e = {.ip = ip, .off = IP6_LEN};
	enum weir_drop drop;

	if (room < IP6_LEN)
		return WEIR_DROP_l3_short;
	if (ip[0] >> 4 != 6)
		return WEIR_DROP_ip_version;
	fill_address(&out->src, ip + 8);
	fill_address(&out->dst, ip + 24);
	drop = check_fixed(ip, room);
	if (drop != WEIR_DROP_NONE)
		return drop;
	fill(ip, out);
	e.end = out->l3_len;
	e.next = ip[6];
	drop = parse_ext(&e);
	if (drop != WEIR_DROP_NONE)
		return drop;
	out->l4_off = out->l3_off + e.off;
	if (__builtin_expect(e.is_frag, 0))
		return parse_fragment_l4(&e.frag, ip + e.off, e.end - e.off, e.next, out);
	return parse_l4(ip + e.off, e.end - e.off, e.next, out);
}
