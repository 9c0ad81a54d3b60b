/* SPDX-License-Identifier: BSD-3-Clause */
/* State files for tests: one with everything in it, and what must be seen of a damaged one. */
#pragma once

#include "models.h"
#include "state_priv.h"
#include "unit.h"

/* A model with something to remember in every field. */
struct model *state_rig_model(void);
/* The path of its state file. */
const char *state_rig_saved(void);
/* Returns `found`. */
int state_rig_load(const char *path, struct model *m, struct weir_diag *d);
void state_rig_expect_fresh(const struct model *m);
/* The file is ignored with a warning, and kept under another name. */
void state_rig_expect_damaged(struct model *m, const char *path);
