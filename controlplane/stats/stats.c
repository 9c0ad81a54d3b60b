/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "stats_slots.h"

struct stats *stats_new(void)
{
	return calloc(1, sizeof(struct stats));
}

void stats_free(struct stats *s)
{
	if (!s)
		return;
	stats_region_unmap(&s->region);
	free(s);
}

int stats_attach(struct stats *s, struct model *m, int fd)
{
	struct stats_region region;
	int rc = stats_region_map(&region, fd);

	if (rc < 0)
		return rc;
	if (region.instance != s->instance) {
		stats_fold(s, m);
		stats_own_all(s, m);
		s->instance = region.instance;
	}
	stats_region_unmap(&s->region);
	s->region = region;
	s->attached = 1;
	stats_sample(s, m);
	return 0;
}

void stats_detach(struct stats *s)
{
	s->attached = 0;
}

int stats_attached(const struct stats *s)
{
	return s->attached;
}

uint64_t stats_instance(const struct stats *s)
{
	return s->instance;
}

void stats_head(const struct stats *s, struct weir_counters_head *out)
{
	*out = (struct weir_counters_head){0};
	if (s->region.mem)
		stats_region_copy(out, s->region.mem, sizeof(*out));
}

uint32_t stats_workers(const struct stats *s)
{
	return s->region.n_workers;
}

void stats_worker(const struct stats *s, uint32_t i, struct weir_worker_counters *out)
{
	const struct weir_worker_counters *w = stats_region_worker(&s->region, i);

	*out = (struct weir_worker_counters){0};
	if (w)
		stats_region_copy(out, w, sizeof(*out));
}

uint32_t stats_ports(const struct stats *s)
{
	return s->region.n_ports;
}

/* Names come from another process: whatever is there, it ends. */
void stats_port(const struct stats *s, uint32_t i, struct weir_port_counters *out)
{
	const struct weir_port_counters *p = stats_region_port(&s->region, i);

	*out = (struct weir_port_counters){0};
	if (!p)
		return;
	stats_region_copy(out, p, sizeof(*out));
	out->name[sizeof(out->name) - 1] = 0;
	out->interface[sizeof(out->interface) - 1] = 0;
}

void stats_drops(const struct stats *s, uint64_t out[WEIR_DROP__COUNT])
{
	uint64_t live[WEIR_DROP__COUNT];

	stats_region_drops(&s->region, live);
	for (int d = 0; d < WEIR_DROP__COUNT; d++)
		out[d] = s->drops_base[d] +
			 (live[d] > s->drops_seen[d] ? live[d] : s->drops_seen[d]);
}

static struct model_counters total(const struct model_counters *base, const struct stats_slot *slot,
	const struct stats_count *live)
{
	struct stats_count own = stats_count_sub(live, &slot->zero);

	return (struct model_counters){
		.packets = base->packets + own.packets,
		.bytes = base->bytes + own.bytes,
		.new_flows = base->new_flows + own.new_flows,
	};
}

void stats_backend(const struct stats *s, const struct model_backend *b, struct model_counters *out,
	uint64_t *flows)
{
	const struct stats_slot *slot = &s->backend[b->slot];
	struct stats_count live = stats_backend_live(s, b->slot);
	struct weir_backend_counters now;

	if (out)
		*out = slot->owner == stats_backend_owner(b) ? total(&b->base, slot, &live)
							     : b->base;
	if (!flows)
		return;
	stats_region_backend(&s->region, b->slot, &now);
	*flows = s->attached ? now.flows : 0;
}

void stats_service(const struct stats *s, const struct model_service *svc,
	struct model_counters *out, uint64_t *drops)
{
	const struct stats_slot *slot = &s->service[svc->slot];
	struct stats_count live = stats_service_live(s, svc->slot);
	int own = slot->owner == stats_service_owner(svc);

	if (out)
		*out = own ? total(&svc->base, slot, &live) : svc->base;
	if (drops)
		*drops = own ? slot->drops_base + live.drops - slot->zero.drops : 0;
}
