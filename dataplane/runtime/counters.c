// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "clock.h"
#include "counters.h"

#define LINE 64u
#define PAGE 4096u

/* After it the peer can only map the file read-only, and nobody can cut it off under us. */
#define COUNTERS_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL | F_SEAL_FUTURE_WRITE)

/* Of one worker's part, from its start. */
#define BACKENDS_OFFSET sizeof(struct weir_worker_counters)
#define SERVICES_OFFSET                                                                            \
	(BACKENDS_OFFSET + sizeof(struct weir_backend_counters) * (WEIR_MAX_BACKENDS + 1))
#define WORKER_SIZE (SERVICES_OFFSET + sizeof(struct weir_service_counters) * WEIR_MAX_SERVICES)

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

/* Sealed once the writable mapping exists, which outlives the seal. */
static int map_region(struct counters *c)
{
	int err;

	c->fd = memfd_create("weir-counters", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (c->fd < 0)
		return -errno;
	if (ftruncate(c->fd, (off_t)c->length) != 0)
		goto err_close;
	c->head = mmap(NULL, c->length, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
	if (c->head == MAP_FAILED)
		goto err_close;
	if (fcntl(c->fd, F_ADD_SEALS, COUNTERS_SEALS) != 0)
		goto err_unmap;
	return 0;
err_unmap:
	err = -errno;
	munmap(c->head, c->length);
	close(c->fd);
	return err;
err_close:
	err = -errno;
	close(c->fd);
	return err;
}

static int fill_head(
	struct weir_counters_head *h, uint64_t length, uint32_t n_workers, uint32_t n_ports)
{
	h->abi = WEIR_COUNTERS_ABI;
	h->length = length;
	if (getrandom(&h->instance, sizeof(h->instance), 0) != sizeof(h->instance))
		return -errno;
	h->tsc_hz = rte_get_tsc_hz();
	h->start_ns = clock_now_ns();
	h->n_workers = n_workers;
	h->n_ports = n_ports;
	h->worker_offset = round_up(sizeof(*h) + n_ports * sizeof(struct weir_port_counters), PAGE);
	h->worker_stride = round_up(WORKER_SIZE, PAGE);
	__atomic_store_n(&h->magic, WEIR_COUNTERS_MAGIC, __ATOMIC_RELEASE);
	return 0;
}

int counters_init(struct counters *c, uint32_t n_workers, uint32_t n_ports)
{
	uint64_t ports = n_ports * sizeof(struct weir_port_counters);
	int err;

	c->length = round_up(sizeof(struct weir_counters_head) + ports, PAGE) +
		    n_workers * round_up(WORKER_SIZE, PAGE);
	err = map_region(c);
	if (err != 0)
		return err;
	c->ports = (struct weir_port_counters *)(c->head + 1);
	err = fill_head(c->head, c->length, n_workers, n_ports);
	if (err != 0)
		counters_free(c);
	return err;
}

void counters_free(struct counters *c)
{
	munmap(c->head, c->length);
	close(c->fd);
	c->head = NULL;
}

static char *worker_part(const struct counters *c, uint32_t worker)
{
	return (char *)c->head + c->head->worker_offset + worker * c->head->worker_stride;
}

struct weir_worker_counters *counters_worker(const struct counters *c, uint32_t worker)
{
	return (struct weir_worker_counters *)worker_part(c, worker);
}

struct weir_backend_counters *counters_backends(const struct counters *c, uint32_t worker)
{
	return (struct weir_backend_counters *)(worker_part(c, worker) + BACKENDS_OFFSET);
}

struct weir_service_counters *counters_services(const struct counters *c, uint32_t worker)
{
	return (struct weir_service_counters *)(worker_part(c, worker) + SERVICES_OFFSET);
}

_Static_assert(sizeof(struct weir_worker_counters) % LINE == 0, "backends start on a line");
