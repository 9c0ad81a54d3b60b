/* SPDX-License-Identifier: BSD-3-Clause */
/* The table as the workers use it: built once from a checked blob, then immutable until it is
 * freed. Pools are shared between snapshots and counted by the main lcore.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "encap.h"
#include "parse.h"
#include "table_check.h"

/* Rows of one pool. Main lcore: writes refs. Workers: read the rest. */
struct pool {
	uint32_t refs;
	uint32_t id;
	uint32_t n_rows;
	uint32_t pad;
	uint64_t version;
	uint64_t rows_checksum;
	uint32_t rows[]; /* see weir_table.h */
};

struct service {
	const uint32_t *rows;
	uint32_t n_rows;
	uint32_t slot; /* of the counters */
	uint32_t idle_s;
	/* These two may exceed idle_s: whoever sets a timer takes the lesser. */
	uint16_t embryonic_s, closing_s;
	uint16_t port, port_last; /* host order; 0..65535 = the fallback */
	uint16_t gue_port;	  /* forward = gue */
	uint8_t proto;
	uint8_t forward;  /* enum weir_forward */
	uint8_t tracking; /* enum weir_tracking */
	uint8_t flags;	  /* WEIR_SVC_* */
	struct weir_addr vip;
};
_Static_assert(sizeof(struct service) == 56, "service: less than a cache line");

/* Everything that sending to a backend needs, in two cache lines. */
struct backend {
	_Alignas(64) uint8_t state; /* enum weir_backend_state */
	uint8_t hop_ready;
	uint16_t incarnation;
	uint16_t port;
	uint16_t mtu;	    /* of the path, bytes of L3 */
	struct encap encap; /* prebuilt headers; meaningless unless hop_ready */
	struct weir_addr addr;
};
_Static_assert(sizeof(struct backend) == 128, "backend: two cache lines");

struct snapshot; /* opaque */

size_t pool_memsize(const struct weir_table_pool *p);
/* @mem: pool_memsize() bytes, 8-byte aligned. refs starts at 0. NULL if @blob leaves the rows out. */
struct pool *pool_init(void *mem, const void *blob, const struct weir_table_pool *p);
/* Every slot of the rows is a backend of @blob, or none: for rows that a table left out. */
int pool_fits(const struct pool *p, const void *blob);

size_t snapshot_memsize(const void *blob);
/* @mem: snapshot_memsize() bytes, aligned to 64. @blob was accepted by table_check(); it is not needed
 * afterwards. @pools[i] belongs to the i-th pool of the blob; the snapshot
 * keeps pointers to them, and the caller has raised their refs.
 */
struct snapshot *snapshot_init(void *mem, const void *blob, struct pool *const *pools);

uint64_t snapshot_generation(const struct snapshot *s);
/* `content` of the table's head: what hello and counters call table_checksum. */
uint64_t snapshot_checksum(const struct snapshot *s);
uint32_t snapshot_pools(const struct snapshot *s, struct pool *const **pools);

/* Keyed hash of the whole tuple: what names a flow everywhere, and keys its entry. Of a fragment the
 * caller has already made the ports of the tuple zero.
 */
uint64_t snapshot_hash(const struct snapshot *s, const struct parsed *p);
/* The same with ports and protocol zero: one for all that a client sends to a VIP. */
uint64_t snapshot_source_hash(const struct snapshot *s, const struct parsed *p);

/* The service of a packet, or NULL; then @is_vip says whether the destination is a VIP at all. */
const struct service *snapshot_service(const struct snapshot *s, const struct weir_addr *dst,
	uint8_t proto, uint16_t dport, int *is_vip);
/* The service of a fragment without ports: the first one on this VIP and protocol that forwards
 * fragments (WEIR_SVC_FRAG_HASH3), or NULL; never one for another protocol than UDP. All of them on a VIP
 * share pool, affinity and way to the backend (table_check() sees to that), so any of them will do.
 */
const struct service *snapshot_fragment_service(
	const struct snapshot *s, const struct weir_addr *vip, uint8_t proto);
int snapshot_is_vip(const struct snapshot *s, const struct weir_addr *addr);

/* The backend in @slot; one with state NONE for a hole and for any slot out of range. */
const struct backend *snapshot_backend(const struct snapshot *s, uint32_t slot);

static inline struct encap_way service_way(const struct service *svc)
{
	return (struct encap_way){.forward = svc->forward, .gue_port = svc->gue_port};
}

/* What chooses the row of a packet to @svc: its flow's hash @hash, or with affinity = source that of its
 * source. Entries stay each flow's own, so one connection of a client never moves another.
 */
static inline uint64_t snapshot_row_hash(
	const struct snapshot *s, const struct service *svc, const struct parsed *p, uint64_t hash)
{
	if ((svc->flags & WEIR_SVC_AFFINITY_SOURCE) == 0)
		return hash;
	return snapshot_source_hash(s, p);
}

/* The row that @row_hash leads to (interfaces: h >> 32 scaled to the number of rows). */
static inline uint32_t service_row(const struct service *svc, uint64_t row_hash)
{
	return svc->rows[(row_hash >> 32) * svc->n_rows >> 32];
}
