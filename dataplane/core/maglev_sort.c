// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "maglev_sort.h"

/* Merge the sorted runs v[0 .. mid) and v[mid .. n). */
static void merge(
	uint32_t *v, uint32_t mid, uint32_t n, uint32_t *tmp, sort_after after, const void *arg)
{
	uint32_t left = 0, right = mid, out = 0;

	if (!after(arg, v[mid - 1], v[mid]))
		return; // in order already: what configurations mostly are
	memcpy(tmp, v, mid * sizeof(*v));
	while (left < mid && right < n)
		v[out++] = after(arg, tmp[left], v[right]) ? v[right++] : tmp[left++];
	memcpy(v + out, tmp + left, (mid - left) * sizeof(*v));
}

void sort_indices(uint32_t *v, uint32_t n, uint32_t *tmp, sort_after after, const void *arg)
{
	uint64_t run, at;

	for (run = 1; run < n; run *= 2)
		for (at = 0; at + run < n; at += 2 * run)
			merge(v + at, (uint32_t)run,
				(uint32_t)(n - at < 2 * run ? n - at : 2 * run), tmp, after, arg);
}
