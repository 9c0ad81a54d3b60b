/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "stats_region.h"

#define REGION_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
#define REGION_MAX   ((uint64_t)1 << 30)

#define BACKENDS_SIZE ((WEIR_MAX_BACKENDS + 1) * sizeof(struct weir_backend_counters))
#define SERVICES_SIZE (WEIR_MAX_SERVICES * sizeof(struct weir_service_counters))
#define WORKER_SIZE   (sizeof(struct weir_worker_counters) + BACKENDS_SIZE + SERVICES_SIZE)

_Static_assert(sizeof(struct weir_counters_head) % 8 == 0, "copied by words");
_Static_assert(sizeof(struct weir_worker_counters) % 8 == 0, "copied by words");
_Static_assert(sizeof(struct weir_port_counters) % 8 == 0, "copied by words");

/* A region that could shrink would kill its reader with SIGBUS; so would a hole in huge pages that
 * are used up.
 */
static int check_file(int fd, uint64_t *length)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct statfs fs;
	struct stat st;

	if (seals < 0 || (seals & REGION_SEALS) != REGION_SEALS)
		return -EPERM;
	if (fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != TMPFS_MAGIC)
		return -EPERM;
	if (st.st_size < (off_t)sizeof(struct weir_counters_head) || st.st_size > (off_t)REGION_MAX)
		return -EBADMSG;
	*length = (uint64_t)st.st_size;
	return 0;
}

static int check_geometry(const struct weir_counters_head *h, uint64_t length)
{
	uint64_t ports_end = sizeof(*h) + (uint64_t)h->n_ports * sizeof(struct weir_port_counters);

	if (h->magic != WEIR_COUNTERS_MAGIC || h->abi != WEIR_COUNTERS_ABI || h->length != length)
		return -EBADMSG;
	if (h->n_ports > WEIR_MAX_PORTS || h->n_workers < 1 || h->n_workers > WEIR_MAX_WORKERS)
		return -EBADMSG;
	if (h->worker_offset < ports_end || h->worker_offset > length || h->worker_offset % 64)
		return -EBADMSG;
	if (h->worker_stride < WORKER_SIZE || h->worker_stride % 64)
		return -EBADMSG;
	if (h->worker_stride > (length - h->worker_offset) / h->n_workers)
		return -EBADMSG;
	return h->instance ? 0 : -EBADMSG;
}

int stats_region_map(struct stats_region *r, int fd)
{
	struct weir_counters_head head;
	uint64_t length = 0;
	void *mem;
	int rc = check_file(fd, &length);

	if (rc < 0)
		return rc;
	mem = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		return -errno;
	stats_region_copy(&head, mem, sizeof(head));
	rc = check_geometry(&head, length);
	if (rc < 0) {
		munmap(mem, length);
		return rc;
	}
	*r = (struct stats_region){
		.mem = mem,
		.length = length,
		.instance = head.instance,
		.n_workers = head.n_workers,
		.n_ports = head.n_ports,
		.worker_offset = head.worker_offset,
		.worker_stride = head.worker_stride,
	};
	return 0;
}

void stats_region_unmap(struct stats_region *r)
{
	if (r->mem)
		munmap((void *)r->mem, r->length);
	*r = (struct stats_region){0};
}

void stats_region_copy(void *out, const void *from, size_t size)
{
	const uint64_t *src = from;
	uint64_t *dst = out;

	for (size_t i = 0; i < size / 8; i++)
		dst[i] = stats_load(&src[i]);
}

const struct weir_worker_counters *stats_region_worker(const struct stats_region *r, uint32_t i)
{
	if (!r->mem || i >= r->n_workers)
		return NULL;
	return (const void *)(r->mem + r->worker_offset + i * r->worker_stride);
}

const struct weir_port_counters *stats_region_port(const struct stats_region *r, uint32_t i)
{
	if (!r->mem || i >= r->n_ports)
		return NULL;
	return (const struct weir_port_counters *)(r->mem + sizeof(struct weir_counters_head)) + i;
}

void stats_region_backend(
	const struct stats_region *r, uint32_t slot, struct weir_backend_counters *out)
{
	*out = (struct weir_backend_counters){0};
	for (uint32_t i = 0; slot <= WEIR_MAX_BACKENDS && i < r->n_workers; i++) {
		const struct weir_backend_counters *c =
			(const void *)(stats_region_worker(r, i) + 1);

		out->packets += stats_load(&c[slot].packets);
		out->bytes += stats_load(&c[slot].bytes);
		out->new_flows += stats_load(&c[slot].new_flows);
		out->flows += stats_load(&c[slot].flows);
	}
}

void stats_region_service(
	const struct stats_region *r, uint32_t slot, struct weir_service_counters *out)
{
	*out = (struct weir_service_counters){0};
	for (uint32_t i = 0; slot < WEIR_MAX_SERVICES && i < r->n_workers; i++) {
		const uint8_t *w = (const uint8_t *)(stats_region_worker(r, i) + 1);
		const struct weir_service_counters *c = (const void *)(w + BACKENDS_SIZE);

		out->packets += stats_load(&c[slot].packets);
		out->bytes += stats_load(&c[slot].bytes);
		out->new_flows += stats_load(&c[slot].new_flows);
		out->drops += stats_load(&c[slot].drops);
	}
}

void stats_region_drops(const struct stats_region *r, uint64_t out[WEIR_DROP__COUNT])
{
	for (int d = 0; d < WEIR_DROP__COUNT; d++)
		out[d] = 0;
	for (uint32_t i = 0; i < r->n_workers; i++)
		for (int d = 0; d < WEIR_DROP__COUNT; d++)
			out[d] += stats_load(&stats_region_worker(r, i)->drops[d]);
}
