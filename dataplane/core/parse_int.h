/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of the parser only; see parse.h for its interface and parse.c for its order. */
#pragma once

#include <netinet/in.h>

#include "parse.h"

#define PARSE_EXT_UNIT 8 /* lengths of extension headers count these; none is shorter */

/* Network order to host order, at any alignment. */
static inline uint32_t parse_be16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/* What either family knows of a fragment. */
struct parse_fragment {
	uint32_t offset;  /* bytes */
	uint32_t more;	  /* nonzero: not the last */
	uint32_t payload; /* bytes of fragmented payload in this packet */
	uint32_t length;  /* value of the packet's length field, without the fragment header */
	uint8_t proto;	  /* protocol in the fragment header */
};

/* NONE, or frag_bad if no honest sender makes such a fragment. */
enum weir_drop parse_fragment(const struct parse_fragment *f);
/* A fragment that parse_fragment() took. @l4: what it carries behind all headers, of @proto; @room: bytes from
 * there. Reads the ports if they are there.
 */
enum weir_drop parse_fragment_l4(const struct parse_fragment *f, const uint8_t *l4, uint32_t room,
	uint8_t proto, struct parsed *out);

/* @ip: the IP header; @room: bytes of the frame from there. @out->l3_off is set. */
enum weir_drop parse_ip4(const uint8_t *ip, uint32_t room, struct parsed *out);
enum weir_drop parse_ip6(const uint8_t *ip, uint32_t room, struct parsed *out);

/* The IPv6 extension headers of a packet of @end bytes, padding trimmed. */
struct parse_ext {
	const uint8_t *ip;
	uint32_t off; /* in: 40; out: offset of the upper-layer header */
	uint32_t end;
	uint32_t count;	  /* headers walked */
	uint32_t is_frag; /* a fragment header was among them: */
	struct parse_fragment frag;
	uint8_t next; /* type of what stands at off */
};
enum weir_drop parse_ext(struct parse_ext *e);

/* AH, ESP, mobility, HIP, shim6 and the experimental ones are not walked: they are protocols that
 * are not balanced.
 */
static inline int parse_is_ext(uint8_t type)
{
	return type == IPPROTO_HOPOPTS || type == IPPROTO_ROUTING || type == IPPROTO_FRAGMENT ||
	       type == IPPROTO_DSTOPTS;
}

/* Bytes of the extension header at @ext. The byte that holds the length of every other one is reserved
 * in a fragment header.
 */
static inline uint32_t parse_ext_len(uint8_t type, const uint8_t *ext)
{
	return type == IPPROTO_FRAGMENT ? PARSE_EXT_UNIT : (ext[1] + 1u) * PARSE_EXT_UNIT;
}

/* @l4: the upper-layer header; @room: bytes of the IP packet from there. @out has family, l4_off and
 * the addresses, also in the tuple.
 */
enum weir_drop parse_l4(const uint8_t *l4, uint32_t room, uint8_t proto, struct parsed *out);
/* The UDP header of a first fragment: its length field speaks of more than is here. */
enum weir_drop parse_udp_first(const uint8_t *l4, uint32_t room, struct parsed *out);
enum weir_drop parse_icmp(const uint8_t *icmp, uint32_t room, struct parsed *out);

/* The packet that an ICMP error quotes, @room bytes of it: sets proto, dport and tuple of @out. NONE or
 * icmp_inner.
 */
enum weir_drop parse_quote(const uint8_t *ip, uint32_t room, struct parsed *out);

static inline void parse_tuple_proto(struct parsed *out, uint8_t proto)
{
	if (out->family == 4)
		out->tuple.v4.proto = proto;
	else
		out->tuple.v6.proto = proto;
}

static inline void parse_tuple_ports(struct parsed *out, uint16_t sport_be, uint16_t dport_be)
{
	if (out->family == 4) {
		out->tuple.v4.sport_be = sport_be;
		out->tuple.v4.dport_be = dport_be;
	} else {
		out->tuple.v6.sport_be = sport_be;
		out->tuple.v6.dport_be = dport_be;
	}
}
