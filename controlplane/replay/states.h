/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes of backends while packets flow, in order of time. */
#pragma once

#include "model.h"

enum states_kind { STATES_UP, STATES_DRAIN, STATES_DOWN, STATES_GONE, STATES__COUNT };

struct states_change {
	uint64_t at_ns;
	struct model_backend *backend;
	enum states_kind kind;
};

struct states {
	struct states_change *change;
	size_t n;
	size_t done;
};

/* 0, or -errno and @d. @s: zero. */
int states_load(struct states *s, const struct model *m, const char *file, struct weir_diag *d);
/* Make the changes that are due at @now_ns; returns their number. */
uint32_t states_apply(struct states *s, struct model *m, uint64_t now_ns);
void states_free(struct states *s);
