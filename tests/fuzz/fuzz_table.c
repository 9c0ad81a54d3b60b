// SPDX-License-Identifier: BSD-3-Clause
/* The input is a table, as it is and with its checksums put right. It is refused, or what is built from
 * it, in memory of exactly the size asked for, answers every lookup within range.
 *
 * Bytes that the input lacks up to the length that its head states are zero: so rows need not be part
 * of it, and inputs stay small.
 */
#include <stddef.h>
#include <string.h>

#include "blobs.h"
#include "fuzz.h"
#include "fuzz_table_use.h"

#define TABLE_MAX 16384u

/* Of the pools that a table leaves out, those with an odd id are held. */
static int holds_odd(const struct weir_table_pool *pool, const void *blob, void *arg)
{
	return pool->id % 2;
}

static size_t length_of(const uint8_t *data, size_t size)
{
	struct weir_table_head head;

	if (size < sizeof(head))
		return size;
	memcpy(&head, data, sizeof(head));
	return head.length > size && head.length <= TABLE_MAX ? head.length : size;
}

/* The sum of each pool's rows, where pools and rows lie in the blob. */
static void seal_rows(uint8_t *blob, size_t len)
{
	const struct weir_table_head *h = (void *)blob;
	uint64_t at = sizeof(*h) + (uint64_t)h->n_services * sizeof(struct weir_table_service);

	for (uint32_t i = 0; i < h->n_pools; i++, at += sizeof(struct weir_table_pool)) {
		struct weir_table_pool *p = (void *)(blob + at);
		uint64_t n;

		if (at + sizeof(*p) > len)
			return;
		n = p->n_rows * (uint64_t)sizeof(uint32_t);
		if (n <= len && p->rows_offset <= len - n && p->rows_offset != 0)
			p->rows_checksum = table_checksum(blob + p->rows_offset, n);
	}
}

static void seal(uint8_t *blob, size_t len)
{
	struct weir_table_head *h = (void *)blob;

	seal_rows(blob, len);
	h->magic = WEIR_TABLE_MAGIC;
	h->abi = WEIR_TABLE_ABI;
	h->checksum = table_blob_checksum(blob, len);
}

static void try(const uint8_t *blob, size_t len)
{
	struct table_limits limits;
	struct table_verdict v;

	blob_limits(&limits);
	v = table_check(blob, len, 1, &limits, holds_odd, NULL);
	FUZZ_MUST(v.reason < WEIR_REFUSAL__COUNT);
	if (v.reason == WEIR_REFUSAL_NONE)
		fuzz_table_use(blob, &limits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = length_of(data, size);
	uint8_t *blob;

	if (size > TABLE_MAX)
		return -1;
	blob = calloc(1, len);
	if (size > 0)
		memcpy(blob, data, size);
	try(blob, len);
	if (len >= sizeof(struct weir_table_head)) {
		seal(blob, len);
		try(blob, len);
	}
	free(blob);
	return 0;
}
