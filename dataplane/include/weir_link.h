/* SPDX-License-Identifier: BSD-3-Clause */
/* The UNIX socket over which the planes exchange their memory: SOCK_SEQPACKET, the control plane
 * listens, the data plane connects and tries again for ever. Both check SO_PEERCRED: the peer must
 * be root or run under the same uid.
 *
 *	data plane    -> struct weir_hello    + fd of the counters region (memfd, sealed:
 *	                                        SHRINK, GROW, SEAL, FUTURE_WRITE)
 *	control plane -> struct weir_welcome  + fd of the region (memfd, sealed: SHRINK, GROW, SEAL)
 *	                                      + n_ports fds of the `weir_beats` maps (AF_XDP ports,
 *	                                        in the order of the ports; see beat_ports)
 *
 * Afterwards nothing is sent; a closed socket tells that the peer is gone. The data plane then
 * unmaps the region, goes on forwarding with the table it has, and connects again.
 */
#pragma once

#include <stdint.h>

#include "weir_table.h"

#define WEIR_LINK_MAGIC 0x6b6e696cu /* "link" */
#define WEIR_LINK_ABI	1u

/* A port as the data plane knows it, so that the control plane attaches XDP to the right interface
 * and resolves next hops on it. Index in the array = port index in next hops.
 */
struct weir_link_port {
	char name[64];
	char interface[16]; /* kernel interface; empty for a port without one */
	uint8_t mac[6];	    /* zero while the port is not open: ask the kernel */
	uint8_t pad[2];
	uint32_t mtu; /* 0 while the port is not open */
	uint32_t queues;
};

struct weir_hello {
	uint32_t magic;
	uint32_t abi;
	uint64_t instance;	 /* of the data plane, as in the counters */
	uint64_t generation;	 /* in use; 0 = none */
	uint64_t table_checksum; /* `content` of the table in use */
	uint32_t pid;
	uint32_t n_workers;
	uint32_t n_ports;
	uint32_t ports_open; /* 0 = AF_XDP ports wait for the welcome: XDP must be attached first */
	struct weir_link_port port[WEIR_MAX_PORTS];
};

struct weir_welcome {
	uint32_t magic;
	uint32_t abi;
	uint64_t instance;   /* of the control plane, as in the region */
	uint32_t beat_ports; /* bit i: a descriptor for port i follows, in rising order */
	uint32_t pad;
};
