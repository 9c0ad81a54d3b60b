/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "table_check.h"
#include "tables.h"
#include "tables_hops.h"
#include "weir_ring.h"

/* Everything but the rows: small, so it is put together in private memory and copied at the end. */
struct draft {
	struct tables_hops hops;
	struct weir_table_backend backends[WEIR_MAX_BACKENDS];
	const struct model_service *services[WEIR_MAX_SERVICES];
	uint32_t n_backends;
	struct weir_table_head *head; /* the fixed sections, one after the other */
	uint64_t length;	      /* of them */
};

static int by_key(const void *a, const void *b)
{
	const struct conf_service *x = (*(const struct model_service *const *)a)->conf;
	const struct conf_service *y = (*(const struct model_service *const *)b)->conf;
	int d = memcmp(x->vip.b, y->vip.b, sizeof(x->vip.b));

	return d ? d : x->proto != y->proto ? x->proto - y->proto : x->port - y->port;
}

static void put_services(struct draft *d, const struct model *m, struct weir_table_service *out)
{
	memcpy(d->services, m->services, m->n_services * sizeof(d->services[0]));
	qsort(d->services, m->n_services, sizeof(d->services[0]), by_key);
	for (uint32_t i = 0; i < m->n_services; i++) {
		const struct model_service *s = d->services[i];
		uint32_t pool = 0;

		while (m->pools[pool] != s->pool)
			pool++;
		out[i] = (struct weir_table_service){
			.vip = s->conf->vip,
			.port = s->conf->port,
			.port_last = s->conf->port_last,
			.proto = s->conf->proto,
			.forward = s->conf->forward,
			.tracking = s->conf->tracking,
			.flags = s->conf->flags,
			.pool = pool,
			.slot = s->slot,
			.idle_s = s->conf->idle_s,
			.embryonic_s = s->conf->embryonic_s,
			.closing_s = s->conf->closing_s,
			.gue_port = s->conf->gue_port,
		};
	}
}

static void put_pools(const struct model *m, struct weir_table_pool *out)
{
	for (uint32_t i = 0; i < m->n_pools; i++)
		out[i] = (struct weir_table_pool){
			.id = m->pools[i]->id,
			.n_rows = m->pools[i]->n_rows,
			.version = m->pools[i]->version,
			.rows_checksum = m->pools[i]->rows_checksum,
		};
}

/* Holes stay all zero. */
static void draft_backends(struct draft *d, const struct model *m)
{
	for (uint32_t slot = 0; slot < WEIR_MAX_BACKENDS; slot++) {
		const struct model_backend *b = m->by_slot[slot];

		if (!b)
			continue;
		d->backends[slot] = (struct weir_table_backend){
			.addr = b->addr,
			.next_hop = tables_hops_add(&d->hops, b),
			.incarnation = b->incarnation,
			.state = model_backend_state(b),
			.weight = model_backend_weight(b),
		};
		d->n_backends = slot + 1;
	}
}

static uint64_t fixed_length(const struct draft *d, const struct model *m)
{
	return sizeof(struct weir_table_head) + m->n_services * sizeof(struct weir_table_service) +
	       m->n_pools * sizeof(struct weir_table_pool) +
	       d->n_backends * sizeof(struct weir_table_backend) +
	       d->hops.n * sizeof(struct weir_table_next_hop);
}

static struct weir_table_pool *draft_pools(const struct draft *d)
{
	return (void *)((uint8_t *)(d->head + 1) +
			d->head->n_services * sizeof(struct weir_table_service));
}

static void put_sections(struct draft *d, const struct model *m)
{
	struct weir_table_head *head = d->head;
	struct weir_table_pool *pools;
	uint8_t *at;

	*head = (struct weir_table_head){
		.magic = WEIR_TABLE_MAGIC,
		.abi = WEIR_TABLE_ABI,
		.hash_key = {m->hash_key[0], m->hash_key[1]},
		.n_services = m->n_services,
		.n_pools = m->n_pools,
		.n_backends = d->n_backends,
		.n_next_hops = d->hops.n,
	};
	put_services(d, m, (void *)(head + 1));
	pools = draft_pools(d);
	put_pools(m, pools);
	at = (uint8_t *)(pools + m->n_pools);
	memcpy(at, d->backends, d->n_backends * sizeof(d->backends[0]));
	at += d->n_backends * sizeof(d->backends[0]);
	memcpy(at, d->hops.hop, d->hops.n * sizeof(d->hops.hop[0]));
	head->content = table_blob_checksum(head, d->length);
}

static void draft_free(struct draft *d)
{
	if (d)
		free(d->head);
	free(d);
}

static struct draft *draft_new(const struct model *m)
{
	struct draft *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	draft_backends(d, m);
	d->length = fixed_length(d, m);
	d->head = calloc(1, d->length);
	if (!d->head) {
		draft_free(d);
		return NULL;
	}
	put_sections(d, m);
	return d;
}

static int rows_built(const struct model *m)
{
	for (uint32_t i = 0; i < m->n_pools; i++)
		if (!m->pools[i]->rows)
			return 0;
	return 1;
}

uint64_t tables_content(const struct model *m)
{
	struct draft *d = rows_built(m) ? draft_new(m) : NULL;
	uint64_t content = d ? d->head->content : 0;

	draft_free(d);
	return content;
}

/* Rows go behind the fixed sections, each pool's at a multiple of 8. Returns the end or -E2BIG. */
static int64_t put_rows(struct draft *d, const struct model *m,
	int (*held)(const struct model_pool *p, void *arg), void *arg, uint8_t *out)
{
	struct weir_table_pool *pools = draft_pools(d);
	uint64_t end = d->length;

	for (uint32_t i = 0; i < m->n_pools; i++) {
		const struct model_pool *p = m->pools[i];
		uint64_t bytes = p->n_rows * sizeof(*p->rows), padded = (bytes + 7) & ~7ull;

		if (held && held(p, arg))
			continue;
		if (padded > WEIR_BLOB_SIZE - end)
			return -E2BIG;
		memset(out + end + padded - 8, 0, 8);
		memcpy(out + end, p->rows, bytes);
		pools[i].rows_offset = end;
		end += padded;
	}
	return (int64_t)end;
}

int64_t tables_write(const struct model *m, uint64_t generation,
	int (*held)(const struct model_pool *p, void *arg), void *arg, uint8_t *out)
{
	struct draft *d;
	int64_t length;

	if (!rows_built(m))
		return -EAGAIN;
	d = draft_new(m);
	if (!d)
		return -ENOMEM;
	length = d->length > WEIR_BLOB_SIZE ? -E2BIG : put_rows(d, m, held, arg, out);
	if (length > 0) {
		d->head->length = (uint64_t)length;
		d->head->generation = generation;
		memcpy(out, d->head, d->length);
		((struct weir_table_head *)out)->checksum = table_blob_checksum(
			out, (uint64_t)length);
	}
	draft_free(d);
	return length;
}
