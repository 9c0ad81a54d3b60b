// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>
#include <string.h>

#include "siphash.h"
#include "snapshot.h"
#include "vip_index.h"

#define LINE 64

/* In the caller's memory, each part at a cache line of its own. Backend n_backends is the hole that
 * stands for every slot out of range.
 */
struct snapshot {
	uint64_t hash_key[2];
	uint32_t n_backends;
	uint32_t n_pools;
	struct service *services;
	struct backend *backends;
	struct vip_index vips;
	struct pool **pools;
	uint64_t generation;
	uint64_t content;
};

/* Offsets of the parts. */
struct layout {
	size_t backends, vips, services, pools, end;
	uint32_t vip_slots;
};

static size_t line_up(size_t n)
{
	return (n + LINE - 1) / LINE * LINE;
}

static struct layout layout_of(const void *blob)
{
	const struct weir_table_head *h = blob;
	struct layout l = {.backends = line_up(sizeof(struct snapshot))};

	l.vip_slots = vip_index_slots(table_services(blob), h->n_services);
	l.vips = l.backends + (h->n_backends + 1) * sizeof(struct backend);
	l.services = l.vips + line_up(l.vip_slots * sizeof(struct vip_entry));
	l.pools = l.services + line_up(h->n_services * sizeof(struct service));
	l.end = l.pools + line_up(h->n_pools * sizeof(struct pool *));
	return l;
}

size_t snapshot_memsize(const void *blob)
{
	return layout_of(blob).end;
}

static void fill_service(
	struct service *out, const struct weir_table_service *s, const struct pool *pool)
{
	*out = (struct service){
		.rows = pool->rows,
		.n_rows = pool->n_rows,
		.slot = s->slot,
		.idle_s = s->idle_s,
		.embryonic_s = s->embryonic_s,
		.closing_s = s->closing_s,
		.port = s->port,
		.port_last = s->port_last,
		.gue_port = s->gue_port,
		.proto = s->proto,
		.forward = s->forward,
		.tracking = s->tracking,
		.flags = s->flags,
		.vip = s->vip,
	};
}

static void fill_backend(struct backend *out, const struct weir_table_backend *b,
	const struct weir_table_next_hop *hops)
{
	const struct weir_table_next_hop *hop;

	memset(out, 0, sizeof(*out));
	if (b->state == WEIR_BACKEND_NONE)
		return;
	hop = &hops[b->next_hop];
	out->state = b->state;
	out->hop_ready = hop->state == WEIR_HOP_READY;
	out->incarnation = b->incarnation;
	out->port = hop->port;
	out->mtu = hop->mtu;
	out->addr = b->addr;
	encap_init(&out->encap, hop, &b->addr);
}

static void fill_parts(struct snapshot *s, const void *blob)
{
	const struct weir_table_head *h = blob;
	const struct weir_table_service *services = table_services(blob);
	const struct weir_table_backend *backends = table_backends(blob);

	vip_index_fill(&s->vips, services, h->n_services);
	for (uint32_t i = 0; i < h->n_services; i++)
		fill_service(&s->services[i], &services[i], s->pools[services[i].pool]);
	for (uint32_t i = 0; i < h->n_backends; i++)
		fill_backend(&s->backends[i], &backends[i], table_next_hops(blob));
	memset(&s->backends[h->n_backends], 0, sizeof(struct backend));
}

struct snapshot *snapshot_init(void *mem, const void *blob, struct pool *const *pools)
{
	const struct weir_table_head *h = blob;
	struct layout l = layout_of(blob);
	struct snapshot *s = mem;
	uint8_t *base = mem;

	*s = (struct snapshot){
		.n_backends = h->n_backends,
		.n_pools = h->n_pools,
		.backends = (void *)(base + l.backends),
		.services = (void *)(base + l.services),
		.pools = (void *)(base + l.pools),
		.generation = h->generation,
		.content = h->content,
	};
	memcpy(s->hash_key, h->hash_key, sizeof(s->hash_key));
	memcpy(s->pools, pools, h->n_pools * sizeof(*pools));
	vip_index_init(&s->vips, base + l.vips, l.vip_slots, h->hash_key);
	fill_parts(s, blob);
	return s;
}

uint64_t snapshot_generation(const struct snapshot *s)
{
	return s->generation;
}

uint64_t snapshot_checksum(const struct snapshot *s)
{
	return s->content;
}

uint32_t snapshot_pools(const struct snapshot *s, struct pool *const **pools)
{
	*pools = s->pools;
	return s->n_pools;
}

/* Ports and protocol are the last word of either tuple: see flow_tuple4, flow_tuple6. */
_Static_assert(sizeof(struct flow_tuple4) == FLOW_TUPLE4_WORDS * 8 &&
		       offsetof(struct flow_tuple4, sport_be) == 8,
	"IPv4: the last word is ports and protocol");
_Static_assert(sizeof(struct flow_tuple6) == FLOW_TUPLE6_WORDS * 8 &&
		       offsetof(struct flow_tuple6, sport_be) == 32,
	"IPv6: the last word is ports and protocol");

uint64_t snapshot_hash(const struct snapshot *s, const struct parsed *p)
{
	return siphash13(s->hash_key, p->tuple.words, p->tuple_words);
}

uint64_t snapshot_source_hash(const struct snapshot *s, const struct parsed *p)
{
	union flow_tuple source = p->tuple;

	source.words[p->tuple_words - 1] = 0;
	return siphash13(s->hash_key, source.words, p->tuple_words);
}

static uint32_t service_key(const struct service *svc)
{
	return (uint32_t)svc->proto << 16 | svc->port;
}

/* The last of @n services that begins at or before @key; NULL if none does. */
static const struct service *last_up_to(const struct service *svc, uint32_t n, uint32_t key)
{
	const struct service *found = NULL;

	while (n > 0) {
		uint32_t half = n / 2;

		if (service_key(&svc[half]) > key) {
			n = half;
			continue;
		}
		found = &svc[half];
		svc += half + 1;
		n -= half + 1;
	}
	return found;
}

/* The service on one port, which may be the fallback where no other begins before it. */
static const struct service *at_port(
	const struct snapshot *s, const struct vip_entry *e, uint8_t proto, uint16_t dport)
{
	const struct service *svc = last_up_to(
		&s->services[e->first], e->n, (uint32_t)proto << 16 | dport);

	return svc != NULL && svc->proto == proto && dport <= svc->port_last ? svc : NULL;
}

const struct service *snapshot_service(const struct snapshot *s, const struct weir_addr *dst,
	uint8_t proto, uint16_t dport, int *is_vip)
{
	const struct vip_entry *e = vip_index_find(&s->vips, dst);
	const struct service *svc;

	*is_vip = e != NULL;
	if (e == NULL)
		return NULL;
	svc = at_port(s, e, proto, dport);
	return svc != NULL ? svc : at_port(s, e, proto, WEIR_PORT_ANY);
}

const struct service *snapshot_fragment_service(
	const struct snapshot *s, const struct weir_addr *vip, uint8_t proto)
{
	const struct vip_entry *e = vip_index_find(&s->vips, vip);

	if (e == NULL || e->fragments == 0 || proto != IPPROTO_UDP)
		return NULL;
	return &s->services[e->first + e->fragments - 1];
}

int snapshot_is_vip(const struct snapshot *s, const struct weir_addr *addr)
{
	return vip_index_find(&s->vips, addr) != NULL;
}

const struct backend *snapshot_backend(const struct snapshot *s, uint32_t slot)
{
	return &s->backends[slot < s->n_backends ? slot : s->n_backends];
}
