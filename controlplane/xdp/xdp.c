/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "xdp_internal.h"

struct xdp *xdp_new(const char *node, struct weir_diag *d)
{
	struct xdp *x;

	if (strlen(node) >= sizeof(x->node)) {
		diag_error(d, "", 0, "node.name: at most %zu bytes", sizeof(x->node) - 1);
		return NULL;
	}
	if (xdp_pins_mount(d))
		return NULL;
	x = calloc(1, sizeof(*x));
	if (!x)
		diag_error(d, "", 0, "out of memory");
	else
		snprintf(x->node, sizeof(x->node), "%s", node);
	return x;
}

static struct xdp_port *port_new(const struct xdp *x, const char *name)
{
	struct xdp_port *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	snprintf(p->name, sizeof(p->name), "%s", name);
	xdp_pins_path(x->node, name, p->dir);
	p->link_fd = -1;
	for (int i = 0; i < XDP_MAP__COUNT; i++)
		p->map_fd[i] = -1;
	return p;
}

static void port_free(struct xdp_port *p)
{
	for (int i = 0; i < XDP_MAP__COUNT; i++)
		if (p->map_fd[i] >= 0)
			close(p->map_fd[i]);
	if (p->link_fd >= 0)
		close(p->link_fd);
	free(p);
}

void xdp_free(struct xdp *x)
{
	if (!x)
		return;
	for (uint32_t i = 0; i < x->n_ports; i++)
		port_free(x->port[i]);
	free(x);
}

static struct xdp_port *port_find(const struct xdp *x, const char *name)
{
	for (uint32_t i = 0; i < x->n_ports; i++)
		if (strcmp(x->port[i]->name, name) == 0)
			return x->port[i];
	return NULL;
}

static int set_interface(struct xdp_port *p, const char *interface, struct weir_diag *d)
{
	unsigned int ifindex = if_nametoindex(interface);

	if (ifindex == 0) {
		diag_error(d, "", 0,
			"dataplane.ports.%s.interface: there is no interface '%s' here; `ip link` "
			"lists "
			"them",
			p->name, interface);
		return -ENODEV;
	}
	p->ifindex = ifindex;
	snprintf(p->interface, sizeof(p->interface), "%s", interface);
	return 0;
}

static int put_conf(const struct xdp_port *p, uint64_t fresh_ns, struct weir_diag *d)
{
	struct weir_xdp_conf conf = {.abi = WEIR_XDP_ABI, .fresh_ns = fresh_ns};
	uint32_t zero = 0;
	int rc;

	if (bpf_map_update_elem(p->map_fd[XDP_MAP_CONF], &zero, &conf, BPF_ANY) == 0)
		return 0;
	rc = -errno;
	diag_error(d, "", 0, "dataplane.ports.%s: cannot write the map %s/%s: %s", p->name, p->dir,
		xdp_map_names[XDP_MAP_CONF], strerror(-rc));
	return rc;
}

/* What is found first, what would be refused next, and only then anything is made. */
static int port_attach(struct xdp_port *p, uint64_t fresh_ns, struct weir_diag *d)
{
	int rc = xdp_link_find(p, d), prog_fd;

	if (rc)
		return rc;
	rc = xdp_pins_make_dir(p->dir);
	if (rc) {
		diag_error(d, "", 0, "dataplane.ports.%s: cannot make %s: %s", p->name, p->dir,
			strerror(-rc));
		return rc;
	}
	prog_fd = xdp_object_load(p, d);
	if (prog_fd < 0)
		return prog_fd;
	rc = put_conf(p, fresh_ns, d);
	if (rc == 0)
		rc = xdp_link_put(p, prog_fd, d);
	close(prog_fd);
	return rc;
}

/* A first attempt that failed leaves no pins, unless they were there before. */
static int attach_new(struct xdp *x, struct xdp_port *p, uint64_t fresh_ns, struct weir_diag *d)
{
	int existed = access(p->dir, F_OK) == 0;
	int rc = port_attach(p, fresh_ns, d);

	if (rc == 0) {
		x->port[x->n_ports++] = p;
		return 0;
	}
	if (!existed)
		xdp_pins_remove_port(p->dir);
	port_free(p);
	return rc;
}

int xdp_attach(struct xdp *x, const char *port, const char *interface, uint64_t fresh_ns,
	struct weir_diag *d)
{
	struct xdp_port *p = port_find(x, port);
	int known = p != NULL, rc;

	if (!known && (strlen(port) >= sizeof(p->name) || x->n_ports == WEIR_MAX_PORTS)) {
		diag_error(d, "", 0,
			"dataplane.ports: at most %u ports, names of at most %zu bytes",
			WEIR_MAX_PORTS, sizeof(p->name) - 1);
		return -E2BIG;
	}
	if (!known)
		p = port_new(x, port);
	if (!p)
		return -ENOMEM;
	rc = set_interface(p, interface, d);
	if (rc && !known)
		port_free(p);
	if (rc)
		return rc;
	rc = known ? port_attach(p, fresh_ns, d) : attach_new(x, p, fresh_ns, d);
	return rc ? rc : p->map_fd[XDP_MAP_BEATS];
}

int xdp_set_vips(struct xdp *x, const struct weir_addr *vips, uint32_t n)
{
	int rc, first = 0;

	for (uint32_t i = 0; i < x->n_ports; i++) {
		rc = xdp_vips_set(x->port[i]->map_fd[XDP_MAP_VIPS], vips, n);
		first = first ? first : rc;
	}
	return first;
}

uint32_t xdp_ports(const struct xdp *x)
{
	return x->n_ports;
}

static void read_counters(int map_fd, uint64_t *out)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *value = cpus > 0 ? calloc((size_t)cpus, sizeof(*value)) : NULL;

	for (uint32_t c = 0; value && c < WEIR_XDP_COUNTER__COUNT; c++) {
		if (bpf_map_lookup_elem(map_fd, &c, value))
			continue;
		for (int cpu = 0; cpu < cpus; cpu++)
			out[c] += value[cpu];
	}
	free(value);
}

void xdp_status(const struct xdp *x, uint32_t i, struct xdp_status *out)
{
	const struct xdp_port *p = x->port[i];

	memset(out, 0, sizeof(*out));
	snprintf(out->port, sizeof(out->port), "%s", p->name);
	snprintf(out->interface, sizeof(out->interface), "%s", p->interface);
	out->attached = xdp_link_is_attached(p, &out->prog_id);
	out->native = p->native;
	read_counters(p->map_fd[XDP_MAP_COUNTERS], out->counters);
}
