// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "fuzz.h"
#include "fuzz_table_use.h"
#include "snapshot.h"

#define LOOKUPS 1000

struct built {
	const void *blob;
	const struct weir_table_head *head;
	const struct table_limits *limits;
	struct pool **pools;
	void *mem;
	struct snapshot *snapshot;
	uint64_t random; /* a sequence of its own for each table */
};

/* Rows that the blob leaves out: all of them name nobody. */
static struct pool *held_pool(const struct weir_table_pool *p)
{
	struct pool *pool = malloc(pool_memsize(p));

	*pool = (struct pool){.id = p->id, .n_rows = p->n_rows, .version = p->version};
	for (uint32_t i = 0; i < p->n_rows; i++)
		pool->rows[i] = weir_row(WEIR_SLOT_NONE, WEIR_SLOT_NONE, WEIR_STABLE);
	return pool;
}

static struct pool *make_pool(const void *blob, const struct weir_table_pool *p)
{
	if (p->rows_offset == 0)
		return held_pool(p);
	return pool_init(malloc(pool_memsize(p)), blob, p);
}

static void build(struct built *b)
{
	const struct weir_table_pool *p = table_pools(b->blob);
	size_t size = snapshot_memsize(b->blob);

	b->pools = calloc(b->head->n_pools, sizeof(*b->pools));
	for (uint32_t i = 0; i < b->head->n_pools; i++) {
		b->pools[i] = make_pool(b->blob, &p[i]);
		FUZZ_MUST(pool_fits(b->pools[i], b->blob));
	}
	FUZZ_MUST(size % 64 == 0);
	b->mem = aligned_alloc(64, size);
	memset(b->mem, 0xa5, size);
	b->snapshot = snapshot_init(b->mem, b->blob, b->pools);
}

static void unbuild(struct built *b)
{
	for (uint32_t i = 0; i < b->head->n_pools; i++)
		free(b->pools[i]);
	free(b->pools);
	free(b->mem);
}

/* SplitMix64, as in unit.h. */
static uint64_t next(struct built *b)
{
	uint64_t z = b->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static int is_allowed(const struct weir_prefix *list, uint32_t n, const struct weir_addr *addr)
{
	int allowed = 0;

	for (uint32_t i = 0; i < n; i++)
		allowed |= weir_prefix_has(&list[i], addr);
	return allowed;
}

static void check_headers(struct built *b, const struct service *svc, const struct backend *to)
{
	struct parsed p = {.family = 4, .l3_len = (uint16_t)(next(b) % 128)};
	uint32_t n = encap_len(&to->encap, (enum weir_forward)svc->forward);
	uint8_t *out;

	FUZZ_MUST(n <= ENCAP_MAX);
	out = calloc(1, n + p.l3_len);
	encap_write(&to->encap, service_way(svc), out, &p, next(b));
	free(out);
}

static void check_backend(struct built *b, const struct service *svc, uint32_t slot)
{
	const struct backend *to = snapshot_backend(b->snapshot, slot);

	FUZZ_MUST((slot == WEIR_SLOT_NONE) == (to->state == WEIR_BACKEND_NONE));
	if (slot == WEIR_SLOT_NONE)
		return;
	FUZZ_MUST(slot < b->head->n_backends && to->state < WEIR_BACKEND_STATE__COUNT);
	FUZZ_MUST(table_backends(b->blob)[slot].next_hop < b->head->n_next_hops);
	FUZZ_MUST(to->port < b->limits->n_ports);
	FUZZ_MUST(is_allowed(b->limits->backends, b->limits->n_backends, &to->addr));
	FUZZ_MUST(!snapshot_is_vip(b->snapshot, &to->addr));
	if (to->hop_ready)
		check_headers(b, svc, to);
}

static void check_fields(const struct built *b, const struct service *svc)
{
	FUZZ_MUST(svc->slot < WEIR_MAX_SERVICES && svc->forward < WEIR_FWD__COUNT);
	FUZZ_MUST((svc->forward == WEIR_FWD_GUE) == (svc->gue_port != 0));
	FUZZ_MUST((svc->flags & ~WEIR_SVC__FLAGS) == 0);
	FUZZ_MUST(svc->embryonic_s != 0 && svc->closing_s != 0 && svc->idle_s != 0);
	FUZZ_MUST(is_allowed(b->limits->vips, b->limits->n_vips, &svc->vip));
}

static void check_row(struct built *b, const struct service *svc, uint32_t row)
{
	FUZZ_MUST(weir_row_phase(row) < WEIR_PHASE__COUNT && row >> 31 == 0);
	check_backend(b, svc, weir_row_base(row));
	check_backend(b, svc, weir_row_target(row));
}

static void check_service(struct built *b, const struct service *svc)
{
	struct parsed p = {.tuple_words = FLOW_TUPLE4_WORDS};
	uint64_t hash;

	p.tuple.words[0] = next(b);
	hash = snapshot_hash(b->snapshot, &p);
	check_fields(b, svc);
	check_row(b, svc, service_row(svc, snapshot_row_hash(b->snapshot, svc, &p, hash)));
}

/* Each row that the table brings, since a thousand lookups miss some. */
static void check_rows(struct built *b, const struct weir_table_service *t)
{
	int is_vip;
	const struct service *svc = snapshot_service(
		b->snapshot, &t->vip, t->proto, t->port_last, &is_vip);

	FUZZ_MUST(svc != NULL);
	if (table_pools(b->blob)[t->pool].rows_offset == 0)
		return;
	for (uint32_t i = 0; i < svc->n_rows; i++)
		check_row(b, svc, svc->rows[i]);
}

/* Ranges do not overlap: where a service other than the fallback covers the port, it is the one. */
static void check_choice(const struct service *svc, const struct weir_table_service *t,
	const struct weir_addr *dst, uint8_t proto, uint16_t port)
{
	if (!weir_addr_eq(dst, &t->vip) || proto != t->proto || port < t->port ||
		port > t->port_last)
		return;
	FUZZ_MUST(svc != NULL);
	FUZZ_MUST(svc->slot == t->slot || t->port == WEIR_PORT_ANY);
}

/* To a VIP, near one, or anywhere; ports at the edges of a range as often as others. */
static void look_up(struct built *b)
{
	const struct weir_table_service *t = &table_services(
		b->blob)[next(b) % b->head->n_services];
	uint16_t ports[] = {t->port, t->port_last, (uint16_t)(t->port_last + 1),
		(uint16_t)(t->port - 1), (uint16_t)next(b)};
	uint16_t port = ports[next(b) % 5];
	uint8_t proto = next(b) % 4 == 0 ? (uint8_t)next(b) : t->proto;
	struct weir_addr dst = t->vip;
	const struct service *svc;
	int is_vip;

	if (next(b) % 4 == 0)
		dst.b[next(b) % 16] = (uint8_t)next(b);
	svc = snapshot_service(b->snapshot, &dst, proto, port, &is_vip);
	FUZZ_MUST(is_vip == snapshot_is_vip(b->snapshot, &dst));
	check_choice(svc, t, &dst, proto, port);
	if (svc == NULL)
		return;
	FUZZ_MUST(is_vip && weir_addr_eq(&svc->vip, &dst) && svc->proto == proto);
	FUZZ_MUST(port >= svc->port && port <= svc->port_last);
	check_service(b, svc);
}

static void look_up_fragment(struct built *b)
{
	const struct weir_table_service *t = &table_services(
		b->blob)[next(b) % b->head->n_services];
	const struct service *svc = snapshot_fragment_service(b->snapshot, &t->vip, t->proto);

	if ((t->flags & WEIR_SVC_FRAG_HASH3) != 0)
		FUZZ_MUST(svc != NULL);
	if (svc == NULL)
		return;
	FUZZ_MUST(weir_addr_eq(&svc->vip, &t->vip) && svc->proto == t->proto);
	FUZZ_MUST((svc->flags & WEIR_SVC_FRAG_HASH3) != 0);
	check_service(b, svc);
}

void fuzz_table_use(const void *blob, const struct table_limits *limits)
{
	struct built b = {.blob = blob, .head = blob, .limits = limits};

	b.random = b.head->checksum;
	build(&b);
	for (uint32_t i = 0; i < b.head->n_services; i++)
		check_rows(&b, &table_services(blob)[i]);
	for (uint32_t i = 0; i < LOOKUPS; i++) {
		look_up(&b);
		if (i % 8 == 0)
			look_up_fragment(&b);
	}
	unbuild(&b);
}
