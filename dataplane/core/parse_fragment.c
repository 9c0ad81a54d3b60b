// SPDX-License-Identifier: BSD-3-Clause
#include "parse_int.h"

#define FRAGMENT_UNIT 8
#define PACKET_MAX    65535

/* A first fragment too small for any upper-layer header breaks the multiple-of-8 rule as well, but
 * is a known attack with a row of its own (RFC 1858, 3): it is left to the policy.
 */
static int is_tiny(const struct parse_fragment *f)
{
	return f->offset == 0 && f->more != 0 && f->payload < FRAGMENT_UNIT;
}

enum weir_drop parse_fragment(const struct parse_fragment *f)
{
	if (f->more != 0 && f->payload % FRAGMENT_UNIT != 0 && !is_tiny(f))
		return WEIR_DROP_frag_bad;
	if (f->offset + f->length > PACKET_MAX)
		return WEIR_DROP_frag_bad;
	/* It would rewrite the flags of the TCP header (RFC 1858, 4). */
	if (f->offset == FRAGMENT_UNIT && f->proto == IPPROTO_TCP)
		return WEIR_DROP_frag_bad;
	return WEIR_DROP_NONE;
}

static uint8_t position(const struct parse_fragment *f)
{
	if (is_tiny(f))
		return PARSE_TINY;
	return f->offset == 0 && f->more == 0 ? PARSE_ATOMIC : 0;
}

/* Only of UDP are fragments ever forwarded: what else a first one carries is not looked at. All
 * fragments of a packet must find the same row, so none has ports in its tuple.
 */
enum weir_drop parse_fragment_l4(const struct parse_fragment *f, const uint8_t *l4, uint32_t room,
	uint8_t proto, struct parsed *out)
{
	enum weir_drop drop;

	out->kind = PARSE_FRAGMENT;
	out->proto = proto;
	out->dport = 0;
	out->flags |= position(f);
	parse_tuple_proto(out, proto);
	if (proto != IPPROTO_UDP || f->offset != 0 || position(f) != 0)
		return WEIR_DROP_NONE;
	drop = parse_udp_first(l4, room, out);
	parse_tuple_ports(out, 0, 0);
	out->flags |= PARSE_PORTS;
	return drop;
}
