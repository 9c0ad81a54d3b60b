/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of the table check only. Each function looks at one section and relies on the
 * ones before it in this header.
 */
#pragma once

#include "table_check.h"

#define TABLE_GOOD ((struct table_verdict){0})

static inline struct table_verdict table_refuse(enum weir_refusal reason, uint64_t detail)
{
	return (struct table_verdict){.reason = reason, .detail = detail};
}

struct table_view {
	const void *blob;
	const struct weir_table_head *head;
	const struct table_limits *limits;
	uint64_t length;
};

/* magic, abi, length, checksum, generation, limits, section, empty */
struct table_verdict table_check_head(const struct table_view *v, uint64_t current);
/* service_field, service_order, service_twice, vip_not_allowed */
struct table_verdict table_check_services(const struct table_view *v);
/* next_hop_field */
struct table_verdict table_check_next_hops(const struct table_view *v);
/* backend_field, backend_not_allowed, backend_is_vip */
struct table_verdict table_check_backends(const struct table_view *v);
/* pool_field, section, pool_unknown, rows_checksum, row_index, row_phase */
struct table_verdict table_check_pools(
	const struct table_view *v, table_holds_rows holds, void *arg);

/* Which slots are backends, one bit each. The bit of WEIR_SLOT_NONE is set: a row may say so. */
struct table_slots {
	uint64_t bits[(WEIR_SLOT_NONE + 1) / 64];
};
void table_slots_init(struct table_slots *slots, const void *blob);
/* NONE, row_index or row_phase. */
enum weir_refusal table_rows_check(
	const uint32_t *rows, uint32_t n, const struct table_slots *slots);

/* Is @addr in one of the prefixes? An empty list allows nothing. */
int table_allowed(const struct weir_prefix *list, uint32_t n, const struct weir_addr *addr);
