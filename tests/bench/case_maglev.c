// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cases.h"
#include "maglev.h"

#define ROWS 65537

struct build {
	struct maglev_member *member;
	uint32_t n;
	uint32_t *rows;
	void *scratch;
};

static int build(void *arg)
{
	const struct build *b = arg;

	return maglev_build(b->member, b->n, ROWS, b->rows, b->scratch);
}

static void name_members(struct build *b, char (*name)[20])
{
	for (uint32_t i = 0; i < b->n; i++) {
		snprintf(name[i], sizeof(name[i]), "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
		b->member[i] = (struct maglev_member){.name = name[i], .weight = 1, .slot = i};
	}
}

int case_maglev(uint32_t n_backends, struct measure *out)
{
	char(*name)[20] = calloc(n_backends, sizeof(*name));
	struct build b = {
		.member = calloc(n_backends, sizeof(*b.member)),
		.n = n_backends,
		.rows = calloc(ROWS, sizeof(*b.rows)),
		.scratch = malloc(maglev_scratch_size(n_backends, ROWS)),
	};
	int rc = -ENOMEM;

	if (name != NULL && b.member != NULL && b.rows != NULL && b.scratch != NULL) {
		name_members(&b, name);
		rc = measure_ms(build, &b, out);
	}
	free(b.scratch);
	free(b.rows);
	free(b.member);
	free(name);
	return rc;
}
