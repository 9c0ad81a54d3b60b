/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <stdint.h>

#define OPTIONS_MAX_WORKERS  16u
#define OPTIONS_MAX_SEGMENTS 8u
#define OPTIONS_MAX_CUTS     2u

enum options_clock { OPTIONS_CLOCK_STEPS, OPTIONS_CLOCK_PCAP };
enum options_deal { OPTIONS_DEAL_HASH, OPTIONS_DEAL_TURN };

struct options {
	const char *config, *in, *out, *verdicts;
	const char *next_hops, *states; /* NULL = none */
	uint32_t burst;			/* packets, 1..BATCH_MAX */
	uint32_t workers;
	enum options_deal deal;
	enum options_clock clock;
	uint64_t start_ns, step_ns; /* OPTIONS_CLOCK_STEPS */
	uint32_t segments;	    /* mbufs of a packet, when there are no cuts */
	uint32_t n_cuts;
	uint32_t cut[OPTIONS_MAX_CUTS]; /* bytes, rising */
};

/* 1 = go on; 0 = done (--help, --version); -EINVAL = usage, which has been said. */
int options_parse(struct options *o, int argc, char **argv);
