/* SPDX-License-Identifier: BSD-3-Clause */
/* Validation of a table blob that already lies in private memory. After it has said NONE, no index
 * in the blob can lead outside of it, every enum has a known value, every address is allowed.
 *
 * Everything is done in one pass over each section (a binary search over the services for each
 * backend), without memory beyond a few KiB of stack. Only what the data plane implements passes: every
 * way of forwarding, with full tracking.
 *
 * Not judged, since nothing can follow from it: bytes between and behind the rows, sections that
 * nothing names, the hash key, `content`, versions and ids of pools.
 */
#pragma once

#include <stdint.h>

#include "weir_table.h"

#define TABLE_MAX_PREFIXES 64

/* From the data plane's own configuration, fixed at start; the control plane cannot change it. */
struct table_limits {
	struct weir_prefix vips[TABLE_MAX_PREFIXES];
	struct weir_prefix backends[TABLE_MAX_PREFIXES];
	uint32_t n_vips, n_backends;
	uint32_t n_ports;
};

/* Does the caller hold the rows of this pool (same id, n_rows, version, rows_checksum)? Such rows
 * were validated when they came; the caller answers 0 if one of them names a slot >= @n_backends or
 * a hole of the new table.
 */
typedef int (*table_holds_rows)(const struct weir_table_pool *pool, const void *blob, void *arg);

/* Sections in the order of the blob: `detail` of limits and section. */
enum table_section {
	TABLE_SERVICES,
	TABLE_POOLS,
	TABLE_BACKENDS,
	TABLE_NEXT_HOPS,
	TABLE_SECTION__COUNT
};

/* @detail: the offending element's index in its section. rows_checksum, row_index, row_phase: of the
 * pool; limits: enum table_section; section: the first one that does not fit, or
 * TABLE_SECTION__COUNT + index of the pool whose rows do not; 0 for what concerns the whole blob.
 */
struct table_verdict {
	enum weir_refusal reason; /* NONE = good */
	uint64_t detail;
};

/* @blob: 8-byte aligned, @length bytes. @current: generation in use, 0 = none. */
struct table_verdict table_check(const void *blob, uint64_t length, uint64_t current,
	const struct table_limits *limits, table_holds_rows holds, void *arg);

/* Sections of a blob that table_check() has accepted. */
const struct weir_table_service *table_services(const void *blob);
const struct weir_table_pool *table_pools(const void *blob);
const struct weir_table_backend *table_backends(const void *blob);
const struct weir_table_next_hop *table_next_hops(const void *blob);
const uint32_t *table_rows(
	const void *blob, const struct weir_table_pool *pool); /* NULL = left out */

/* XXH3-64 as used for tables and rows. */
uint64_t table_checksum(const void *data, uint64_t length);
/* Checksum of a whole blob, from its `generation` field to its end. */
uint64_t table_blob_checksum(const void *blob, uint64_t length);
