/* SPDX-License-Identifier: BSD-3-Clause */
/* Next hops from a real kernel: each test has two network namespaces of its own (check forks for
 * each test), which vanish with it.
 *
 *	here                                       there (a child process)
 *	lan   10.1.0.1/24  fd01::1/64  ----------  10.1.0.2 .3 .4, fd01::2 .3
 *	wan   10.2.0.1/24  fd02::1/64  ----------  10.2.0.2, fd02::2
 *	                                           10.9.0.9 and fd09::9 on lo
 *
 * lan and wan are ports 0 and 1; 10.1.0.99 answers to nobody.
 */
#pragma once

#include <event2/event.h>

#include "route.h"

struct route_rig {
	struct event_base *base;
	struct route *route;
	uint32_t n_changed; /* calls of route's callback */
	int there;	    /* pid of the other namespace */
};

extern struct route_rig route_rig;
extern const struct route_port route_rig_ports[2];

/* The network and a route with both ports; needs root. The test fails if either cannot be made. */
void route_rig_up(void);
void route_rig_down(void);

/* A shell command here, or there (without a single quote); the test fails with it. */
void route_rig_run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void route_rig_run_there(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

struct weir_addr route_rig_addr(const char *text);
/* At most 16 addresses. */
void route_rig_watch(const char *const *texts, uint32_t n);
#define WATCH(...)                                                                                 \
	route_rig_watch((const char *const[]){__VA_ARGS__},                                        \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

struct weir_table_next_hop route_rig_lookup(const char *text);
struct route_status route_rig_status(void);

/* Run the loop for @ms. */
void route_rig_turn(uint32_t ms);
/* Run the loop until @text is resolved to @port and @mac (NULL: whatever). Milliseconds, or -1. */
int route_rig_until_ready(const char *text, uint16_t port, const uint8_t *mac, uint32_t ms);
int route_rig_until_pending(const char *text, uint32_t ms);

/* @text is reached from @src over @interface, MACs as ip(8) shows them on both ends, untagged. */
void route_rig_expect(const char *text, const char *src, const char *interface, uint16_t mtu);
