/* SPDX-License-Identifier: BSD-3-Clause */
/* XDP programs and VIP sets. A frame to an address in the set goes to a worker or is dropped; to any
 * other address, to the kernel. So that no frame to a VIP ever leaks to the kernel, an address
 * enters the sets before the table that brings it is sent (until then the worker drops and counts
 * it), and leaves them only after the data plane uses a table without it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cp_priv.h"
#include "log.h"

static void set_error(struct cp *cp, const char *text)
{
	if (*text && strcmp(cp->xdp_error, text) != 0)
		log_error("%s", text);
	snprintf(cp->xdp_error, sizeof(cp->xdp_error), "%s", text);
}

/* Keep the first error for status, log the warnings. */
static void take_messages(struct cp *cp, struct weir_diag *d, char *error, size_t size)
{
	for (uint32_t i = 0; i < d->n; i++) {
		if (d->msg[i].warning)
			log_warning("%s", d->msg[i].text);
		else if (!*error)
			snprintf(error, size, "%s", d->msg[i].text);
	}
}

static int attach(struct cp *cp, const char *port, const char *interface, char *error, size_t size)
{
	uint64_t fresh_ns = (uint64_t)cp->model->conf->dataplane.heartbeat_us * 1000;
	struct weir_diag d = {0};
	int fd;

	if (!cp->xdp)
		cp->xdp = xdp_new(cp->model->conf->node_name, &d);
	fd = cp->xdp ? xdp_attach(cp->xdp, port, interface, fresh_ns, &d) : -ENODEV;
	take_messages(cp, &d, error, size);
	if (fd < 0 && !*error)
		snprintf(error, size, "port %s: no XDP program on %s: %s", port, interface,
			strerror(-fd));
	return fd;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct weir_addr));
}

static uint32_t sort_unique(struct weir_addr *v, uint32_t n)
{
	uint32_t kept = 0;

	if (n > 0)
		qsort(v, n, sizeof(*v), by_bytes);
	for (uint32_t i = 0; i < n; i++)
		if (kept == 0 || !weir_addr_eq(&v[kept - 1], &v[i]))
			v[kept++] = v[i];
	return kept;
}

static void set_vips(struct cp *cp, struct weir_addr *v, uint32_t n)
{
	int rc;

	n = sort_unique(v, n);
	if (n == cp->n_vips && (n == 0 || memcmp(v, cp->vips, n * sizeof(*v)) == 0)) {
		free(v);
		return;
	}
	rc = cp->xdp ? xdp_set_vips(cp->xdp, v, n) : 0;
	if (rc < 0) {
		set_error(
			cp, "the XDP programs do not know all VIPs; their frames go to the kernel");
		log_error("VIP sets of the XDP programs: %s", strerror(-rc));
		free(v);
		return;
	}
	free(cp->vips);
	cp->vips = v;
	cp->n_vips = n;
}

static struct weir_addr *wanted(struct cp *cp, uint32_t more)
{
	struct model *m = cp->model;
	struct weir_addr *v = calloc(m->n_services + more + 1, sizeof(*v));

	for (uint32_t i = 0; v && i < m->n_services; i++)
		v[i] = m->services[i]->conf->vip;
	return v;
}

/* What is in the sets stays, new VIPs enter: before a table is sent. */
void cp_xdp_vips_grow(struct cp *cp)
{
	struct weir_addr *v = wanted(cp, cp->n_vips);

	if (!v)
		return;
	if (cp->n_vips > 0)
		memcpy(v + cp->model->n_services, cp->vips, cp->n_vips * sizeof(*v));
	set_vips(cp, v, cp->model->n_services + cp->n_vips);
}

/* Exactly the configured ones: when the data plane uses the newest table, and at start. */
void cp_xdp_vips_exact(struct cp *cp)
{
	struct weir_addr *v = wanted(cp, 0);

	if (v)
		set_vips(cp, v, cp->model->n_services);
}

/* A program that was attached just now has an empty set. */
static void refill_vips(struct cp *cp)
{
	if (cp->xdp && cp->n_vips > 0 && xdp_set_vips(cp->xdp, cp->vips, cp->n_vips) < 0)
		log_error("the VIP sets of the XDP programs cannot be filled");
}

/* Before any data plane says hello: frames to VIPs are dropped and counted (no_worker) instead of
 * surprising the kernel.
 */
void cp_xdp_start(struct cp *cp)
{
	const struct dataplane_conf *dp = &cp->model->conf->dataplane;
	char error[sizeof(cp->xdp_error)] = "";

	for (uint32_t i = 0; i < dp->n_ports; i++)
		if (*dp->port[i].interface)
			attach(cp, dp->port[i].name, dp->port[i].interface, error, sizeof(error));
	if (cp->xdp)
		xdp_prune(cp->xdp);
	set_error(cp, error);
	cp_xdp_vips_exact(cp);
}

int cp_xdp_hello(struct cp *cp, const struct weir_hello *h, int fds[WEIR_MAX_PORTS], uint32_t *mask)
{
	char error[sizeof(cp->xdp_error)] = "";

	for (uint32_t i = 0; i < h->n_ports; i++) {
		if (!*h->port[i].interface)
			continue;
		fds[i] = attach(cp, h->port[i].name, h->port[i].interface, error, sizeof(error));
		if (fds[i] >= 0)
			*mask |= 1u << i;
	}
	refill_vips(cp);
	set_error(cp, error);
	return *error ? -EAGAIN : 0;
}
