/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_read.h"

void conf_error(struct conf_read *r, const config_setting_t *s, const char *fmt, ...)
{
	char text[sizeof(((struct diag_message *)0)->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_error(r->d, schema_file(s), schema_line(s), "%s", text);
}

const char *conf_inherit_string(const struct conf_read *r, const struct schema_group *g,
	const char *key, const char *otherwise)
{
	return schema_in(g, key) ? schema_in_string(g, key)
				 : schema_in_string(&r->defaults, otherwise);
}

int64_t conf_inherit_number(const struct conf_read *r, const struct schema_group *g,
	const char *key, const char *otherwise)
{
	return schema_in(g, key) ? schema_in_number(g, key)
				 : schema_in_number(&r->defaults, otherwise);
}

/* The host name, as a name: what is not allowed in one becomes '-'. */
static void conf_host_name(char *out, size_t size)
{
	if (gethostname(out, size - 1))
		snprintf(out, size, "localhost");
	out[size - 1] = '\0';
	for (char *p = out; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_.-", *p))
			*p = '-';
}

static void conf_copy(const struct schema_view *v, const char *path, char *out, size_t size)
{
	const char *text = schema_string(v, path);

	snprintf(out, size, "%s", text ? text : "");
}

static void conf_read_node(struct conf_read *r)
{
	struct conf *c = r->conf;

	conf_copy(&r->view, "node.name", c->node_name, sizeof(c->node_name));
	if (!c->node_name[0])
		conf_host_name(c->node_name, sizeof(c->node_name));
	conf_copy(&r->view, "node.cluster-key-file", c->cluster_key_file,
		sizeof(c->cluster_key_file));
	conf_copy(&r->view, "node.state-dir", c->state_dir, sizeof(c->state_dir));
	conf_copy(&r->view, "node.socket", c->socket, sizeof(c->socket));
	conf_copy(&r->view, "metrics.listen", c->metrics_listen, sizeof(c->metrics_listen));
}

/* The two daemons would fight for one socket. */
static void conf_verify_sockets(struct conf_read *r)
{
	const config_setting_t *s = config_root_setting(r->view.cfg);
	struct schema_group root = {&r->view, s, ""};
	const config_setting_t *at = schema_in(&root, "node.socket");

	if (!strcmp(r->conf->socket, r->conf->dataplane.socket))
		conf_error(r, at ? at : schema_in(&root, "dataplane.socket"),
			"node.socket: %s is also dataplane.socket, they must differ",
			r->conf->socket);
}

static int conf_read_all(struct conf_read *r)
{
	const config_setting_t *root = config_root_setting(r->view.cfg);
	int rc;

	r->defaults = (struct schema_group){
		&r->view, config_setting_get_member(root, "defaults"), "defaults"};
	r->allow_known = !dataplane_conf_read(r->view.cfg, &r->conf->dataplane, r->d);
	conf_read_node(r);
	conf_verify_sockets(r);
	conf_check_defaults(r);
	rc = conf_read_pools(r);
	if (!rc)
		rc = conf_read_services(r);
	if (!rc)
		rc = conf_verify_pools(r);
	if (!rc)
		rc = conf_verify_ports(r);
	return rc ? rc : conf_verify_services(r);
}

/* From a validated tree. */
static struct conf *conf_build(const config_t *cfg, const char *file, struct weir_diag *d)
{
	struct conf_read r = {.view = {.cfg = cfg}, .d = d, .conf = calloc(1, sizeof(*r.conf))};
	unsigned int before = d->n_errors;
	int rc = -ENOMEM;

	r.view.keys = conf_schema(&r.view.n);
	if (r.conf) {
		snprintf(r.conf->file, sizeof(r.conf->file), "%s", file);
		rc = conf_read_all(&r);
	}
	free(r.pool_at);
	if (rc)
		diag_error(d, file, 0, "cannot load the configuration: out of memory");
	if (d->n_errors == before)
		return r.conf;
	conf_free(r.conf);
	return NULL;
}

struct conf *conf_load(const char *file, struct weir_diag *d)
{
	struct conf *conf = NULL;
	const struct schema_key *keys;
	config_t cfg;
	size_t n;

	keys = conf_schema(&n);
	config_init(&cfg);
	if (!schema_read(&cfg, file, d) && !schema_validate(&cfg, keys, n, d))
		conf = conf_build(&cfg, file, d);
	config_destroy(&cfg);
	return conf;
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
	for (uint32_t i = 0; i < c->n_pools; i++)
		free(c->pools[i].backends);
	free(c->pools);
	free(c->services);
	free(c);
}
