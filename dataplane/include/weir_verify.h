/* SPDX-License-Identifier: BSD-3-Clause */
/* What the data plane finds when it is asked whether its accounts hold (WEIR_MSG_VERIFY). It sends
 * figures and no judgement: whoever reads them compares.
 *
 * The answer is a run of WEIR_MSG_VERIFIED messages with the question's `seq`: PACKETS and FLOWS of
 * each worker that finished in time, then MBUFS as the last. `reason` is worker << 8 | part, and the
 * 40 bytes from `generation` on are the struct of the part.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "weir_ring.h"

enum weir_verify_part {
	WEIR_VERIFY_PACKETS,
	WEIR_VERIFY_FLOWS,
	WEIR_VERIFY_MBUFS,
	WEIR_VERIFY__COUNT
};

/* Of one worker, all read between the same two bursts: rx == forwarded + replied + dropped. */
struct weir_verify_packets {
	uint64_t rx, forwarded, replied, dropped, pad;
};

/* Of the same moment: inserts - removes == live == counted. `counted` is a scan of every entry. */
struct weir_verify_flows {
	uint64_t inserts, removes, live, counted;
	uint32_t wrong; /* backend slots whose gauge is not the number of entries that name them */
	uint32_t first_wrong; /* slot, if wrong > 0; UINT32_MAX: only entries of impossible slots */
};

/* Of all pools. total - free are with the drivers and on their way. Receive rings hold `at_rest`;
 * what was sent comes back. So total - free is at_rest give or take `slack` after one second without
 * a packet, and within at_rest - slack .. at_rest + moving otherwise.
 */
struct weir_verify_mbufs {
	uint64_t total, free, at_rest;
	uint32_t moving; /* what transmit rings, completion rings, caches and hands can hold */
	uint32_t slack;	 /* of drivers that keep sent buffers, or refill late; 0 = only AF_XDP */
	uint32_t still;	 /* 1: no packet came for one second */
	uint32_t n_workers;
};

#define WEIR_VERIFY_SIZE 40u
_Static_assert(sizeof(struct weir_verify_packets) == WEIR_VERIFY_SIZE, "part of a message");
_Static_assert(sizeof(struct weir_verify_flows) == WEIR_VERIFY_SIZE, "part of a message");
_Static_assert(sizeof(struct weir_verify_mbufs) == WEIR_VERIFY_SIZE, "part of a message");
_Static_assert(offsetof(struct weir_msg, check) - offsetof(struct weir_msg, generation) ==
		       WEIR_VERIFY_SIZE,
	"the part lies between `seq` and `check`");

static inline struct weir_msg weir_verify_msg(
	uint64_t seq, uint32_t worker, enum weir_verify_part part, const void *of_part)
{
	struct weir_msg m = {
		.type = WEIR_MSG_VERIFIED, .reason = worker << 8 | (uint32_t)part, .seq = seq};

	memcpy((char *)&m + offsetof(struct weir_msg, generation), of_part, WEIR_VERIFY_SIZE);
	return m;
}

/* Into the struct that belongs to the part. */
static inline void weir_verify_read(const struct weir_msg *m, void *of_part)
{
	memcpy(of_part, (const char *)m + offsetof(struct weir_msg, generation), WEIR_VERIFY_SIZE);
}
