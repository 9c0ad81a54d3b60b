// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "region.h"

#define REGION_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

/* Without the seals a peer's ftruncate() would kill us with SIGBUS. */
static const char *check_file(int fd)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & REGION_SEALS) != REGION_SEALS)
		return "its memory is not sealed";
	if (fstat(fd, &st) != 0 || (uint64_t)st.st_size != WEIR_REGION_SIZE)
		return "its memory has another size";
	return NULL;
}

static const char *check_head(const struct weir_region *r, uint64_t instance)
{
	if (r->magic != WEIR_REGION_MAGIC)
		return "its memory is not a region";
	if (r->abi != WEIR_REGION_ABI || r->length != WEIR_REGION_SIZE)
		return "its region has another version";
	return r->instance != instance ? "its region is of another instance" : NULL;
}

struct weir_region *region_map(int fd, uint64_t instance, const char **why)
{
	struct weir_region *r;

	*why = check_file(fd);
	if (*why != NULL)
		return NULL;
	r = mmap(NULL, WEIR_REGION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r == MAP_FAILED) {
		*why = "its memory cannot be mapped";
		return NULL;
	}
	*why = check_head(r, instance);
	if (*why == NULL)
		return r;
	region_unmap(r);
	return NULL;
}

void region_unmap(struct weir_region *r)
{
	munmap(r, WEIR_REGION_SIZE);
}
