/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "xdp_internal.h"

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct weir_addr));
}

static int add_all(int map_fd, const struct weir_addr *vips, uint32_t n)
{
	struct weir_vip_value value = {0};

	for (uint32_t i = 0; i < n; i++)
		if (bpf_map_update_elem(map_fd, &vips[i], &value, BPF_ANY))
			return -errno;
	return 0;
}

/* All keys of the map: nobody else writes it, so the walk sees each once. Number or -errno. */
static int64_t keys(int map_fd, struct weir_addr *out, uint32_t max)
{
	uint32_t n = 0;

	while (n < max && bpf_map_get_next_key(map_fd, n ? &out[n - 1] : NULL, &out[n]) == 0)
		n++;
	if (n < max && errno != ENOENT)
		return -errno;
	return n;
}

static int remove_others(int map_fd, const struct weir_addr *sorted, uint32_t n)
{
	uint32_t max = 2 * WEIR_XDP_MAX_VIPS;
	struct weir_addr *have = malloc(max * sizeof(*have));
	int64_t n_have = have ? keys(map_fd, have, max) : -ENOMEM;
	int rc = n_have < 0 ? (int)n_have : 0;

	for (int64_t i = 0; i < n_have; i++) {
		if (bsearch(&have[i], sorted, n, sizeof(*sorted), compare))
			continue;
		if (bpf_map_delete_elem(map_fd, &have[i]) && errno != ENOENT)
			rc = -errno;
	}
	free(have);
	return rc;
}

int xdp_vips_set(int map_fd, const struct weir_addr *vips, uint32_t n)
{
	struct weir_addr *sorted;
	int rc;

	if (n > WEIR_XDP_MAX_VIPS)
		return -E2BIG;
	sorted = malloc((n + 1) * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	if (n)
		memcpy(sorted, vips, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare);
	rc = add_all(map_fd, sorted, n);
	if (rc == 0)
		rc = remove_others(map_fd, sorted, n);
	free(sorted);
	return rc;
}
