// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "regions.h"

#define BACKENDS (WEIR_MAX_BACKENDS + 1)
#define STRIDE                                                                                     \
	(sizeof(struct weir_worker_counters) + BACKENDS * sizeof(struct weir_backend_counters) +   \
		WEIR_MAX_SERVICES * sizeof(struct weir_service_counters))

_Static_assert(STRIDE % 64 == 0, "workers start on a line");

static uint64_t ports_end(uint32_t ports)
{
	return sizeof(struct weir_counters_head) + ports * sizeof(struct weir_port_counters);
}

void test_region_make(
	struct test_region *r, uint64_t instance, uint32_t workers, uint32_t ports, int seals)
{
	uint64_t offset = (ports_end(ports) + 63) / 64 * 64;

	r->length = offset + workers * STRIDE;
	r->fd = memfd_create("test-counters", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (r->fd < 0 || ftruncate(r->fd, (off_t)r->length) < 0)
		abort();
	r->head = mmap(NULL, r->length, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
	if (r->head == MAP_FAILED)
		abort();
	*r->head = (struct weir_counters_head){
		.magic = WEIR_COUNTERS_MAGIC,
		.abi = WEIR_COUNTERS_ABI,
		.length = r->length,
		.instance = instance,
		.n_workers = workers,
		.n_ports = ports,
		.worker_offset = offset,
		.worker_stride = STRIDE,
	};
	if (seals && fcntl(r->fd, F_ADD_SEALS, seals) < 0)
		abort();
}

void test_region_free(struct test_region *r)
{
	munmap(r->head, r->length);
	close(r->fd);
}

struct weir_port_counters *test_region_port(struct test_region *r, uint32_t i)
{
	return (struct weir_port_counters *)(r->head + 1) + i;
}

struct weir_worker_counters *test_region_worker(struct test_region *r, uint32_t i)
{
	uint64_t offset = (ports_end(r->head->n_ports) + 63) / 64 * 64;

	return (void *)((uint8_t *)r->head + offset + i * STRIDE);
}

struct weir_backend_counters *test_region_backend(
	struct test_region *r, uint32_t worker, uint32_t slot)
{
	return (struct weir_backend_counters *)(test_region_worker(r, worker) + 1) + slot;
}

struct weir_service_counters *test_region_service(
	struct test_region *r, uint32_t worker, uint32_t slot)
{
	return (struct weir_service_counters *)test_region_backend(r, worker, BACKENDS) + slot;
}
