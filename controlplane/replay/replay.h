/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "capture.h"
#include "lane.h"
#include "mbufs.h"
#include "options.h"
#include "plan.h"
#include "states.h"

/* All that a replay consists of; start from zero. */
struct replay {
	const struct options *o;
	struct weir_diag *d;
	struct plan plan;
	struct hops hops;
	struct states states;
	struct mbufs mbufs;
	struct lanes lanes;
	struct capture_in in;
	struct capture_out out;
	FILE *verdicts;
};

/* Packets in, verdicts out, until the capture ends. 0, or -errno and @r->d. */
int replay_run(struct replay *r);
