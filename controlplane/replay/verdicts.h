/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of JSON for each packet. */
#pragma once

#include <stdio.h>

#include "lane.h"
#include "plan.h"

#define VERDICTS_NO_FRAME UINT64_MAX

/* Where a packet was judged, and what became of it. */
struct verdict {
	uint64_t n;   /* of the packet */
	uint64_t out; /* index of the frame that left, or VERDICTS_NO_FRAME */
	uint32_t lane;
	const struct batch *b;
	uint8_t place;
};

/* 0 or -errno. */
int verdicts_write(FILE *f, const struct plan *p, const struct verdict *v);
