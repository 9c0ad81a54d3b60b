// SPDX-License-Identifier: BSD-3-Clause
/* The input is a frame. The parser reads nothing outside, says the same each time, leaves no field
 * unset, and what it accepts lies inside, down to the last byte.
 */
#include <string.h>

#include "frame_check.h"
#include "frame_fix.h"
#include "fuzz.h"

#define FRAME_MAX 16384

/* Padding behind the IP packet means nothing; a byte less than the packet is too few. */
static void check_cut(const uint8_t *data, const struct parsed *p)
{
	uint32_t whole = (uint32_t)p->l3_off + p->l3_len;
	struct parsed cut;

	FUZZ_MUST(frame_parse(data, whole, 0, &cut) == WEIR_DROP_NONE);
	FUZZ_MUST(memcmp(&cut, p, sizeof(cut)) == 0);
	FUZZ_MUST(frame_parse(data, whole - 1, 0, &cut) != WEIR_DROP_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t len = (uint32_t)size;
	struct parsed p, again;
	enum weir_drop drop;

	if (size > FRAME_MAX)
		return -1;
	drop = frame_parse(data, len, 0x00, &p);
	FUZZ_MUST(frame_parse(data, len, 0xff, &again) == drop);
	if (drop != WEIR_DROP_NONE)
		return 0;
	FUZZ_MUST(memcmp(&p, &again, sizeof(p)) == 0);
	frame_check(data, len, &p);
	check_cut(data, &p);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	return frame_mutate(data, size, max_size, seed, 0);
}
