/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside stats/ only: a mapped counters region. Its geometry is checked once, kept here, and never
 * read from the region again; all values are single relaxed loads, so whatever the data plane does
 * to its memory, only numbers are wrong.
 */
#pragma once

#include <stddef.h>

#include "weir_counters.h"

struct stats_region {
	const uint8_t *mem; /* NULL = none */
	size_t length;
	uint64_t instance;
	uint32_t n_workers, n_ports;
	uint64_t worker_offset, worker_stride;
};

/* 0; -EPERM for a descriptor without the seals, -EBADMSG for another magic, ABI or geometry, or what
 * the system said. @r is untouched on failure.
 */
int stats_region_map(struct stats_region *r, int fd);
void stats_region_unmap(struct stats_region *r);

static inline uint64_t stats_load(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

/* NULL for no region or an index out of range. */
const struct weir_worker_counters *stats_region_worker(const struct stats_region *r, uint32_t i);
const struct weir_port_counters *stats_region_port(const struct stats_region *r, uint32_t i);

/* Sums over the workers. */
void stats_region_backend(
	const struct stats_region *r, uint32_t slot, struct weir_backend_counters *out);
void stats_region_service(
	const struct stats_region *r, uint32_t slot, struct weir_service_counters *out);
void stats_region_drops(const struct stats_region *r, uint64_t out[WEIR_DROP__COUNT]);
/* Copies words one by one; @size is a multiple of 8. */
void stats_region_copy(void *out, const void *from, size_t size);
