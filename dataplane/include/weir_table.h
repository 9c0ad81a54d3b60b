/* SPDX-License-Identifier: BSD-3-Clause */
/* The backend table as it crosses from the control plane to the data plane: one flat blob without
 * pointers, host byte order, every section 8-byte aligned.
 *
 *	struct weir_table_head
 *	struct weir_table_service   [n_services]
 *	struct weir_table_pool      [n_pools]
 *	struct weir_table_backend   [n_backends]    index = slot; holes have state NONE
 *	struct weir_table_next_hop  [n_next_hops]
 *	uint32_t rows[]                             of each pool that brings them
 *
 * The data plane copies the blob once into private memory, validates every field there, and only
 * then uses it: see dataplane/core/table_check.h. A blob is refused whole or taken whole.
 *
 * Services stand in rising order of (vip bytes, proto, port), each key once, and the port ranges of
 * one VIP and protocol do not overlap: so the reader finds overlaps and VIPs without sorting. The one
 * exception is the fallback, the range 0..65535: it stands first and takes what the others leave.
 *
 * A *slot* is a backend's position for as long as it lives: the index of its counters, what flow
 * entries remember and what rows hold. It is reused only with another incarnation.
 */
#pragma once

#include <stdint.h>

#include "weir_addr.h"

#define WEIR_TABLE_MAGIC 0x72696577u /* "weir" */
#define WEIR_TABLE_ABI	 2u

/* Limits: the sizes that the data plane allocates for at start. */
#define WEIR_MAX_BACKENDS  16383u /* slots; 14 bits in a row, the last value means none */
#define WEIR_MAX_SERVICES  16384u
#define WEIR_MAX_POOLS	   4096u
#define WEIR_MAX_NEXT_HOPS 16384u
#define WEIR_MAX_PORTS	   16u
#define WEIR_MIN_ROWS	   251u
#define WEIR_MAX_ROWS	   655373u
#define WEIR_MAX_TABLE	   (64u << 20)	/* bytes of one blob */
#define WEIR_MAX_WEIGHT	   (1000u * 64) /* effective weight of one backend */

/* A row: who holds unknown, older flows (base), who gets new ones (target), and where the row is
 * on its way from one to the other (consistency: MISS, TGT, phase). Bit 31 must be zero on the wire.
 */
#define WEIR_SLOT_NONE 0x3fffu
enum weir_phase { WEIR_STABLE, WEIR_MOVE, WEIR_LOCK, WEIR_PREP, WEIR_PHASE__COUNT };

static inline uint32_t weir_row(uint32_t base, uint32_t target, enum weir_phase phase)
{
	return base | target << 14 | (uint32_t)phase << 28;
}
static inline uint32_t weir_row_base(uint32_t row)
{
	return row & 0x3fff;
}
static inline uint32_t weir_row_target(uint32_t row)
{
	return row >> 14 & 0x3fff;
}
static inline uint32_t weir_row_phase(uint32_t row)
{
	return row >> 28 & 7;
}

struct weir_table_head {
	uint32_t magic;	   /* WEIR_TABLE_MAGIC */
	uint32_t abi;	   /* WEIR_TABLE_ABI */
	uint64_t length;   /* bytes of the blob, this header included */
	uint64_t checksum; /* XXH3-64 of the blob from `generation` to its end */
	uint64_t
		generation; /* rises by at least one with each table that differs; 0 is never sent */
	uint64_t content; /* the sender's name for what the table says, whatever its generation and
			      * whatever was left out; opaque, echoed in hello and counters */
	uint64_t hash_key[2]; /* SipHash-1-3 key of the cluster */
	uint32_t n_services;
	uint32_t n_pools;
	uint32_t n_backends; /* highest slot in use + 1 */
	uint32_t n_next_hops;
};

enum weir_forward { WEIR_FWD_L2DSR, WEIR_FWD_IPIP, WEIR_FWD_GUE, WEIR_FWD_GRE, WEIR_FWD__COUNT };
enum weir_tracking { WEIR_TRACK_FULL, WEIR_TRACK_EXCEPTIONS, WEIR_TRACK__COUNT };

/* Flags of a service. On one VIP, all that forward fragments share pool, affinity, forward and GUE
 * port.
 */
#define WEIR_SVC_AFFINITY_SOURCE 0x01u /* rows by addresses alone: one backend a client */
#define WEIR_SVC_FRAG_HASH3	 0x02u /* UDP only: forward fragments, by addresses and protocol */
#define WEIR_SVC__FLAGS		 0x03u

/* A port of 0 is never on the wire, so a range that begins with it is the fallback: all ports. */
#define WEIR_PORT_ANY	   0u
#define WEIR_PORT_ANY_LAST 65535u

#define WEIR_GUE_PORT 6080u /* IANA: gue */

struct weir_table_service {
	struct weir_addr vip;
	uint16_t port;	    /* host order, first port; 0 only with port_last 65535: the fallback */
	uint16_t port_last; /* = port for one port */
	uint8_t proto;	    /* 6 or 17 */
	uint8_t forward;    /* enum weir_forward */
	uint8_t tracking;   /* enum weir_tracking */
	uint8_t flags;	    /* WEIR_SVC_* */
	uint32_t pool;	    /* index into the pools */
	uint32_t slot;	    /* index of its counters, < WEIR_MAX_SERVICES, unique */
	uint32_t idle_s;    /* idle time of a confirmed flow, 1..30 days */
	/* Not 0; what exceeds idle_s counts as idle_s. */
	uint16_t embryonic_s; /* idle time of a flow that has only begun */
	uint16_t closing_s;   /* of a flow after FIN or RST */
	uint16_t gue_port;    /* forward = gue: outer UDP destination port, not 0; else must be 0 */
	uint16_t pad[3];
};

/* A pool whose rows the data plane already holds (same id, version and checksum) may leave them
 * out with rows_offset 0. If the data plane does not hold them it refuses with POOL_UNKNOWN and
 * the control plane sends the table again, whole.
 */
struct weir_table_pool {
	uint32_t id;		/* stable for the life of the pool */
	uint32_t n_rows;	/* prime, WEIR_MIN_ROWS..WEIR_MAX_ROWS */
	uint64_t version;	/* of the rows */
	uint64_t rows_checksum; /* XXH3-64 of the rows */
	uint64_t rows_offset;	/* from the start of the blob, multiple of 8; 0 = unchanged */
};

enum weir_backend_state {
	WEIR_BACKEND_NONE,  /* hole: no such backend; all other fields but incarnation are zero */
	WEIR_BACKEND_UP,    /* takes new flows */
	WEIR_BACKEND_DRAIN, /* keeps its flows, takes no new ones */
	WEIR_BACKEND_DOWN,  /* failed its checks: as DRAIN, and a SYN leaves at once */
	WEIR_BACKEND_STATE__COUNT
};

struct weir_table_backend {
	struct weir_addr addr;
	uint32_t next_hop;    /* index into the next hops */
	uint16_t incarnation; /* of the slot; flow entries with another one are void */
	uint8_t state;	      /* enum weir_backend_state */
	uint8_t pad0;
	uint32_t weight; /* effective, for `trace` and counters only: rows already say it */
	uint32_t pad1;
};

enum weir_next_hop_state { WEIR_HOP_PENDING, WEIR_HOP_READY, WEIR_HOP_STATE__COUNT };

/* PENDING: src, vlan, mtu and the MACs are not looked at. READY: src is of the family of every backend
 * that names the hop, mtu is 576..65535, both MACs are unicast and not zero.
 */
struct weir_table_next_hop {
	struct weir_addr src; /* outer source address of tunnels */
	uint16_t port;	      /* index of the data plane's port */
	uint16_t vlan;	      /* 0 = untagged */
	uint16_t mtu;	      /* of the path, bytes of L3 */
	uint8_t state;	      /* enum weir_next_hop_state */
	uint8_t pad0;
	uint8_t dst_mac[6];
	uint8_t src_mac[6];
	uint32_t pad1;
};

_Static_assert(sizeof(struct weir_table_head) == 72, "table head");
_Static_assert(sizeof(struct weir_table_service) == 48, "service");
_Static_assert(sizeof(struct weir_table_pool) == 32, "pool");
_Static_assert(sizeof(struct weir_table_backend) == 32, "backend");
_Static_assert(sizeof(struct weir_table_next_hop) == 40, "next hop");

/* Why a table was refused. Names are an interface, like the drop reasons. */
#define WEIR_REFUSAL_LIST(X)                                                                       \
	X(magic, "not a weir table")                                                               \
	X(abi, "built for another version of the table layout")                                    \
	X(length, "length field contradicts the message")                                          \
	X(checksum, "checksum does not match")                                                     \
	X(generation, "generation is not newer than the one in use")                               \
	X(limits, "more services, pools, backends, next hops or rows than allowed")                \
	X(section, "a section lies outside the table")                                             \
	X(service_field, "a service with an impossible field")                                     \
	X(service_twice, "two services on one VIP, port and protocol")                             \
	X(vip_not_allowed, "a VIP outside the allow list")                                         \
	X(pool_field, "a pool with an impossible field")                                           \
	X(pool_unknown, "a pool whose rows were left out and are not held")                        \
	X(rows_checksum, "checksum of a pool's rows does not match")                               \
	X(row_index, "a row that names a backend which does not exist")                            \
	X(row_phase, "a row in an unknown phase")                                                  \
	X(backend_field, "a backend with an impossible field")                                     \
	X(backend_not_allowed, "a backend address outside the allow list")                         \
	X(backend_is_vip, "a backend address that is a VIP")                                       \
	X(next_hop_field, "a next hop with an impossible field")                                   \
	X(empty, "no service at all")                                                              \
	X(no_memory, "no memory for the table")                                                    \
	X(backlog, "older tables are still in use; try again")                                     \
	X(message, "a malformed ring message")                                                     \
	X(service_order, "services that are not sorted by VIP, protocol and port")

enum weir_refusal {
	WEIR_REFUSAL_NONE,
#define X(name, text) WEIR_REFUSAL_##name,
	WEIR_REFUSAL_LIST(X)
#undef X
		WEIR_REFUSAL__COUNT
};

/* As for the drop reasons: never NULL. */
const char *weir_refusal_name(enum weir_refusal reason);
const char *weir_refusal_text(enum weir_refusal reason);
