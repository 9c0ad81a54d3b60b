/* SPDX-License-Identifier: BSD-3-Clause */
/* What crosses the socket pair between the parent and the checker: fixed structs in host order, no
 * text. The parent trusts none of it: it checks every field, and kills a checker that is wrong.
 */
#pragma once

#include <stdint.h>

#include "weir_addr.h"

#define WIRE_MAGIC 0x6b636877u
/* The checker's end of the pair. */
#define WIRE_FD 3

/* What is checked and how: equal specs are one probe. */
struct wire_spec {
	struct weir_addr addr;
	uint32_t interval_ms;
	uint32_t timeout_ms;
	uint16_t port; /* host order */
	uint16_t type; /* enum conf_check_type */
	uint32_t pad;
};

enum wire_order { WIRE_ADD, WIRE_DELETE, WIRE_ORDER__COUNT };

/* Parent to checker. */
struct wire_target {
	uint32_t magic;
	uint32_t order;	 /* enum wire_order */
	uint32_t slot;	 /* < HEALTH_MAX_TARGETS; one probe at a time lives there */
	uint32_t serial; /* of the probe; never used again */
	struct wire_spec spec;
};

enum wire_outcome {
	WIRE_OK,
	WIRE_ERROR,   /* the backend's fault: @error is the errno of the connection */
	WIRE_TIMEOUT, /* the backend's fault: no answer within the time */
	WIRE_UNKNOWN, /* ours: @error is the errno, or 0 if the checker itself was too slow */
	WIRE_BEAT,    /* no result: the checker lives; only @late counts */
	WIRE_OUTCOME__COUNT
};

/* Checker to parent. */
struct wire_report {
	uint32_t magic;
	uint32_t outcome; /* enum wire_outcome */
	uint32_t slot;
	uint32_t serial;
	uint32_t duration_us;
	int32_t error;
	uint64_t late; /* slots missed since the last beat */
};

_Static_assert(sizeof(struct wire_spec) == 32, "spec: no hidden padding");
_Static_assert(sizeof(struct wire_target) == 48, "target: no hidden padding");
_Static_assert(sizeof(struct wire_report) == 32, "report: no hidden padding");
