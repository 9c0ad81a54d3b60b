// SPDX-License-Identifier: BSD-3-Clause
/* One series per pool and backend, whatever the number of services that share the pool;
 * weir_service_info joins services with pools.
 */
#include <stddef.h>
#include <stdlib.h>

#include "metrics.h"
#include "plane.h"

/* Read once per scrape: a read sums over all workers. */
struct sample {
	const struct model_backend *b;
	struct model_counters c;
	uint64_t flows;
};

struct samples {
	struct sample *s;
	uint32_t n;
};

static int collect(const struct cp *cp, struct samples *out)
{
	const struct model *m = cp->model;
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n_pools; i++)
		n += m->pools[i]->n_backends;
	out->n = 0;
	out->s = calloc(n ? n : 1, sizeof(*out->s));
	if (!out->s)
		return -1;
	for (uint32_t i = 0; i < m->n_pools; i++) {
		for (uint32_t j = 0; j < m->pools[i]->n_backends; j++) {
			struct sample *s = &out->s[out->n++];

			s->b = m->pools[i]->backends[j];
			stats_backend(cp->stats, s->b, &s->c, &s->flows);
		}
	}
	return 0;
}

static uint64_t value_up(const struct sample *s)
{
	return plane_backend_state(s->b) == PLANE_UP;
}
static uint64_t value_weight(const struct sample *s)
{
	return model_backend_weight(s->b);
}
static uint64_t value_flows(const struct sample *s)
{
	return s->flows;
}
static uint64_t value_new_flows(const struct sample *s)
{
	return s->c.new_flows;
}
static uint64_t value_packets(const struct sample *s)
{
	return s->c.packets;
}
static uint64_t value_bytes(const struct sample *s)
{
	return s->c.bytes;
}
static uint64_t value_checks(const struct sample *s)
{
	return s->b->health.checks;
}
static uint64_t value_failures(const struct sample *s)
{
	return s->b->health.failures;
}

static const struct backend_family {
	const char *name, *type, *help;
	uint64_t (*value)(const struct sample *s);
} families[] = {
	{"weir_backend_up", "gauge", "1 while the backend passes its checks and takes new flows.",
		value_up},
	{"weir_backend_weight", "gauge", "Weight with which it takes new flows now.", value_weight},
	{"weir_backend_flows", "gauge", "Flow table entries that name it now.", value_flows},
	{"weir_backend_new_flows_total", "counter", "Flow table entries made for it.",
		value_new_flows},
	{"weir_backend_forwarded_packets_total", "counter", "Packets sent to it.", value_packets},
	{"weir_backend_forwarded_bytes_total", "counter",
		"Bytes sent to it, without encapsulation.", value_bytes},
	{"weir_backend_checks_total", "counter", "Health checks made.", value_checks},
	{"weir_backend_check_failures_total", "counter", "Health checks that failed.",
		value_failures},
};

static void backend_info(struct metrics_writer *w, const struct samples *all)
{
	char address[46];

	writer_family(
		w, "weir_backend_info", "gauge", "Joins a backend with its address; always 1.");
	for (uint32_t i = 0; i < all->n; i++) {
		const struct model_backend *b = all->s[i].b;

		writer_u64(w, 1, "pool", b->pool->name, "backend", b->name, "address",
			addr_text(&b->addr, address, sizeof(address)), NULL);
	}
}

static void backend_states(struct metrics_writer *w, const struct samples *all)
{
	writer_family(w, "weir_backend_state", "gauge", "1 for the state that the backend is in.");
	for (uint32_t i = 0; i < all->n; i++) {
		const struct model_backend *b = all->s[i].b;
		enum plane_state is = plane_backend_state(b);

		for (int s = 0; s < PLANE_STATE__COUNT; s++)
			writer_u64(w, (int)is == s, "pool", b->pool->name, "backend", b->name,
				"state", plane_state_name((enum plane_state)s), NULL);
	}
}

void metrics_backends(struct metrics_writer *w, const struct cp *cp)
{
	struct samples all;

	if (collect(cp, &all) < 0) {
		w->failed = 1;
		return;
	}
	backend_info(w, &all);
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
		writer_family(w, families[f].name, families[f].type, families[f].help);
		for (uint32_t i = 0; i < all.n; i++)
			writer_u64(w, families[f].value(&all.s[i]), "pool", all.s[i].b->pool->name,
				"backend", all.s[i].b->name, NULL);
	}
	backend_states(w, &all);
	free(all.s);
}
