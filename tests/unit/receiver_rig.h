/* SPDX-License-Identifier: BSD-3-Clause */
/* A receiver and its one worker. The control plane is played through the same ring functions on memory
 * of this process.
 *
 *	_send()   --> command ring --> receiver_poll() --> rig.publish
 *	_answer() <-- reply ring <-- receiver_applied() <-- grace, at _workers_turn()
 */
#pragma once

#include "lcore.h"
#include "receiver.h"
#include "stage_rig.h"

struct receiver_rig {
	struct weir_region *region;
	struct weir_ring_end command, reply; /* the control plane's ends */
	struct weir_counters_head head;
	struct lcore lcore;
	struct receiver receiver;
	uint64_t seq;	     /* of the last message sent */
	uint64_t generation; /* of the last table laid out; only grows */
};

extern struct receiver_rig receiver_rig;

/* Before each test: no table, an empty region, the sequence at its start, a good table in rig.blob. */
void receiver_rig_fresh(void);
/* Another region of empty rings in the place of the last. */
void receiver_rig_region(void);

/* rig.blob as the next generation at @offset of the blob area, and the message that announces it. */
struct weir_msg receiver_rig_lay_out(uint64_t offset);
/* Seal and send; a sequence number of 0 becomes the next one. */
void receiver_rig_send(struct weir_msg m);
/* The workers pass a quiescent state. */
void receiver_rig_workers_turn(void);

/* The next answer, intact; or that there is none. */
struct weir_msg receiver_rig_answer(void);
void receiver_rig_no_answer(void);
/* What was sent is the first to be refused for @reason, by one answer; or is applied as generation @of. */
void receiver_rig_expect_refused(const char *reason);
void receiver_rig_expect_applied(uint64_t of);
