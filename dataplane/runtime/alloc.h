/* SPDX-License-Identifier: BSD-3-Clause */
/* Long-lived objects of the data plane. Sanitizers see nothing inside huge pages that Debian's DPDK
 * hands out, so test builds take the same objects from the C library.
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#define ALLOC_ALIGN 64u

#ifdef WEIR_TEST_MALLOC
static inline void *alloc_zeroed(const char *what, size_t size)
{
	size_t whole = (size + ALLOC_ALIGN - 1) / ALLOC_ALIGN * ALLOC_ALIGN;
	void *mem = aligned_alloc(ALLOC_ALIGN, whole);

	return mem == NULL ? NULL : memset(mem, 0, whole);
}

static inline void alloc_free(void *mem)
{
	free(mem);
}
#else
/* A cache line aligned piece of huge page memory, or NULL. */
static inline void *alloc_zeroed(const char *what, size_t size)
{
	return rte_zmalloc(what, size, ALLOC_ALIGN);
}

static inline void alloc_free(void *mem)
{
	rte_free(mem);
}
#endif
