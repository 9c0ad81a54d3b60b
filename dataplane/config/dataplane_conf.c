/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dataplane_conf.h"
#include "units.h"

#define DATAPLANE_FLOW_BYTES 16 /* of one entry of a flow table */

/* What is read, where it goes, who hears about mistakes. */
struct dataplane_read {
	struct schema_group group;
	struct dataplane_conf *out;
	struct weir_diag *d;
};

static void dataplane_copy(const struct schema_group *g, const char *key, char *out, size_t size)
{
	const char *text = schema_in_string(g, key);

	snprintf(out, size, "%s", text ? text : "");
}

static uint32_t dataplane_prefixes(
	const struct schema_group *g, const char *key, struct weir_prefix out[64])
{
	const config_setting_t *s = schema_in(g, key);
	uint32_t n = 0;

	for (int i = 0; s && i < config_setting_length(s) && n < 64; i++)
		if (!prefix_parse(config_setting_get_string_elem(s, i), &out[n]))
			n++;
	return n;
}

static void dataplane_read_scalars(struct dataplane_read *r)
{
	const struct schema_group *g = &r->group;
	struct dataplane_conf *out = r->out;

	dataplane_copy(g, "mode", out->mode, sizeof(out->mode));
	dataplane_copy(g, "socket", out->socket, sizeof(out->socket));
	dataplane_copy(g, "lcores", out->lcores, sizeof(out->lcores));
	out->memory = schema_in_number(g, "memory");
	out->flows_per_worker = schema_in_number(g, "flows-per-worker");
	out->backoff = !strcmp(schema_in_string(g, "idle"), "backoff");
	out->heartbeat_us = schema_in_number(g, "heartbeat");
	out->icmp_echo_rate = schema_in_number(g, "icmp.echo-rate");
	out->icmp_error_rate = schema_in_number(g, "icmp.error-rate");
	out->icmp_source_rate = schema_in_number(g, "icmp.source-rate");
	out->n_vips = dataplane_prefixes(g, "allow.vips", out->vips);
	out->n_backends = dataplane_prefixes(g, "allow.backends", out->backends);
}

/* At the key if it is written, else at the group. */
static void dataplane_error(const struct dataplane_read *r, const char *key, const char *text)
{
	const config_setting_t *s = schema_in(&r->group, key);

	s = s ? s : r->group.at;
	diag_error(r->d, schema_file(s), schema_line(s), "dataplane.%s: %s", key, text);
}

static void dataplane_check_scalars(const struct dataplane_read *r)
{
	unsigned int cpu[WEIR_MAX_WORKERS + 1];
	int n = cpus_parse(r->out->lcores, cpu, WEIR_MAX_WORKERS + 1);
	uint64_t need = (uint64_t)r->out->flows_per_worker * DATAPLANE_FLOW_BYTES *
			(n > 1 ? n - 1 : 1);
	char text[200], memory[24];

	if (!strcmp(r->out->mode, "xdp"))
		dataplane_error(r, "mode",
			"\"xdp\" is not available: this version forwards with the DPDK workers "
			"only, "
			"use \"auto\" or \"dpdk\"");
	if (n < 2)
		dataplane_error(r, "lcores",
			"names one CPU, but two are needed: the first manages, the others work, "
			"such as "
			"\"0-1\"");
	if (need <= r->out->memory)
		return;
	snprintf(text, sizeof(text),
		"flow tables need %" PRIu64
		"M, but dataplane.memory is %s: raise it, or lower this",
		need >> 20, units_text(SCHEMA_SIZE, r->out->memory, memory, sizeof(memory)));
	dataplane_error(r, "flows-per-worker", text);
}

static int dataplane_interface_ok(const char *name)
{
	return strcmp(name, ".") && strcmp(name, "..") && !strpbrk(name, "/: \t");
}

static void dataplane_check_port(
	const struct dataplane_read *r, const struct dataplane_port *p, const config_setting_t *s)
{
	int ways = !!p->interface[0] + !!p->device[0] + !!p->vdev[0];

	if (ways != 1)
		diag_error(r->d, schema_file(s), schema_line(s),
			"dataplane.ports.%s: has %s of 'interface', 'device' and 'vdev', exactly "
			"one is needed",
			p->name, ways ? "more than one" : "none");
	if (!dataplane_interface_ok(p->interface))
		diag_error(r->d, schema_file(s), schema_line(s),
			"dataplane.ports.%s.interface: \"%s\" cannot be the name of an interface",
			p->name, p->interface);
	for (uint32_t i = 0; i < r->out->n_ports; i++) {
		const struct dataplane_port *q = &r->out->port[i];

		if ((p->interface[0] && !strcmp(p->interface, q->interface)) ||
			(p->device[0] && !strcmp(p->device, q->device)))
			diag_error(r->d, schema_file(s), schema_line(s),
				"dataplane.ports.%s: uses %s, which is taken by port '%s' in line "
				"%u",
				p->name, p->interface[0] ? p->interface : p->device, q->name,
				q->line);
	}
}

static void dataplane_read_port(struct dataplane_read *r, const config_setting_t *s)
{
	struct schema_group g = {r->group.view, s, "dataplane.ports.*"};
	struct dataplane_port *p = &r->out->port[r->out->n_ports];

	snprintf(p->name, sizeof(p->name), "%s", config_setting_name(s));
	dataplane_copy(&g, "interface", p->interface, sizeof(p->interface));
	dataplane_copy(&g, "device", p->device, sizeof(p->device));
	dataplane_copy(&g, "vdev", p->vdev, sizeof(p->vdev));
	p->queues = schema_in_number(&g, "queues");
	p->line = schema_line(s);
	dataplane_check_port(r, p, s);
	r->out->n_ports++;
}

static void dataplane_read_ports(struct dataplane_read *r)
{
	const config_setting_t *ports = schema_in(&r->group, "ports");
	int n = ports ? config_setting_length(ports) : 0;
	char text[96];

	if (n < 1 || n > (int)WEIR_MAX_PORTS) {
		snprintf(
			text, sizeof(text), "there are %d ports, allowed 1..%u", n, WEIR_MAX_PORTS);
		dataplane_error(r, "ports", text);
		return;
	}
	for (int i = 0; i < n; i++)
		dataplane_read_port(r, config_setting_get_elem(ports, i));
}

int dataplane_conf_read(const config_t *cfg, struct dataplane_conf *out, struct weir_diag *d)
{
	struct schema_view view = {cfg, dataplane_schema, dataplane_schema_n};
	const config_setting_t *root = config_root_setting(cfg);
	struct dataplane_conf conf = {0};
	struct dataplane_read r = {
		{&view, config_setting_get_member(root, "dataplane"), "dataplane"}, &conf, d};
	unsigned int before = d->n_errors;

	snprintf(conf.file, sizeof(conf.file), "%s", schema_file(root));
	dataplane_read_scalars(&r);
	dataplane_check_scalars(&r);
	dataplane_read_ports(&r);
	if (d->n_errors != before)
		return -EINVAL;
	*out = conf;
	return 0;
}

int dataplane_conf_load(const char *file, struct dataplane_conf *out, struct weir_diag *d)
{
	config_t cfg;
	int rc;

	config_init(&cfg);
	rc = schema_read(&cfg, file, d);
	if (!rc)
		rc = schema_validate_group(
			&cfg, "dataplane", dataplane_schema, dataplane_schema_n, d);
	if (!rc)
		rc = dataplane_conf_read(&cfg, out, d);
	config_destroy(&cfg);
	return rc;
}
