// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "state_rig.h"
#include "tables.h"

struct model *state_rig_model(void)
{
	struct model *m = test_model(TEST_BASIC);
	struct model_backend *b = model_backend(m, "web", "b2");

	m->generation = 41;
	m->table_checksum = 0xfedcba9876543210;
	b->override = (struct model_override){
		.admin = MODEL_ADMIN_DRAIN, .weight = 3, .uid = 4294967294u, .since = 1700000000};
	strcpy(b->override.reason, "\"quoted\", caf\xc3\xa9");
	b->health = (struct model_health){.verdict = MODEL_DOWN,
		.streak = 5,
		.since = 1700000001,
		.checks = 100,
		.failures = 9};
	strcpy(b->health.last_error, "connect: refused");
	b->base = (struct model_counters){1, (uint64_t)1 << 62, 3};
	model_service(m, "web")->base.bytes = 12;
	ck_assert_int_eq(tables_build_rows(m), 2);
	m->pools[0]->rows[3] = weir_row(0, 1, WEIR_MOVE); /* says what the members cannot say */
	return m;
}

const char *state_rig_saved(void)
{
	const char *path = test_path("state.json");
	struct model *m = state_rig_model();
	struct stats *s = stats_new();

	ck_assert_int_eq(state_save(path, m, s), 0);
	stats_free(s);
	model_free(m);
	return path;
}

/* Returns `found`. */
int state_rig_load(const char *path, struct model *m, struct weir_diag *d)
{
	struct stats *s = stats_new();
	int found = -1;

	memset(d, 0, sizeof(*d));
	ck_assert_int_eq(state_load(path, m, s, &found, d), 0);
	stats_free(s);
	return found;
}

void state_rig_expect_fresh(const struct model *m)
{
	const struct model_backend *b = model_backend(m, "web", "b2");

	ck_assert_uint_eq(m->generation, 0);
	ck_assert_uint_eq(b->slot, 1);
	ck_assert_uint_eq(b->incarnation, 1);
	ck_assert_int_eq(b->override.admin, MODEL_ADMIN_UP);
	ck_assert_int_eq(b->health.verdict, MODEL_UNKNOWN);
	ck_assert_ptr_null(m->pools[0]->rows);
}

/* A damaged file is ignored with a warning and kept under another name. */
void state_rig_expect_damaged(struct model *m, const char *path)
{
	struct weir_diag d;
	char aside[160];

	ck_assert_int_eq(state_rig_load(path, m, &d), 0);
	ck_assert_uint_eq(d.n, 1);
	ck_assert_uint_eq(d.n_errors, 0);
	state_rig_expect_fresh(m);
	snprintf(aside, sizeof(aside), "%s.damaged", path);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(access(aside, F_OK), 0);
}
