// SPDX-License-Identifier: BSD-3-Clause
#include "parse_int.h"

#define FRAGMENT_UNIT 8
#define PACKET_MAX    65535

/* A first fragment too small for any upper-layer header breaks the multiple-of-8 rule as well, but
 * is a known attack with a row of its own (RFC 1858, 3): plain frag.
 */
static int is_tiny_first(const struct parse_fragment *f)
{
	return f->offset == 0 && f->payload < FRAGMENT_UNIT;
}

enum weir_drop parse_fragment(const struct parse_fragment *f)
{
	if (f->more != 0 && f->payload % FRAGMENT_UNIT != 0 && !is_tiny_first(f))
		return WEIR_DROP_frag_bad;
	if (f->offset + f->length > PACKET_MAX)
		return WEIR_DROP_frag_bad;
	/* It would rewrite the flags of the TCP header (RFC 1858, 4). */
	if (f->offset == FRAGMENT_UNIT && f->proto == IPPROTO_TCP)
		return WEIR_DROP_frag_bad;
	return WEIR_DROP_frag;
}
