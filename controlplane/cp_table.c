/* SPDX-License-Identifier: BSD-3-Clause */
/* From a changed model to a table on its way: next hops, rows, generation, VIPs, push. */
#include <inttypes.h>
#include <stdlib.h>

#include "cp_priv.h"
#include "log.h"
#include "tables.h"

static uint32_t refresh_hops(struct cp *cp)
{
	struct model *m = cp->model;
	uint32_t pending = 0;

	for (uint32_t i = 0; i < m->n_pools; i++)
		for (uint32_t j = 0; j < m->pools[i]->n_backends; j++) {
			struct model_backend *b = m->pools[i]->backends[j];

			route_lookup(cp->route, &b->addr, &b->hop);
			pending += b->hop.state != WEIR_HOP_READY;
		}
	return pending;
}

/* A restarted control plane must not tell the running data plane that next hops are unknown only
 * because it has not asked the kernel yet: the first table waits for them, for a moment.
 */
static int still_settling(struct cp *cp, uint32_t pending)
{
	if (cp->settling && pending == 0)
		cp->settling = 0;
	return cp->settling;
}

static void next_generation(struct cp *cp, uint64_t content)
{
	struct model *m = cp->model;

	if (content == m->table_checksum && m->generation != 0)
		return;
	m->generation++;
	m->table_checksum = content;
	cp_save_soon(cp);
}

void cp_table_rebuild(int fd, short what, void *arg)
{
	struct cp *cp = arg;
	struct model *m = cp->model;
	uint64_t content;

	if (still_settling(cp, refresh_hops(cp)))
		return;
	for (uint32_t i = 0; i < m->n_pools; i++)
		model_pool_update_panic(m->pools[i]);
	if (tables_build_rows(m) < 0 || (content = tables_content(m)) == 0) {
		log_error("no memory to build a table; the data plane keeps generation %" PRIu64,
			m->generation);
		return;
	}
	next_generation(cp, content);
	cp_xdp_vips_grow(cp);
	link_push(cp->link);
}

static void watch_routes(struct cp *cp)
{
	struct model *m = cp->model;
	struct weir_addr *addrs = calloc(WEIR_MAX_BACKENDS, sizeof(*addrs));
	uint32_t n = 0;

	for (uint32_t i = 0; addrs && i < WEIR_MAX_BACKENDS; i++)
		if (m->by_slot[i])
			addrs[n++] = m->by_slot[i]->addr;
	if (addrs)
		route_watch(cp->route, addrs, n);
	else
		log_error("no memory to follow the next hops of the backends");
	free(addrs);
}

static uint32_t add_targets(
	const struct model *m, const struct model_pool *p, struct health_target *t)
{
	uint16_t port;
	const struct conf_check *check = model_pool_check(m, p, &port);

	for (uint32_t i = 0; check && i < p->n_backends; i++) {
		const struct model_backend *b = p->backends[i];

		t[i] = (struct health_target){
			.id = b->slot << 16 | b->incarnation,
			.addr = b->addr,
			.port = port,
			.check = *check,
		};
	}
	return check ? p->n_backends : 0;
}

static void watch_health(struct cp *cp)
{
	struct model *m = cp->model;
	struct health_target *t = calloc(WEIR_MAX_BACKENDS, sizeof(*t));
	uint32_t n = 0;
	int rc = -ENOMEM;

	for (uint32_t i = 0; t && i < m->n_pools; i++)
		n += add_targets(m, m->pools[i], t + n);
	if (t && cp->health)
		rc = health_targets(cp->health, t, n);
	free(t);
	if (rc < 0 && cp->health)
		log_error("the health checks go on with their old targets: %s", strerror(-rc));
}

void cp_table_watch(struct cp *cp)
{
	watch_routes(cp);
	watch_health(cp);
}
