/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane's end of the link against a peer that speaks, lies, or breaks off. One process,
 * one event loop: the loop is turned until something is true.
 */
#pragma once

#include "link.h"
#include "models.h"
#include "planes.h"
#include "unit.h"

struct rig {
	struct event_base *base;
	struct model *model;
	struct stats *stats;
	struct link *link;
	const char *path;
	struct test_plane plane;
	/* what the hooks heard */
	int hellos, gone, answers, hello_rc, beat_fd;
	uint64_t generation, detail;
	enum weir_refusal reason;
};

/* Turns the loop until @condition; the test's own time limit ends a wait that is in vain. */
#define UNTIL(r, condition)                                                                        \
	while (!(condition))                                                                       \
	rig_turn(r)

struct rig *rig_new(void);
void rig_free(struct rig *r);
void rig_start(struct rig *r);
void rig_turn(struct rig *r);
void rig_turn_ms(struct rig *r, int ms);
int rig_say_hello(struct rig *r, struct test_plane *p, size_t length, int n_fds);
void rig_meet(struct rig *r);
struct weir_msg rig_next_command(struct rig *r);
int rig_nothing_comes(struct rig *r);
void rig_answer(struct rig *r, const struct weir_msg *m, enum weir_refusal reason);
const struct weir_table_head *rig_blob(const struct rig *r);
enum weir_refusal rig_judge(struct rig *r, const struct weir_msg *m, int held);
void rig_change(struct rig *r);
int rig_open_fds(void);
void rig_set_in_use(struct rig *r, uint64_t generation, uint64_t content);
