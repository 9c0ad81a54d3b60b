/* SPDX-License-Identifier: BSD-3-Clause */
/* The region that both planes share (weir_ring.h). rte_ring_init() works on any memory and needs no
 * EAL, which this process never starts: a dying secondary process could take the ports with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <rte_ring.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "link_priv.h"

static int fill(struct weir_region *r)
{
	const unsigned int flags = RING_F_SP_ENQ | RING_F_SC_DEQ;

	r->magic = WEIR_REGION_MAGIC;
	r->abi = WEIR_REGION_ABI;
	r->length = WEIR_REGION_SIZE;
	if (getrandom(&r->instance, sizeof(r->instance), 0) != sizeof(r->instance))
		return -errno;
	r->instance |= 1; /* never 0 */
	if (rte_ring_init(&r->command.ring, "weir_command", WEIR_RING_SLOTS, flags) != 0 ||
		rte_ring_init(&r->reply.ring, "weir_reply", WEIR_RING_SLOTS, flags) != 0)
		return -EINVAL;
	return 0;
}

static int make_file(void)
{
	int fd = memfd_create("weir-region", MFD_CLOEXEC | MFD_ALLOW_SEALING), rc;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, WEIR_REGION_SIZE) == 0 &&
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

int link_region_make(struct weir_region **region)
{
	int fd = make_file(), rc;
	void *mem;

	if (fd < 0)
		return fd;
	mem = mmap(NULL, WEIR_REGION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED) {
		rc = -errno;
		goto err_close_file;
	}
	rc = fill(mem);
	if (rc < 0)
		goto err_unmap;
	*region = mem;
	return fd;

err_unmap:
	munmap(mem, WEIR_REGION_SIZE);
err_close_file:
	close(fd);
	return rc;
}

void link_region_free(struct weir_region *region)
{
	if (region)
		munmap(region, WEIR_REGION_SIZE);
}
