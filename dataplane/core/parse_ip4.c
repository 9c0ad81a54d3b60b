// SPDX-License-Identifier: BSD-3-Clause
#include "checksum.h"
#include "parse_int.h"

#define IP4_LEN 20
#define IP4_DF	0x4000
#define IP4_MF	0x2000
#define IP4_OFF 0x1fff

static uint32_t header_len(const uint8_t *ip)
{
	return (ip[0] & 0xf) * 4u;
}

static enum weir_drop check_lengths(const uint8_t *ip, uint32_t room)
{
	uint32_t total = parse_be16(ip + 2);

	if (header_len(ip) < IP4_LEN || header_len(ip) > room)
		return WEIR_DROP_ip_ihl;
	if (total < IP4_LEN || total > room)
		return WEIR_DROP_ip_len;
	if (header_len(ip) > total)
		return WEIR_DROP_ip_ihl;
	return WEIR_DROP_NONE;
}

/* 0.0.0.0, 127/8, 224/4 and 240/4, which holds 255.255.255.255 (RFC 1122, 3.2.1.3). */
static int is_martian(const uint8_t *src)
{
	return src[0] == 127 || src[0] >= 224 || (src[0] | src[1] | src[2] | src[3]) == 0;
}

static int is_group(const uint8_t *dst)
{
	return dst[0] >> 4 == 0xe || (dst[0] & dst[1] & dst[2] & dst[3]) == 0xff;
}

static enum weir_drop check_fixed(const uint8_t *ip)
{
	if (csum_finish(csum_add(ip, header_len(ip), 0)) != 0)
		return WEIR_DROP_ip_csum;
	if (ip[8] == 0)
		return WEIR_DROP_ip_ttl;
	if (is_martian(ip + 12))
		return WEIR_DROP_martian_src;
	if (is_group(ip + 16))
		return WEIR_DROP_dst_bcast;
	if (header_len(ip) != IP4_LEN)
		return WEIR_DROP_ip_opt;
	return WEIR_DROP_NONE;
}

static int is_fragment(const uint8_t *ip)
{
	return (parse_be16(ip + 6) & (IP4_MF | IP4_OFF)) != 0;
}

static __attribute__((noinline)) enum weir_drop fragment(const uint8_t *ip, struct parsed *out)
{
	uint32_t word = parse_be16(ip + 6), total = parse_be16(ip + 2);
	enum weir_drop drop;
	struct parse_fragment f = {
		.offset = (word & IP4_OFF) * 8,
		.more = word & IP4_MF,
		.payload = total - IP4_LEN,
		.length = total,
		.proto = ip[9],
	};

	if ((word & IP4_DF) != 0)
		return WEIR_DROP_frag_bad;
	drop = parse_fragment(&f);
	if (drop != WEIR_DROP_NONE)
		return drop;
	return parse_fragment_l4(&f, ip + IP4_LEN, total - IP4_LEN, f.proto, out);
}

static void fill(const uint8_t *ip, struct parsed *out)
{
	memcpy(out->tuple.v4.saddr, ip + 12, 4);
	memcpy(out->tuple.v4.daddr, ip + 16, 4);
	out->tuple_words = FLOW_TUPLE4_WORDS;
	out->family = 4;
	out->l3_len = parse_be16(ip + 2);
	out->l4_off = out->l3_off + IP4_LEN;
	out->tos = ip[1];
	if ((parse_be16(ip + 6) & IP4_DF) != 0)
		out->flags |= PARSE_DF;
}

enum weir_drop parse_ip4(const uint8_t *ip, uint32_t room, struct parsed *out)
{
	enum weir_drop drop;

	if (room < IP4_LEN)
		return WEIR_DROP_l3_short;
	if (ip[0] >> 4 != 4)
		return WEIR_DROP_ip_version;
	out->src = weir_addr_v4(ip + 12);
	out->dst = weir_addr_v4(ip + 16);
	drop = check_lengths(ip, room);
	if (drop == WEIR_DROP_NONE)
		drop = check_fixed(ip);
	if (drop != WEIR_DROP_NONE)
		return drop;
	fill(ip, out);
	if (__builtin_expect(is_fragment(ip), 0))
		return fragment(ip, out);
	return parse_l4(ip + IP4_LEN, out->l3_len - IP4_LEN, ip[9], out);
}
