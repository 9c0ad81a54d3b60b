/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "cp_priv.h"
#include "log.h"

static void needs(
	struct weir_diag *d, const struct conf *c, int same, const char *key, const char *program)
{
	if (!same)
		diag_warning(d, c->file, 0, "%s: changed; takes effect after a restart of %s", key,
			program);
}

static int ports_same(const struct dataplane_conf *a, const struct dataplane_conf *b)
{
	if (a->n_ports != b->n_ports)
		return 0;
	for (uint32_t i = 0; i < a->n_ports; i++)
		if (strcmp(a->port[i].name, b->port[i].name) != 0 ||
			strcmp(a->port[i].interface, b->port[i].interface) != 0 ||
			strcmp(a->port[i].device, b->port[i].device) != 0 ||
			strcmp(a->port[i].vdev, b->port[i].vdev) != 0 ||
			a->port[i].queues != b->port[i].queues)
			return 0;
	return 1;
}

static int prefixes_same(
	const struct weir_prefix *a, uint32_t na, const struct weir_prefix *b, uint32_t nb)
{
	if (na != nb)
		return 0;
	for (uint32_t i = 0; i < na; i++)
		if (a[i].len != b[i].len || !weir_addr_eq(&a[i].addr, &b[i].addr))
			return 0;
	return 1;
}

void cp_reload_compare(const struct conf *old, const struct conf *new, struct weir_diag *d)
{
	const struct dataplane_conf *a = &old->dataplane, *b = &new->dataplane;
	static const char cp[] = "weir-controlplane", dp[] = "weir-dataplane";

	needs(d, new, strcmp(old->node_name, new->node_name) == 0, "node.name", cp);
	needs(d, new, strcmp(old->state_dir, new->state_dir) == 0, "node.state-dir", cp);
	needs(d, new, strcmp(old->socket, new->socket) == 0, "node.socket", cp);
	needs(d, new, strcmp(old->cluster_key_file, new->cluster_key_file) == 0,
		"node.cluster-key-file", cp);
	needs(d, new, strcmp(old->metrics_listen, new->metrics_listen) == 0, "metrics.listen", cp);
	needs(d, new, strcmp(a->socket, b->socket) == 0, "dataplane.socket", "both programs");
	needs(d, new, a->heartbeat_us == b->heartbeat_us, "dataplane.heartbeat", "both programs");
	needs(d, new, ports_same(a, b), "dataplane.ports", "both programs");
	needs(d, new,
		strcmp(a->mode, b->mode) == 0 && strcmp(a->lcores, b->lcores) == 0 &&
			a->memory == b->memory && a->flows_per_worker == b->flows_per_worker &&
			a->backoff == b->backoff,
		"dataplane: mode, lcores, memory, flows-per-worker or idle", dp);
	needs(d, new,
		a->icmp_echo_rate == b->icmp_echo_rate &&
			a->icmp_error_rate == b->icmp_error_rate &&
			a->icmp_source_rate == b->icmp_source_rate,
		"dataplane.icmp", dp);
	needs(d, new,
		prefixes_same(a->vips, a->n_vips, b->vips, b->n_vips) &&
			prefixes_same(a->backends, a->n_backends, b->backends, b->n_backends),
		"dataplane.allow", dp);
}

int cp_reload(struct cp *cp, struct weir_diag *d)
{
	struct conf *conf = conf_load(cp->model->conf->file, d);
	int rc = -EINVAL;

	if (conf) {
		cp_reload_compare(cp->model->conf, conf, d);
		rc = model_reload(cp->model, conf);
		if (rc < 0) {
			diag_error(d, conf->file, 0, "cannot be taken: %s", strerror(-rc));
			conf_free(conf);
		}
	}
	cp->last_reload_ok = rc == 0;
	if (rc < 0) {
		cp->reloads_failed++;
		return rc;
	}
	cp->reloads_ok++;
	/* Before the new table is sent: new owners of slots start at zero. */
	stats_sample(cp->stats, cp->model);
	cp_table_watch(cp);
	cp_changed(cp);
	cp_save_soon(cp);
	return 0;
}
