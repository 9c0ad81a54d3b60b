// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "parse_samples.h"

enum weir_drop parse_exact(const uint8_t *bytes, uint32_t len, struct parsed *p)
{
	uint8_t *copy = malloc(len);
	enum weir_drop drop;

	memcpy(copy, bytes, len);
	memset(p, 0xa5, sizeof(*p));
	drop = parse_frame(copy, len, p);
	free(copy);
	return drop;
}

enum weir_drop parse_verdict(const struct frame *f)
{
	struct parsed p;

	enum weir_drop drop = parse_exact(f->b, f->len, &p);

	return drop == WEIR_DROP_NONE && p.kind == PARSE_FRAGMENT ? WEIR_DROP_frag : drop;
}

const struct ext_row ext_rows[] = {
	{"V6 hop-by-hop", HBH, B(OPT(L4P)), FWD},
	{"V6 destination options", DST, B(OPT2(L4P)), FWD},
	{"V6 routing type 4, none left", RH, B(L4P "\x00\x04\x00\0\0\0\0"), FWD},
	{"V6 all three", HBH, B(OPT("\x3c") OPT("\x2b") L4P "\x00\x04\x00\0\0\0\0"), FWD},
	{"V7 routing type 0", RH, B(L4P "\x00\x00\x00\0\0\0\0"), DROP(ext_rh)},
	{"V7 routing type 2", RH, B(L4P "\x00\x02\x00\0\0\0\0"), DROP(ext_rh)},
	{"V7 segments left", RH, B(L4P "\x00\x04\x01\0\0\0\0"), DROP(ext_rh)},
	{"V8 eight", HBH,
		B(OPT("\x3c") OPT("\x3c") OPT("\x3c") OPT("\x3c") OPT("\x3c") OPT("\x3c")
				OPT("\x3c") OPT(L4P)),
		FWD},
	{"V8 nine", HBH,
		B(OPT("\x3c") OPT("\x3c") OPT("\x3c") OPT("\x3c") OPT("\x3c") OPT("\x3c")
				OPT("\x3c") OPT("\x3c") OPT(L4P)),
		DROP(ext_chain)},
	{"V9 length 255", DST, B(L4P "\xff\x01\x04\0\0\0\0"), DROP(ext_bad)},
	{"V13 hop-by-hop second", DST, B(OPT("\x00") OPT(L4P)), DROP(ext_bad)},
	{"V13 hop-by-hop twice", HBH, B(OPT("\x00") OPT(L4P)), DROP(ext_bad)},
	{"V14 PadN past the end", DST, B(L4P "\x00\x01\xff\0\0\0\0"), FWD},
	{"V14 jumbo option", HBH, B(L4P "\x00\xc2\x04\x00\x01\x00\x00"), FWD},
	{"V12 AH behind options", DST, B(OPT("\x33")), DROP(l4_proto)},
	{"R1 first fragment", FRAG, B(L4P "\x00\x00\x01\0\0\0\x01"), DROP(frag)},
	{"R3 middle", FRAG, B(L4P "\x00\x01\x01\0\0\0\x01"), DROP(frag)},
	{"R3 last", FRAG, B(L4P "\x00\x01\x00\0\0\0\x01"), DROP(frag)},
	{"R3 next header is not looked at", FRAG, B("\x00\x00\x01\x00\0\0\0\x01"), DROP(frag)},
	{"R5 offset 1, TCP", FRAG, B("\x06\x00\x00\x08\0\0\0\x01"), DROP(frag_bad)},
	{"R5 offset 1, UDP", FRAG, B("\x11\x00\x00\x08\0\0\0\x01"), DROP(frag)},
	{"R6 ping of death", FRAG, B(L4P "\x00\xff\xf8\0\0\0\x01"), DROP(frag_bad)},
	{"R11 atomic", FRAG, B(L4P "\x00\x00\x00\0\0\0\x01"), DROP(frag)},
	{"R11 atomic, reserved byte set", FRAG, B(L4P "\xff\x00\x00\0\0\0\x01"), DROP(frag)},
	{"R12 fragment header twice", FRAG,
		B("\x2c\x00\x00\x01\0\0\0\x01" L4P "\x00\x00\x01\0\0\0\x01"), DROP(ext_bad)},
	{"R12 twice, options between", FRAG,
		B("\x3c\x00\x00\x01\0\0\0\x01" OPT("\x2c") L4P "\x00\x00\x01\0\0\0\x01"),
		DROP(ext_bad)},
	{"R12 fragment before hop-by-hop", FRAG, B("\x00\x00\x00\x01\0\0\0\x01" OPT(L4P)),
		DROP(ext_bad)},
	{"fragment behind hop-by-hop", HBH, B(OPT("\x2c") L4P "\x00\x00\x01\0\0\0\x01"),
		DROP(frag)},
	{NULL, 0, 0, NULL, FWD},
};

void ext_insert(struct frame *f, const struct ext_row *r)
{
	uint8_t *at = f->b + f->l3 + 40;

	f->b[f->l3 + 6] = r->first;
	frame_insert(f, f->l4, r->bytes, r->n);
	for (uint32_t i = 0; i < r->n; i += 8) {
		if (at[i] == 0xff)
			at[i] = frame_is_tcp(f) ? 6 : 17;
	}
	frame_fix_length(f);
}
