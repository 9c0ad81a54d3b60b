// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>

#include "must.h"
#include "snapshot_samples.h"

/* A multiple of 64, as the size is one already. */
static void *exact(size_t size)
{
	void *mem = aligned_alloc(64, size);

	MUST(size % 64 == 0);
	memset(mem, 0xa5, size);
	return mem;
}

static void build(
	struct sample *s, const void *blob, const struct weir_table_pool *pools, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		s->pools[i] = pool_init(malloc(pool_memsize(&pools[i])), blob, &pools[i]);
	s->mem = exact(snapshot_memsize(blob));
	s->snapshot = snapshot_init(s->mem, blob, s->pools);
}

void sample_make(struct sample *s, const struct blob *blob)
{
	memset(s, 0, sizeof(*s));
	if (blob == NULL)
		blob_make(&s->blob);
	else
		s->blob = *blob;
	build(s, &s->blob, s->blob.pool, s->blob.head.n_pools);
}

struct weir_addr sample_wide_vip(uint32_t i)
{
	struct weir_addr a = blob_addr("2001:db8::");
	uint32_t be = htonl(i * 3);

	memcpy(a.b + 12, &be, 4);
	return a;
}

static void *wide_blob(const struct blob *b, uint32_t n, uint64_t length)
{
	uint64_t shift = (n - (uint64_t)BLOB_SERVICES) * sizeof(struct weir_table_service);
	uint8_t *mem = calloc(1, length);
	struct weir_table_head *head = (void *)mem;
	struct weir_table_service *service = (void *)(head + 1);

	memcpy(mem, b, offsetof(struct blob, service));
	for (uint32_t i = 0; i < n; i++) {
		service[i] = b->service[0];
		service[i].slot = i;
		service[i].vip = sample_wide_vip(i);
	}
	memcpy(service + n, b->pool, sizeof(*b) - offsetof(struct blob, pool));
	head->n_services = n;
	head->length = length;
	for (uint32_t i = 0; i < BLOB_POOLS; i++)
		((struct weir_table_pool *)(service + n))[i].rows_offset += shift;
	head->checksum = table_blob_checksum(mem, length);
	return mem;
}

void sample_make_wide(struct sample *s, uint32_t n)
{
	uint64_t length = sizeof(struct blob) +
			  (n - (uint64_t)BLOB_SERVICES) * sizeof(struct weir_table_service);
	struct table_limits limits;
	void *blob;

	memset(s, 0, sizeof(*s));
	blob_make(&s->blob);
	blob_limits(&limits);
	blob = wide_blob(&s->blob, n, length);
	ck_assert_int_eq(
		table_check(blob, length, 0, &limits, NULL, NULL).reason, WEIR_REFUSAL_NONE);
	build(s, blob, table_pools(blob), BLOB_POOLS);
	free(blob);
}

void sample_free(struct sample *s)
{
	for (uint32_t i = 0; i < BLOB_POOLS; i++)
		free(s->pools[i]);
	free(s->mem);
}
