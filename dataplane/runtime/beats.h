/* SPDX-License-Identifier: BSD-3-Clause */
/* The heartbeat maps of the AF_XDP ports: BPF arrays of the control plane that the workers write
 * through a mapping. Another control plane may bring other maps, so a set can be replaced.
 */
#pragma once

#include "grace.h"
#include "lcore.h"
#include "ports.h"

/* The mappings that one welcome brought. Main lcore only. */
struct beats {
	uint32_t n_ports;
	struct {
		void *map; /* NULL: none for this port */
		size_t size;
		uint32_t entries;
	} port[WEIR_MAX_PORTS];
	struct lcore_beats *set[WEIR_MAX_WORKERS]; /* what the workers hold */
	uint32_t n_workers;
};

/* Check and map @fds: one for each bit of @mask, in rising order; the caller closes them. Every
 * descriptor must be a BPF array of struct weir_beat with room for the queues of its port, or nothing
 * is mapped. Returns NULL with a logged sentence.
 */
struct beats *beats_map(const struct ports *ports, uint32_t mask, const int *fds);

/* Let the workers write into @new's entries of their queues, and free @old once they have let go of
 * it. @old may be NULL. 0, or -EBUSY (no room in the grace queue) or -ENOMEM: nothing has changed.
 */
int beats_install(struct beats *new, struct beats *old, struct lcore *const *workers,
	uint32_t n_workers, struct grace *grace);

/* Workers were given more queues: let them beat for those too. */
void beats_extend(struct beats *b, struct lcore *const *workers);

/* No worker writes into it any more. */
void beats_free(struct beats *b);
