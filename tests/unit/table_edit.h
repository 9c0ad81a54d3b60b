/* SPDX-License-Identifier: BSD-3-Clause */
/* A good table with one wrong value: the reason and the index must be the ones expected, after the
 * checksums have been put right.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "blobs.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Where a field stands in the blob, and how wide it is. */
#define AT(field) offsetof(struct blob, field), sizeof(((struct blob *)0)->field)
#define R(reason) WEIR_REFUSAL_##reason
#define GOOD	  WEIR_REFUSAL_NONE

struct table_edit {
	const char *name;
	size_t off, size; /* AT() */
	uint64_t value;
	enum weir_refusal reason;
	uint64_t detail;
};

/* For table_check(): rows that are left out are unknown, or all known (@arg counts, uint32_t). */
int table_edit_holds_nothing(const struct weir_table_pool *pool, const void *blob, void *arg);
int table_edit_holds_all(const struct weir_table_pool *pool, const void *blob, void *arg);

/* The verdict on the first @length bytes, in memory of exactly that size, so that a sanitizer sees one
 * byte too many; no rows are held.
 */
struct table_verdict table_edit_copy(const struct blob *b, uint64_t length, uint64_t current);

/* The test fails, naming @name, if the verdict is another. */
void table_edit_expect(
	const char *name, struct table_verdict v, enum weir_refusal reason, uint64_t detail);

/* Each edit alone, on a fresh good table. */
void table_edit_check(const struct table_edit *edits, size_t n);
