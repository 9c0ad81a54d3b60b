// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include <check.h>

#include "parse_edit.h"

static void apply(struct frame *f, const struct parse_edit *e)
{
	const uint32_t bases[] = {[L2] = 0, [L3] = f->l3, [L4] = f->l4};
	uint32_t at = bases[e->base] + (uint32_t)e->off;

	if (e->what == CUT || e->what == END)
		f->len = at;
	else
		memcpy(f->b + at, e->bytes, e->n);
	if (e->what == END)
		frame_fix_length(f);
	if (e->what == SET || e->what == END)
		frame_fix_csum(f);
}

static void check_one(const struct parse_edit *e, enum frame_kind kind, uint32_t tagged)
{
	struct frame f;
	enum weir_drop drop;

	frame_make(&f, kind, (TCP & 1u << kind) != 0 ? TCP_PAYLOAD : UDP_PAYLOAD);
	if (tagged)
		frame_tag(&f, 0x8100, 5);
	apply(&f, e);
	drop = parse_verdict(&f);
	ck_assert_msg(drop == e->reason, "%s (%s, %s): %s, expected %s", e->name,
		frame_kind_name(kind), tagged ? "tagged" : "untagged", weir_drop_name(drop),
		weir_drop_name(e->reason));
}

void parse_edit_check(const struct parse_edit *edits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (uint32_t kind = 0; kind < FRAME_KIND__COUNT; kind++) {
			/* What stands in the Ethernet header has no place behind a tag. */
			for (uint32_t tagged = 0; tagged < (edits[i].base == L2 ? 1 : 2);
				tagged++) {
				if ((edits[i].kinds & 1u << kind) != 0)
					check_one(&edits[i], (enum frame_kind)kind, tagged);
			}
		}
	}
}
