/* SPDX-License-Identifier: BSD-3-Clause */
/* Another process's memory, taken only when it can neither be cut off nor be something else. */
#pragma once

#include "weir_ring.h"

/* Map the region behind @fd: sealed against shrinking, growing and further sealing, of the right size
 * and version, and of @instance. Returns NULL with what is wrong in @why.
 */
struct weir_region *region_map(int fd, uint64_t instance, const char **why);
void region_unmap(struct weir_region *r);
