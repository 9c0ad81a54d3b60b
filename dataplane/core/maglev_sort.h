/* SPDX-License-Identifier: BSD-3-Clause */
/* A stable merge sort of indices. The C library's qsort() is neither stable nor free of allocation,
 * and this folder must be both.
 */
#pragma once

#include <stdint.h>

/* Does @a belong after @b? */
typedef int (*sort_after)(const void *arg, uint32_t a, uint32_t b);

/* Sort @v[n]; @tmp holds n more. */
void sort_indices(uint32_t *v, uint32_t n, uint32_t *tmp, sort_after after, const void *arg);
