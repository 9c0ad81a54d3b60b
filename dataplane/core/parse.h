/* SPDX-License-Identifier: BSD-3-Clause */
/* The parser: a pure function over (bytes, length). It copies what later stages need into a small
 * struct; nobody after it looks at the raw packet to decide anything.
 *
 * Sources: IEEE 802.1Q, RFC 791, RFC 1122, RFC 1858, RFC 8200, RFC 7112, RFC 9293, RFC 768, RFC 792,
 * RFC 4443. Policy per packet class: tests/model.
 */
#pragma once

#include <stdint.h>

#include "weir_addr.h"
#include "weir_drop.h"

#define PARSE_MAX_VLANS 1 /* more tags: vlan_depth */
#define PARSE_MAX_EXT	8 /* IPv6 extension headers; more: ext_chain */

/* The hash input of interfaces.md section 6: network byte order, zero padded to whole words. */
struct flow_tuple4 {
	uint8_t saddr[4], daddr[4];
	uint16_t sport_be, dport_be;
	uint8_t proto, zero[3];
};
struct flow_tuple6 {
	uint8_t saddr[16], daddr[16];
	uint16_t sport_be, dport_be;
	uint8_t proto, zero[3];
};
#define FLOW_TUPLE4_WORDS 2
#define FLOW_TUPLE6_WORDS 5

union flow_tuple {
	struct flow_tuple4 v4;
	struct flow_tuple6 v6;
	uint64_t words[FLOW_TUPLE6_WORDS];
};

/* What a packet is. `proto`, `dport` and the tuple of each:
 *
 *	FLOW      the packet's own
 *	FRAGMENT  the tuple has no ports. proto: of the whole packet, whatever it is. dport: of a first
 *	          fragment of UDP (PARSE_PORTS), else 0
 *	ERROR     ICMP error: of the flow it is about, as the client sends, read from the quoted packet;
 *	          the tuple's daddr is what the quoted packet says and may differ from dst
 *	ECHO      ICMP echo request: proto ICMP or ICMPv6; no ports, no tuple
 */
enum parse_kind { PARSE_FLOW, PARSE_FRAGMENT, PARSE_ERROR, PARSE_ECHO };

enum parse_flag {
	PARSE_START = 1 << 0, /* a visible start: TCP SYN without ACK */
	PARSE_SYNACK = 1 << 1,
	PARSE_FIN = 1 << 2,
	PARSE_RST = 1 << 3,
	PARSE_DF = 1 << 4,     /* IPv4 DF; always set for IPv6 */
	PARSE_PORTS = 1 << 5,  /* fragment: the first one, of UDP, with its whole header */
	PARSE_TINY = 1 << 6,   /* fragment: the first one, too small for any header */
	PARSE_ATOMIC = 1 << 7, /* fragment: the first and the last, IPv6 only */
};

struct parsed {
	union flow_tuple tuple;
	struct weir_addr src, dst; /* mapped form, see weir_addr.h */
	uint64_t dst_mac; /* six bytes in wire order in the low 48 bits, first byte highest */
	uint64_t src_mac;
	uint16_t dport;	     /* host order */
	uint16_t l3_off;     /* of the IP header in the frame */
	uint16_t l4_off;     /* of the TCP, UDP or ICMP header, or of what a fragment carries */
	uint16_t l3_len;     /* bytes of the IP packet: what remains once padding is trimmed */
	uint16_t vlan;	     /* id of the tag, 0 = untagged or priority tag */
	uint8_t family;	     /* 4 or 6 */
	uint8_t proto;	     /* 6 or 17, but see enum parse_kind */
	uint8_t tuple_words; /* FLOW_TUPLE4_WORDS or FLOW_TUPLE6_WORDS */
	uint8_t flags;	     /* enum parse_flag */
	uint8_t tos;	     /* IPv4 TOS or IPv6 traffic class */
	uint8_t kind;	     /* enum parse_kind */
};

/* @data, @len: the frame, in one piece; nothing past @len is read. @out is defined only where
 * WEIR_DROP_NONE is returned, except that src, dst and the MACs are set as soon as they were readable
 * (zero otherwise; an IPv6 header with a mapped ::ffff:a.b.c.d address leaves it zero, since it
 * would read as IPv4). Which reason wins when several apply: the table in parse.c.
 *
 * Needs no configuration, so it leaves to later stages: whose MAC it is (l2_dst, and our own as
 * l2_src), which VLAN ids are configured, whether dst is a VIP, and which fragments are forwarded.
 */
enum weir_drop parse_frame(const uint8_t *data, uint32_t len, struct parsed *out);
