// SPDX-License-Identifier: BSD-3-Clause
#include "parse_int.h"

#define EXT_UNIT 8 /* lengths count these; no header is shorter */

#define FRAGMENT_MORE 1
#define FRAGMENT_OFF  0xfff8 /* in bytes as it stands */

#define ROUTING_TYPE0  0 /* deprecated by RFC 5095 */
#define ROUTING_MOBILE 2 /* RFC 6275: never to a VIP */

/* AH, ESP, mobility, HIP, shim6 and the experimental ones are not walked: they are protocols that
 * are not balanced.
 */
static int is_ext(uint8_t type)
{
	return type == IPPROTO_HOPOPTS || type == IPPROTO_ROUTING || type == IPPROTO_FRAGMENT ||
	       type == IPPROTO_DSTOPTS;
}

static enum weir_drop check_routing(const uint8_t *ext)
{
	if (ext[2] == ROUTING_TYPE0 || ext[2] == ROUTING_MOBILE || ext[3] != 0)
		return WEIR_DROP_ext_rh;
	return WEIR_DROP_NONE;
}

/* A first fragment is judged when the walk ends: the headers behind it are there and may be
 * malformed (RFC 7112). Behind any other fragment header there is nothing to read.
 */
static enum weir_drop check_fragment(struct parse_ext *e, const uint8_t *ext)
{
	uint32_t word = parse_be16(ext + 2);
	struct parse_fragment f = {
		.offset = word & FRAGMENT_OFF,
		.more = word & FRAGMENT_MORE,
		.payload = e->end - e->off - EXT_UNIT,
		.length = parse_be16(e->ip + 4) - EXT_UNIT,
		.proto = ext[0],
	};
	enum weir_drop drop;

	if (e->is_frag)
		return WEIR_DROP_ext_bad;
	e->is_frag = 1;
	drop = parse_fragment(&f);
	return drop == WEIR_DROP_frag && f.offset == 0 ? WEIR_DROP_NONE : drop;
}

static enum weir_drop check_one(struct parse_ext *e, const uint8_t *ext)
{
	if (e->next == IPPROTO_HOPOPTS && e->count != 1)
		return WEIR_DROP_ext_bad;
	if (e->next == IPPROTO_ROUTING)
		return check_routing(ext);
	if (e->next == IPPROTO_FRAGMENT)
		return check_fragment(e, ext);
	return WEIR_DROP_NONE;
}

/* The byte that holds the length of every other header is reserved in a fragment header. */
static uint32_t ext_len(const struct parse_ext *e, const uint8_t *ext)
{
	return e->next == IPPROTO_FRAGMENT ? EXT_UNIT : (ext[1] + 1u) * EXT_UNIT;
}

static enum weir_drop step(struct parse_ext *e)
{
	const uint8_t *ext = e->ip + e->off;
	uint32_t left = e->end - e->off;
	enum weir_drop drop;

	if (left < EXT_UNIT || left < ext_len(e, ext))
		return WEIR_DROP_ext_bad;
	drop = check_one(e, ext);
	if (drop != WEIR_DROP_NONE)
		return drop;
	e->off += ext_len(e, ext);
	e->next = ext[0];
	return WEIR_DROP_NONE;
}

enum weir_drop parse_ext(struct parse_ext *e)
{
	while (is_ext(e->next)) {
		enum weir_drop drop;

		if (e->count++ == PARSE_MAX_EXT)
			return WEIR_DROP_ext_chain;
		drop = step(e);
		if (drop != WEIR_DROP_NONE)
			return drop;
	}
	return e->is_frag ? WEIR_DROP_frag : WEIR_DROP_NONE;
}
