/* SPDX-License-Identifier: BSD-3-Clause */
/* What scripts/bench can measure, in the order in which it does. */
#pragma once

#include "measure.h"

enum case_kind {
	CASE_HITS,	/* every packet is of an established flow */
	CASE_NEW,	/* every packet begins a flow; old ones expire at 70 % of the table */
	CASE_SYN_FLOOD, /* nothing expires: the table is full of flows that have only begun */
	CASE_ACK_FLOOD, /* likewise, with packets that begin nothing */
	CASE_COLLIDE,	/* 65,536 established flows with one CRC32-C */
	CASE_PUSH,	/* as HITS, and another core takes in a new table each 10 ms */
	CASE_MAGLEV,	/* ms: rows for @size backends */
};

struct bench_case {
	char name[32];
	enum case_kind kind;
	uint32_t family;
	enum weir_forward forward;
	uint32_t size; /* flows, VIPs or backends */
	uint32_t n_vips;
};

#define CASES_MAX 64

/* Returns how many. */
uint32_t cases_list(struct bench_case out[CASES_MAX]);

/* 0, or -errno with a message. */
int case_run(struct world *w, const struct bench_case *c, struct measure *out);
int case_maglev(uint32_t n_backends, struct measure *out);

#define CASE_MAX_FLOWS 16000000u /* entries of the table for 10M flows */
