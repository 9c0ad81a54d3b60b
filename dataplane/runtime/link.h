/* SPDX-License-Identifier: BSD-3-Clause */
/* The connection to the control plane (weir_link.h): connect, hello, welcome, and connect again for
 * ever. It never blocks, and whatever goes wrong on it, the workers go on with the table they have.
 *
 *	DOWN --connect--> WAITING (hello sent) --welcome--> UP --closed--> DOWN, again in 100 ms
 */
#pragma once

#include <stdint.h>

#include "weir_link.h"
#include "weir_ring.h"

enum link_state { LINK_DOWN, LINK_WAITING, LINK_UP };

struct link_hooks {
	void *arg;
	/* What to say. */
	void (*hello)(void *arg, struct weir_hello *out);
	/* A region, mapped, and the descriptors for the bits of @mask, borrowed. 0, or -errno: hang up;
	 * the region is unmapped by the caller.
	 */
	int (*up)(void *arg, struct weir_region *region, uint32_t mask, const int *fds);
	/* The region is about to be unmapped. */
	void (*down)(void *arg);
};

/* Main lcore only. */
struct link {
	const char *path;
	int counters_fd;
	struct link_hooks hooks;
	enum link_state state;
	int fd;
	uint64_t retry_ns;
	struct weir_region *region;
	char said[160]; /* the last complaint, so that it is said once */
};

void link_init(struct link *l, const char *path, int counters_fd, const struct link_hooks *hooks);
void link_poll(struct link *l, uint64_t now_ns);
/* Hang up, and connect again later. */
void link_reset(struct link *l, uint64_t now_ns, const char *why);
void link_close(struct link *l);
