// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "maglev.h"
#include "world.h"

#define EMBRYONIC_S 10

struct sizes {
	uint32_t n_rows;
	size_t pools, backends, hops, rows, end;
};

static size_t rows_size(uint32_t n_rows)
{
	return ((size_t)n_rows * 4 + 7) / 8 * 8;
}

static struct sizes sizes_of(const struct world_table *t)
{
	struct sizes s = {.n_rows = maglev_rows(WORLD_BACKENDS)};

	s.pools = sizeof(struct weir_table_head) + t->n_vips * sizeof(struct weir_table_service);
	s.backends = s.pools + t->n_pools * sizeof(struct weir_table_pool);
	s.hops = s.backends + WORLD_BACKENDS * sizeof(struct weir_table_backend);
	s.rows = s.hops + sizeof(struct weir_table_next_hop);
	s.end = s.rows + t->n_pools * rows_size(s.n_rows);
	return s;
}

static struct weir_addr backend_addr(uint32_t family, uint32_t i)
{
	const uint8_t v4[4] = {10, 255, 0, (uint8_t)i};
	struct weir_addr v6 = {.b = {0xfd, [15] = (uint8_t)i}};

	return family == 4 ? weir_addr_v4(v4) : v6;
}

static struct weir_addr vip(uint32_t family, uint32_t i)
{
	uint8_t bytes[16];
	struct weir_addr a;

	device_vip(family, i, bytes);
	if (family == 4)
		return weir_addr_v4(bytes);
	memcpy(a.b, bytes, sizeof(a.b));
	return a;
}

static void put_services(struct weir_table_service *out, const struct world_table *t)
{
	for (uint32_t i = 0; i < t->n_vips; i++)
		out[i] = (struct weir_table_service){
			.vip = vip(t->family, i),
			.port = 80,
			.port_last = 80,
			.proto = 6,
			.forward = (uint8_t)t->forward,
			.gue_port = t->forward == WEIR_FWD_GUE ? WEIR_GUE_PORT : 0,
			.pool = i % t->n_pools,
			.slot = i,
			.idle_s = 900,
			.embryonic_s = EMBRYONIC_S,
			.closing_s = 30,
		};
}

static void put_backends(uint8_t *blob, const struct sizes *s, const struct world_table *t)
{
	struct weir_table_backend *be = (void *)(blob + s->backends);
	struct weir_table_next_hop *hop = (void *)(blob + s->hops);

	for (uint32_t i = 0; i < WORLD_BACKENDS; i++)
		be[i] = (struct weir_table_backend){
			.addr = backend_addr(t->family, i + 1),
			.incarnation = 1,
			.state = WEIR_BACKEND_UP,
			.weight = 1,
		};
	*hop = (struct weir_table_next_hop){
		.src = backend_addr(t->family, 254),
		.mtu = 1500,
		.state = WEIR_HOP_READY,
		.dst_mac = {2, 0, 0, 0, 1, 1},
		.src_mac = {2, 0, 0, 0, 0, 0x10},
	};
}

/* Rows of plain Maglev; pools differ in the names of their backends. */
static int put_rows(uint32_t *rows, uint32_t n_rows, uint32_t pool)
{
	struct maglev_member m[WORLD_BACKENDS];
	char name[WORLD_BACKENDS][16];
	void *scratch = malloc(maglev_scratch_size(WORLD_BACKENDS, n_rows));
	int rc;

	for (uint32_t i = 0; i < WORLD_BACKENDS; i++) {
		snprintf(name[i], sizeof(name[i]), "%u-%u", pool, i);
		m[i] = (struct maglev_member){.name = name[i], .weight = 1, .slot = i};
	}
	rc = scratch == NULL ? -ENOMEM : maglev_build(m, WORLD_BACKENDS, n_rows, rows, scratch);
	free(scratch);
	for (uint32_t i = 0; i < n_rows; i++)
		rows[i] = weir_row(rows[i], rows[i], WEIR_STABLE);
	return rc;
}

static int put_pools(uint8_t *blob, const struct sizes *s, const struct world_table *t)
{
	struct weir_table_pool *pool = (void *)(blob + s->pools);

	for (uint32_t i = 0; i < t->n_pools; i++) {
		uint64_t at = s->rows + i * rows_size(s->n_rows);
		int rc = put_rows((void *)(blob + at), s->n_rows, i);

		if (rc != 0)
			return rc;
		pool[i] = (struct weir_table_pool){
			.id = i + 1,
			.n_rows = s->n_rows,
			.version = 1,
			.rows_checksum = table_checksum(blob + at, s->n_rows * 4ull),
			.rows_offset = at,
		};
	}
	return 0;
}

static int publish(struct world *w)
{
	struct weir_table_head *h = w->blob;
	struct table_verdict v;

	grace_poll(&w->grace);
	h->generation = ++w->generation;
	h->checksum = table_blob_checksum(h, h->length);
	v = publish_table(&w->publish, h, h->length, (struct publish_ticket){0});
	if (v.reason == WEIR_REFUSAL_NONE)
		return 0;
	fprintf(stderr, "the table was refused: %s\n", weir_refusal_text(v.reason));
	return -EINVAL;
}

int world_push(struct world *w, const struct world_table *t)
{
	struct sizes s = sizes_of(t);
	uint8_t *blob = calloc(1, s.end);

	if (blob == NULL)
		return -ENOMEM;
	free(w->blob);
	w->blob = blob;
	*(struct weir_table_head *)blob = (struct weir_table_head){
		.magic = WEIR_TABLE_MAGIC,
		.abi = WEIR_TABLE_ABI,
		.length = s.end,
		.hash_key = {0x0706050403020100, 0x0f0e0d0c0b0a0908},
		.n_services = t->n_vips,
		.n_pools = t->n_pools,
		.n_backends = WORLD_BACKENDS,
		.n_next_hops = 1,
	};
	put_services((void *)(blob + sizeof(struct weir_table_head)), t);
	put_backends(blob, &s, t);
	return put_pools(blob, &s, t) != 0 ? -EINVAL : publish(w);
}

int world_push_again(struct world *w)
{
	struct weir_table_head *h = w->blob;
	struct weir_table_pool *pool =
		(void *)((uint8_t *)(h + 1) + h->n_services * sizeof(struct weir_table_service));

	for (uint32_t i = 0; i < h->n_pools; i++)
		pool[i].rows_offset = 0;
	return publish(w);
}
