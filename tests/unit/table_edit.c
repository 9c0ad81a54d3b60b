// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "table_edit.h"

int table_edit_holds_nothing(const struct weir_table_pool *pool, const void *blob, void *arg)
{
	return 0;
}

int table_edit_holds_all(const struct weir_table_pool *pool, const void *blob, void *arg)
{
	*(uint32_t *)arg += 1;
	return 1;
}

struct table_verdict table_edit_copy(const struct blob *b, uint64_t length, uint64_t current)
{
	void *copy = malloc(length);
	struct table_limits limits;
	struct table_verdict v;

	blob_limits(&limits);
	memcpy(copy, b, length);
	v = table_check(copy, length, current, &limits, table_edit_holds_nothing, NULL);
	free(copy);
	return v;
}

void table_edit_expect(
	const char *name, struct table_verdict v, enum weir_refusal reason, uint64_t detail)
{
	ck_assert_msg(v.reason == reason && v.detail == detail, "%s: %s %lu, expected %s %lu", name,
		weir_refusal_name(v.reason), v.detail, weir_refusal_name(reason), detail);
}

void table_edit_check(const struct table_edit *edits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct blob b;

		blob_make(&b);
		memcpy((uint8_t *)&b + edits[i].off, &edits[i].value, edits[i].size);
		blob_seal_rows(&b);
		blob_seal(&b);
		table_edit_expect(edits[i].name, table_edit_copy(&b, sizeof(b), 8), edits[i].reason,
			edits[i].detail);
	}
}
