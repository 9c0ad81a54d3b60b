/* SPDX-License-Identifier: BSD-3-Clause */
/* How many ICMP messages a worker may send: a bucket for echo replies, one for errors, and one for
 * each source prefix (/24 of IPv4, /64 of IPv6) that takes from either.
 *
 * Buckets are kept as the generic cell rate algorithm (ITU-T I.371, "virtual scheduling"): one
 * number says when the bucket will be full again. In any time t at most rate x t + burst messages
 * pass; the burst is what the rate gives in a tenth of a second, at least one.
 *
 * The prefixes stand in a table of fixed size: sets of one cache line, found by a keyed hash. Nobody
 * is forgotten before its bucket is full again; where a set has no such way left, a stranger shares
 * the bucket that will be full first. So many sources can slow each other down, and never go faster.
 */
#pragma once

#include <stdint.h>

#include "weir_addr.h"

#define RATE_SETS      128u
#define RATE_WAYS      4u
#define RATE_MAX_PER_S 1000000u

struct rate_speed {
	uint64_t interval_ns; /* from one message to the next; 0 = none may pass */
	uint64_t slack_ns;    /* how far ahead of them a burst may run */
};

struct rate_source {
	uint64_t name;	 /* keyed hash of the prefix */
	uint64_t due_ns; /* its bucket is full from then on */
};

struct rate_set {
	_Alignas(64) struct rate_source way[RATE_WAYS];
};
_Static_assert(sizeof(struct rate_set) == 64, "rate set: one cache line");

/* Of one worker. All zero: nothing may pass. */
struct rates {
	struct rate_speed echo, error, source;
	uint64_t echo_due_ns, error_due_ns;
	uint64_t key[2];
	struct rate_set set[RATE_SETS];
};

/* Messages per second, each at most RATE_MAX_PER_S; 0 = none at all. */
struct rates_conf {
	uint32_t echo_per_s, error_per_s, source_per_s;
};

/* @key: drawn at boot, so that nobody can aim at a set. */
void rates_init(struct rates *r, const struct rates_conf *conf, const uint64_t key[2]);

/* May a message go to @to? 1 = yes, and it is counted; 0 = no, and nothing is. @now_ns: of a clock
 * that does not go back.
 */
int rates_take_echo(struct rates *r, const struct weir_addr *to, uint64_t now_ns);
int rates_take_error(struct rates *r, const struct weir_addr *to, uint64_t now_ns);
