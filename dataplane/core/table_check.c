// SPDX-License-Identifier: BSD-3-Clause
#include <xxhash.h>

#include "table_check_int.h"

static const void *behind(const void *start, uint64_t n, uint64_t size)
{
	return (const uint8_t *)start + n * size;
}

static const struct weir_table_head *head(const void *blob)
{
	return blob;
}

const struct weir_table_service *table_services(const void *blob)
{
	return behind(blob, 1, sizeof(struct weir_table_head));
}

const struct weir_table_pool *table_pools(const void *blob)
{
	return behind(
		table_services(blob), head(blob)->n_services, sizeof(struct weir_table_service));
}

const struct weir_table_backend *table_backends(const void *blob)
{
	return behind(table_pools(blob), head(blob)->n_pools, sizeof(struct weir_table_pool));
}

const struct weir_table_next_hop *table_next_hops(const void *blob)
{
	return behind(
		table_backends(blob), head(blob)->n_backends, sizeof(struct weir_table_backend));
}

const uint32_t *table_rows(const void *blob, const struct weir_table_pool *pool)
{
	return pool->rows_offset == 0 ? NULL : behind(blob, 1, pool->rows_offset);
}

uint64_t table_checksum(const void *data, uint64_t length)
{
	return XXH3_64bits(data, length);
}

uint64_t table_blob_checksum(const void *blob, uint64_t length)
{
	uint64_t skipped = offsetof(struct weir_table_head, generation);

	return table_checksum(behind(blob, 1, skipped), length - skipped);
}

int table_allowed(const struct weir_prefix *list, uint32_t n, const struct weir_addr *addr)
{
	for (uint32_t i = 0; i < n; i++) {
		if (weir_prefix_has(&list[i], addr))
			return 1;
	}
	return 0;
}

struct table_verdict table_check(const void *blob, uint64_t length, uint64_t current,
	const struct table_limits *limits, table_holds_rows holds, void *arg)
{
	struct table_view v = {.blob = blob, .head = blob, .limits = limits, .length = length};
	struct table_verdict verdict = table_check_head(&v, current);

	if (verdict.reason == WEIR_REFUSAL_NONE)
		verdict = table_check_services(&v);
	if (verdict.reason == WEIR_REFUSAL_NONE)
		verdict = table_check_next_hops(&v);
	if (verdict.reason == WEIR_REFUSAL_NONE)
		verdict = table_check_backends(&v);
	if (verdict.reason == WEIR_REFUSAL_NONE)
		verdict = table_check_pools(&v, holds, arg);
	return verdict;
}
