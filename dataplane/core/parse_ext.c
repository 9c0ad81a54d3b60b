// SPDX-License-Identifier: BSD-3-Clause
#include "parse_int.h"

#define FRAGMENT_MORE 1
#define FRAGMENT_OFF  0xfff8 /* in bytes as it stands */

#define ROUTING_TYPE0  0 /* deprecated by RFC 5095 */
#define ROUTING_MOBILE 2 /* RFC 6275: never to a VIP */

static enum weir_drop check_routing(const uint8_t *ext)
{
	if (ext[2] == ROUTING_TYPE0 || ext[2] == ROUTING_MOBILE || ext[3] != 0)
		return WEIR_DROP_ext_rh;
	return WEIR_DROP_NONE;
}

static enum weir_drop check_fragment(struct parse_ext *e, const uint8_t *ext)
{
	uint32_t word = parse_be16(ext + 2);

	if (e->is_frag)
		return WEIR_DROP_ext_bad;
	e->is_frag = 1;
	e->frag = (struct parse_fragment){
		.offset = word & FRAGMENT_OFF,
		.more = word & FRAGMENT_MORE,
		.payload = e->end - e->off - PARSE_EXT_UNIT,
		.length = parse_be16(e->ip + 4) - PARSE_EXT_UNIT,
		.proto = ext[0],
	};
	return parse_fragment(&e->frag);
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

static enum weir_drop step(struct parse_ext *e)
{
	const uint8_t *ext = e->ip + e->off;
	uint32_t left = e->end - e->off;
	enum weir_drop drop;

	if (left < PARSE_EXT_UNIT || left < parse_ext_len(e->next, ext))
		return WEIR_DROP_ext_bad;
	drop = check_one(e, ext);
	if (drop != WEIR_DROP_NONE)
		return drop;
	e->off += parse_ext_len(e->next, ext);
	e->next = ext[0];
	return WEIR_DROP_NONE;
}

/* Behind a first fragment's header the walk goes on: what stands there may be malformed (RFC 7112).
 * Behind any other there is nothing to read.
 */
static int is_end(const struct parse_ext *e)
{
	return !parse_is_ext(e->next) || (e->is_frag && e->frag.offset != 0);
}

enum weir_drop parse_ext(struct parse_ext *e)
{
	while (!is_end(e)) {
		enum weir_drop drop;

		if (e->count++ == PARSE_MAX_EXT)
			return WEIR_DROP_ext_chain;
		drop = step(e);
		if (drop != WEIR_DROP_NONE)
			return drop;
	}
	return WEIR_DROP_NONE;
}
