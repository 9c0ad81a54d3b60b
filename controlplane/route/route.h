/* SPDX-License-Identifier: BSD-3-Clause */
/* Next hops from the kernel (libnl-route): for each backend address the route, the neighbour's MAC,
 * our MAC, our source address, and the MTU. The kernel is the source of truth; this follows its
 * events, keeps neighbours resolved (NTF_MANAGED where the kernel has it), and resynchronises on
 * lost events.
 */
#pragma once

#include <event2/event.h>

#include "weir_addr.h"
#include "weir_table.h"

struct route; /* opaque */

/* @changed: some next hop is no longer what route_lookup() said last. Called from the event loop,
 * once for a burst of events. NULL and errno on failure.
 */
struct route *route_new(struct event_base *base, void (*changed)(void *arg), void *arg);
void route_free(struct route *r);

/* The set of backend addresses to keep resolved; replaces the previous set. */
void route_watch(struct route *r, const struct weir_addr *addrs, uint32_t n);
/* Interfaces of the data plane's ports: index = port. Empty name: a port without an interface; @mac
 * and @mtu are then what the data plane said.
 */
struct route_port {
	char interface[16];
	uint8_t mac[6];
	uint32_t mtu;
};
void route_ports(struct route *r, const struct route_port *ports, uint32_t n);
/* @out->state is PENDING while the neighbour is unknown or the route leaves by no port of ours. */
void route_lookup(struct route *r, const struct weir_addr *addr, struct weir_table_next_hop *out);

struct route_status {
	uint32_t watched, ready;
	uint64_t events;  /* netlink messages heard */
	uint64_t lost;	  /* times that the kernel dropped events; each led to a resync */
	uint64_t resyncs; /* everything asked for again */
	uint64_t changes; /* calls of @changed */
	uint64_t refused; /* neighbours that the kernel would not take (see README.md) */
	int last_errno;	  /* of the newest refusal or failed question; 0 = never */
};
void route_status(struct route *r, struct route_status *out);
