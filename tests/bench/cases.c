// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>

#include "cases.h"

static const char *const forwards[] = {
	[WEIR_FWD_L2DSR] = "l2dsr", [WEIR_FWD_IPIP] = "ipip", [WEIR_FWD_GUE] = "gue"};

static const struct {
	const char *name;
	uint32_t flows;
} sizes[] = {
	{"1", 1},
	{"1K", 1000},
	{"16K", 16000},
	{"64K", 64000},
	{"1M", 1000000},
	{"10M", 10000000},
};

#define IP4_IPIP .family = 4, .forward = WEIR_FWD_IPIP

static const struct bench_case others[] = {
	{"new-flow", CASE_NEW, IP4_IPIP, .n_vips = 1},
	{"syn-flood", CASE_SYN_FLOOD, IP4_IPIP, .n_vips = 1},
	{"ack-flood", CASE_ACK_FLOOD, IP4_IPIP, .n_vips = 1},
	{"crc-collide", CASE_COLLIDE, IP4_IPIP, .n_vips = 1},
	{"vips-1", CASE_HITS, IP4_IPIP, .size = 64000, .n_vips = 1},
	{"vips-1K", CASE_HITS, IP4_IPIP, .size = 64000, .n_vips = 1000},
	{"vips-10K", CASE_HITS, IP4_IPIP, .size = 64000, .n_vips = 10000},
	{"push-10ms", CASE_PUSH, IP4_IPIP, .size = 64000, .n_vips = 1},
	{"maglev-100", CASE_MAGLEV, .size = 100},
	{"maglev-1000", CASE_MAGLEV, .size = 1000},
	{"maglev-10000", CASE_MAGLEV, .size = 10000},
};

static struct bench_case hits(enum weir_forward forward, uint32_t family, size_t size)
{
	struct bench_case c = {
		.kind = CASE_HITS,
		.family = family,
		.forward = forward,
		.size = sizes[size].flows,
		.n_vips = 1,
	};

	snprintf(c.name, sizeof(c.name), "%s-v%u-%s-full", forwards[forward], family,
		sizes[size].name);
	return c;
}

uint32_t cases_list(struct bench_case out[CASES_MAX])
{
	uint32_t n = 0;

	for (uint32_t family = 4; family <= 6; family += 2)
		for (size_t size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++)
			for (int f = WEIR_FWD_L2DSR; f <= WEIR_FWD_GUE; f++)
				out[n++] = hits((enum weir_forward)f, family, size);
	memcpy(&out[n], others, sizeof(others));
	return n + sizeof(others) / sizeof(others[0]);
}
