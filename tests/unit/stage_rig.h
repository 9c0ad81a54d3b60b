/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker without a thread: real mbufs, flow table, snapshot and counters, and a port that is a
 * ring, so that what was sent can be received again. One per process, since EAL starts only once.
 *
 *	frame --> mbuf --> stages --> tx --> net_ring0 --> rig_sent()
 */
#pragma once

#include <check.h>
#include <rte_mbuf.h>

#include "batch.h"
#include "blobs.h"
#include "frames.h"
#include "grace.h"
#include "publish.h"
#include "worker.h"

#define RIG_MBUFS 4095

struct rig {
	struct rte_mempool *pool;
	struct grace grace;
	struct table_limits limits;
	struct publish publish;
	struct worker w;
	struct batch batch;
	struct blob blob;
	void *flow_mem;
	uint64_t applied; /* tables that went through their grace period */
	uint64_t applied_generation;
};

extern struct rig rig;

/* EAL, pool, port; once. */
void rig_boot(void);
/* Each test as a case of its own with @fresh before it, all in this process. */
Suite *rig_suite(const char *name, const TTest *const *tests, size_t n, void (*fresh)(void));
/* Empty flow table of @flows entries, counters at zero, no table, the port drained. */
void rig_reset(uint32_t flows);

/* What the worker may answer, per second; rig_reset() says nothing at all. */
void rig_rates(uint32_t echo, uint32_t error, uint32_t source);

/* A table whose services 0 and 3 (TCP port 80) and 2 (UDP port 80) have one backend, slot 0, in
 * every row; forwarded with @forward. Port 0, untagged.
 */
void rig_blob(enum weir_forward forward);
/* Every row of pool @pool. */
void rig_rows(uint32_t pool, uint32_t base, uint32_t target);
/* Make slot 2 like slot 0, with another address. */
void rig_second_backend(void);
/* Publish rig.blob under the next generation, and end the grace period. */
enum weir_refusal rig_publish(void);
/* The same; the test fails if it is refused. */
void rig_must_publish(void);
/* rig_blob(), published so. */
void rig_serve(enum weir_forward forward);

struct rte_mbuf *rig_mbuf(const struct frame *f);
/* Run @n packets through all stages, transmission and accounting. */
void rig_run(struct rte_mbuf *const *mbufs, uint16_t n);
/* One frame; what became of it. */
enum weir_drop rig_one(const struct frame *f);
/* A TCP frame of the client's port @port with these TCP flags and payload. */
void rig_tcp(struct frame *f, uint16_t port, uint8_t flags, uint32_t payload);
/* One frame, a TCP one as rig_tcp() makes it, or a UDP one from the client's port @port: it must leave;
 * the backend slot it went to.
 */
uint16_t rig_slot(const struct frame *f);
uint16_t rig_tcp_slot(uint16_t port, uint8_t flags, uint32_t payload);
uint16_t rig_udp_slot(uint16_t port);

/* The oldest frame on the wire: bytes into @out, its length, 0 if there is none. */
uint32_t rig_sent(uint8_t out[FRAME_MAX]);
uint32_t rig_drain(void);

/* INV-1 to INV-3: packets, flows, mbufs. The port is drained. Fails the test. */
void rig_check_invariants(void);
