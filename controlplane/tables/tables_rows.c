/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "maglev.h"
#include "table_check.h"
#include "tables.h"

struct build {
	struct maglev_member *members;
	uint32_t n;
	uint32_t *rows;
	void *scratch;
};

static void build_free(struct build *b)
{
	free(b->members);
	free(b->rows);
	free(b->scratch);
}

static int build_alloc(struct build *b, const struct model_pool *p)
{
	*b = (struct build){
		.members = calloc(p->n_backends + 1, sizeof(*b->members)),
		.rows = calloc(p->n_rows, sizeof(*b->rows)),
		.scratch = aligned_alloc(
			64, (maglev_scratch_size(p->n_backends, p->n_rows) + 64) / 64 * 64),
	};
	if (b->members && b->rows && b->scratch)
		return 0;
	build_free(b);
	return -ENOMEM;
}

static void add_members(struct build *b, const struct model_pool *p)
{
	for (uint32_t i = 0; i < p->n_backends; i++) {
		const struct model_backend *be = p->backends[i];
		uint32_t weight = model_backend_weight(be);

		if (weight > 0)
			b->members[b->n++] = (struct maglev_member){be->name, weight, be->slot};
	}
}

/* Names what the rows are made from. Never 0, which means "build anew". */
static uint64_t members_checksum(const struct model_pool *p)
{
	uint64_t sum[4] = {p->n_rows};

	for (uint32_t i = 0; i < p->n_backends; i++) {
		const struct model_backend *b = p->backends[i];
		uint32_t weight = model_backend_weight(b);

		if (weight == 0)
			continue;
		sum[1] = (uint64_t)b->slot << 32 | weight;
		sum[2] = table_checksum(b->name, strlen(b->name));
		sum[3] = sum[0];
		sum[0] = table_checksum(sum, sizeof(sum));
	}
	return sum[0] | 1;
}

/* 1 if the rows differ from those that the pool had, 0 if not. The checksum decides, since it may be
 * all that a restart has left of them.
 */
static int adopt(struct model_pool *p, struct build *b)
{
	uint64_t checksum, before = p->rows_checksum;

	for (uint32_t i = 0; i < p->n_rows; i++)
		b->rows[i] = weir_row(b->rows[i], b->rows[i], WEIR_STABLE);
	checksum = table_checksum(b->rows, p->n_rows * sizeof(*b->rows));
	free(p->rows);
	p->rows = b->rows;
	b->rows = NULL;
	p->rows_checksum = checksum;
	if (checksum == before && p->version != 0)
		return 0;
	p->version++;
	return 1;
}

static int build_pool(struct model_pool *p)
{
	uint64_t members = members_checksum(p);
	struct build b;
	int rc;

	if (p->rows && p->members_checksum == members)
		return 0;
	rc = build_alloc(&b, p);
	if (rc < 0)
		return rc;
	add_members(&b, p);
	rc = maglev_build(b.members, b.n, p->n_rows, b.rows, b.scratch);
	if (rc == 0) {
		rc = adopt(p, &b);
		p->members_checksum = members;
	}
	build_free(&b);
	return rc;
}

int tables_build_rows(struct model *m)
{
	int changed = 0;

	for (uint32_t i = 0; i < m->n_pools; i++) {
		int rc = build_pool(m->pools[i]);

		if (rc < 0)
			return rc;
		changed += rc;
	}
	return changed;
}
