// SPDX-License-Identifier: BSD-3-Clause
#include "snapshot.h"
#include "table_check_int.h"

size_t pool_memsize(const struct weir_table_pool *p)
{
	return sizeof(struct pool) + p->n_rows * sizeof(uint32_t);
}

struct pool *pool_init(void *mem, const void *blob, const struct weir_table_pool *p)
{
	const uint32_t *rows = table_rows(blob, p);
	struct pool *pool = mem;

	if (rows == NULL)
		return NULL;
	*pool = (struct pool){
		.id = p->id,
		.n_rows = p->n_rows,
		.version = p->version,
		.rows_checksum = p->rows_checksum,
	};
	memcpy(pool->rows, rows, p->n_rows * sizeof(*rows));
	return pool;
}

int pool_fits(const struct pool *p, const void *blob)
{
	struct table_slots slots;

	table_slots_init(&slots, blob);
	return table_rows_check(p->rows, p->n_rows, &slots) == WEIR_REFUSAL_NONE;
}
