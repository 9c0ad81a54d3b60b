// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "beats.h"
#include "log.h"

/* What the map claims to be decides how much of it may be mapped and written. */
static int check_map(int fd, uint32_t queues, uint32_t *entries)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
		return -errno;
	if (info.type != BPF_MAP_TYPE_ARRAY || info.value_size != sizeof(struct weir_beat) ||
		(info.map_flags & BPF_F_MMAPABLE) == 0 || info.max_entries < queues)
		return -EINVAL;
	*entries = info.max_entries;
	return 0;
}

static int map_port(struct beats *b, const struct port *port, int fd)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint32_t entries = 0;
	int err = check_map(fd, port->conf->queues, &entries);
	size_t size;
	void *map;

	if (err != 0)
		return err;
	size = (entries * sizeof(struct weir_beat) + page - 1) / page * page;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	b->port[port->index].map = map;
	b->port[port->index].size = size;
	b->port[port->index].entries = entries;
	return 0;
}

struct beats *beats_map(const struct ports *ports, uint32_t mask, const int *fds)
{
	struct beats *b = calloc(1, sizeof(*b));
	int err = b == NULL ? -ENOMEM : 0;

	for (uint32_t i = 0; i < ports->n && err == 0; i++) {
		if ((mask >> i & 1) == 0)
			continue;
		err = map_port(b, &ports->port[i], *fds++);
		if (err != 0)
			log_error("heartbeat map of port %s: %s; the control plane is left",
				ports->port[i].conf->name,
				err == -EINVAL ? "not an mmapable array of heartbeats with an "
						 "element per queue"
					       : strerror(-err));
	}
	if (err == 0) {
		b->n_ports = ports->n;
		return b;
	}
	beats_free(b);
	return NULL;
}

/* The heartbeat of a queue, or NULL if its port has none. */
static struct weir_beat *entry_of(const struct beats *b, const struct lcore_queue *q)
{
	struct weir_beat *first = b->port[q->port].map;

	return first != NULL && q->beat < b->port[q->port].entries ? first + q->beat : NULL;
}

static void extend_set(const struct beats *b, struct lcore_beats *set, const struct lcore *l)
{
	for (uint32_t i = set->n; i < l->n_queues; i++) {
		set->beat[i] = entry_of(b, &l->queue[i]);
		__atomic_store_n(&set->n, i + 1, __ATOMIC_RELEASE);
	}
}

void beats_extend(struct beats *b, struct lcore *const *workers)
{
	for (uint32_t i = 0; i < b->n_workers; i++)
		extend_set(b, b->set[i], workers[i]);
}

static int make_sets(struct beats *b, uint32_t n_workers)
{
	b->n_workers = n_workers;
	for (uint32_t i = 0; i < n_workers; i++) {
		b->set[i] = calloc(1, sizeof(*b->set[i]));
		if (b->set[i] == NULL)
			return -ENOMEM;
	}
	return 0;
}

static void free_after_grace(void *arg)
{
	beats_free(arg);
}

int beats_install(struct beats *new, struct beats *old, struct lcore *const *workers,
	uint32_t n_workers, struct grace *grace)
{
	if (!grace_has_room(grace))
		return -EBUSY;
	if (make_sets(new, n_workers) != 0)
		return -ENOMEM;
	beats_extend(new, workers);
	for (uint32_t i = 0; i < n_workers; i++)
		__atomic_store_n(&workers[i]->beats, new->set[i], __ATOMIC_RELEASE);
	if (old != NULL)
		grace_add(grace, free_after_grace, old);
	return 0;
}

void beats_free(struct beats *b)
{
	if (b == NULL)
		return;
	for (uint32_t i = 0; i < b->n_workers; i++)
		free(b->set[i]);
	for (uint32_t i = 0; i < WEIR_MAX_PORTS; i++)
		if (b->port[i].map != NULL)
			munmap(b->port[i].map, b->port[i].size);
	free(b);
}
