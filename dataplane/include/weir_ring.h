/* SPDX-License-Identifier: BSD-3-Clause */
/* The shared region between the planes and the rings in it.
 *
 * The control plane makes the region (a memfd of WEIR_REGION_SIZE bytes, sealed against shrinking,
 * growing and further sealing), a new one at each of its starts, and passes it over a UNIX socket
 * (weir_link.h). Two single-producer single-consumer rings of 64-byte messages stand in it, laid
 * out as `struct rte_ring` and initialised with rte_ring_init():
 *
 *	command  control plane -> data plane
 *	reply    data plane -> control plane
 *
 * rte_ring's own inline functions take size and mask from the shared header, so a hostile or buggy
 * peer could make the other side read or write anywhere. Here each end keeps its geometry and its
 * own index in private memory, checks the only word that it takes from the peer (the peer's index)
 * and copies elements with constant bounds. A peer that breaks the ring can only break its own
 * messages. The layout stays rte_ring's, so debuggers and rte_ring_dump() read it.
 */
#pragma once

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <rte_config.h>
#include <rte_ring_core.h>

#define WEIR_REGION_MAGIC 0x6e676572u /* "regn" */
#define WEIR_REGION_ABI	  1u

#define WEIR_RING_SLOTS 256u /* a power of two; one slot stays free */

/* Message types: commands have a small number, replies have bit 8. */
enum weir_msg_type {
	WEIR_MSG_TABLE = 1,	   /* take the table at offset, length, checksum */
	WEIR_MSG_FLOW_QUERY = 2,   /* look hash up in the flow tables, without side effects */
	WEIR_MSG_VERIFY = 3,	   /* count packets, flows and mbufs: see weir_verify.h */
	WEIR_MSG_APPLIED = 0x101,  /* generation is in use by every worker */
	WEIR_MSG_REFUSED = 0x102,  /* see reason and detail; the last good table stays */
	WEIR_MSG_FLOW = 0x103,	   /* answer to FLOW_QUERY */
	WEIR_MSG_VERIFIED = 0x104, /* answer to VERIFY: several, see weir_verify.h */
};

/* One element. `check` is XXH3-64 of the 56 bytes before it: a slot half written by a killed
 * process, or left over from an earlier turn of the ring, is recognised by it and by `seq`.
 */
struct weir_msg {
	uint32_t type;	 /* enum weir_msg_type */
	uint32_t reason; /* REFUSED: enum weir_refusal. FLOW: 0 = miss, 1 = hit */
	uint64_t seq; /* of the sender: starts at 1, rises by one; a reply repeats the command's */
	uint64_t
		generation; /* TABLE, APPLIED, REFUSED: of the table. FLOW: of the worker's table */
	uint64_t offset;    /* TABLE: in the blob area. FLOW_QUERY, FLOW: the flow's hash */
	uint64_t length;    /* TABLE: bytes. FLOW: worker << 32 | slot */
	uint64_t
		checksum; /* TABLE: of the blob, repeated from its head. FLOW: state << 32 | expires_in_s */
	uint64_t detail; /* REFUSED: index of the offending element. FLOW: incarnation */
	uint64_t check;
};
_Static_assert(sizeof(struct weir_msg) == 64, "ring message: one line");

struct weir_ring_mem {
	struct rte_ring ring;
	struct weir_msg slot[WEIR_RING_SLOTS];
};

/* Region: control plane initialises; afterwards each ring has one writer and one reader. */
struct weir_region {
	uint32_t magic;
	uint32_t abi;
	uint64_t length;   /* WEIR_REGION_SIZE */
	uint64_t instance; /* random, of this start of the control plane */
	uint64_t pad[5];
	_Alignas(4096) struct weir_ring_mem command; /* written by the control plane */
	_Alignas(4096) struct weir_ring_mem reply;   /* written by the data plane */
	_Alignas(4096)
		uint8_t blob[]; /* written by the control plane, while no TABLE is unanswered */
};

#define WEIR_BLOB_SIZE	 ((uint64_t)64 << 20)
#define WEIR_REGION_SIZE (sizeof(struct weir_region) + WEIR_BLOB_SIZE)

/* One end of a ring, in private memory. @pos is this end's own index. */
struct weir_ring_end {
	struct weir_ring_mem *mem;
	uint32_t pos;
};

/* Producer. Returns 0, -ENOBUFS when full, -EPROTO when the peer's index is impossible. */
static inline int weir_ring_put(struct weir_ring_end *e, const struct weir_msg *m)
{
	uint32_t tail = __atomic_load_n(&e->mem->ring.cons.tail, __ATOMIC_ACQUIRE);
	uint32_t used = e->pos - tail;

	if (used > WEIR_RING_SLOTS - 1)
		return -EPROTO;
	if (used == WEIR_RING_SLOTS - 1)
		return -ENOBUFS;
	memcpy(&e->mem->slot[e->pos & (WEIR_RING_SLOTS - 1)], m, sizeof(*m));
	e->pos++;
	__atomic_store_n(&e->mem->ring.prod.head, e->pos, __ATOMIC_RELAXED);
	__atomic_store_n(&e->mem->ring.prod.tail, e->pos, __ATOMIC_RELEASE);
	return 0;
}

/* Consumer: copies one message out. Returns 0, -EAGAIN when empty, -EPROTO when the peer's index is
 * impossible. The copy is private: validate it, never the slot.
 */
static inline int weir_ring_get(struct weir_ring_end *e, struct weir_msg *m)
{
	uint32_t tail = __atomic_load_n(&e->mem->ring.prod.tail, __ATOMIC_ACQUIRE);
	uint32_t used = tail - e->pos;

	if (used > WEIR_RING_SLOTS - 1)
		return -EPROTO;
	if (used == 0)
		return -EAGAIN;
	memcpy(m, &e->mem->slot[e->pos & (WEIR_RING_SLOTS - 1)], sizeof(*m));
	e->pos++;
	__atomic_store_n(&e->mem->ring.cons.head, e->pos, __ATOMIC_RELAXED);
	__atomic_store_n(&e->mem->ring.cons.tail, e->pos, __ATOMIC_RELEASE);
	return 0;
}

/* Put the checksum into / verify the checksum of a message (dataplane/core/ring_msg.c). */
void weir_msg_seal(struct weir_msg *m);
int weir_msg_verify(const struct weir_msg *m); /* 0 or -EBADMSG */
