/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker looks at its own accounts, between two bursts, because the main lcore asked.
 *
 *	main lcore   state = ASKED  --------------------------->  reads the result
 *	worker            audit_step() once per turn ... state = DONE
 *
 * No lock and no allocation: one word says whose turn it is, and a worker that nobody asked reads it
 * once per turn. A step ends after AUDIT_BUSY_CYCLES or AUDIT_IDLE_CYCLES.
 */
#pragma once

#include "flow_audit.h"
#include "weir_table.h"
#include "weir_verify.h"

enum audit_state { AUDIT_NONE, AUDIT_ASKED, AUDIT_DONE };

/* How long a step may take, in microseconds: in a turn with packets, and in one without. */
#define AUDIT_BUSY_US 20
#define AUDIT_IDLE_US 50

struct lcore;

struct audit {
	uint32_t
		state; /* enum audit_state; main lcore: NONE or DONE -> ASKED, worker: ASKED -> DONE */

	/* The worker's while ASKED, the main lcore's otherwise. */
	uint32_t going_on;
	struct flow_audit flow;
	uint32_t by_slot[WEIR_MAX_BACKENDS + 1];
	struct weir_verify_packets packets;
	struct weir_verify_flows flows;
};

static inline enum audit_state audit_state(const struct audit *a)
{
	return (enum audit_state)__atomic_load_n(&a->state, __ATOMIC_ACQUIRE);
}

/* Main lcore: ask for it, unless the worker is still at it. */
void audit_ask(struct audit *a);
/* Worker: between two bursts, when it was asked. @received: packets of this turn. */
void audit_step(struct lcore *l, uint32_t received);
