/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of the parser only; see parse.h for its interface and parse.c for its order. */
#pragma once

#include <netinet/in.h>

#include "parse.h"

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

/* frag, or frag_bad if no honest sender makes such a fragment. Never NONE. */
enum weir_drop parse_fragment(const struct parse_fragment *f);

/* @ip: the IP header; @room: bytes of the frame from there. @out->l3_off is set. */
enum weir_drop parse_ip4(const uint8_t *ip, uint32_t room, struct parsed *out);
enum weir_drop parse_ip6(const uint8_t *ip, uint32_t room, struct parsed *out);

/* The IPv6 extension headers of a packet of @end bytes, padding trimmed. */
struct parse_ext {
	const uint8_t *ip;
	uint32_t off; /* in: 40; out: offset of the upper-layer header */
	uint32_t end;
	uint32_t count;	  /* headers walked */
	uint32_t is_frag; /* a fragment header was among them */
	uint8_t next;	  /* type of what stands at off */
};
enum weir_drop parse_ext(struct parse_ext *e);

/* @l4: the upper-layer header; @room: bytes of the IP packet from there. @out has family, l4_off and
 * the addresses in the tuple.
 */
enum weir_drop parse_l4(const uint8_t *l4, uint32_t room, uint8_t proto, struct parsed *out);
