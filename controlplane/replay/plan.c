/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "plan.h"
#include "state.h"
#include "tables.h"
#include "weir_ring.h"

/* A key that the control plane made for itself is none of ours: it lies where only it may look. */
static int load_key(struct plan *p, struct weir_diag *d)
{
	const struct conf *conf = p->model->conf;

	if (conf->cluster_key_file[0] != '\0')
		return state_cluster_key(
			conf->cluster_key_file, conf->state_dir, p->model->hash_key, d);
	diag_warning(d, conf->file, 0,
		"node.cluster-key-file is not set: flows are hashed with a key of zeros, so "
		"backends "
		"differ from those that a running weir chooses");
	return 0;
}

static void fill_limits(struct table_limits *l, const struct dataplane_conf *conf)
{
	_Static_assert(sizeof(l->vips) == sizeof(conf->vips), "allow list of VIPs");
	_Static_assert(sizeof(l->backends) == sizeof(conf->backends), "allow list of backends");
	memcpy(l->vips, conf->vips, sizeof(l->vips));
	memcpy(l->backends, conf->backends, sizeof(l->backends));
	l->n_vips = conf->n_vips;
	l->n_backends = conf->n_backends;
	l->n_ports = conf->n_ports;
}

int plan_load(struct plan *p, const char *config, struct weir_diag *d)
{
	struct conf *conf = conf_load(config, d);

	if (conf == NULL)
		return -EINVAL;
	p->model = model_new(conf);
	if (p->model == NULL) {
		conf_free(conf);
		return -ENOMEM;
	}
	p->blob = aligned_alloc(64, WEIR_BLOB_SIZE);
	if (p->blob == NULL)
		return -ENOMEM;
	fill_limits(&p->limits, &conf->dataplane);
	for (uint32_t i = 0; i < p->model->n_services; i++)
		p->service[p->model->services[i]->slot] = p->model->services[i];
	return load_key(p, d);
}

int plan_write(struct plan *p, struct weir_diag *d)
{
	const char *file = p->model->conf->file;
	int rc = tables_build_rows(p->model);

	if (rc >= 0) {
		p->length = tables_write(p->model, p->model->generation + 1, NULL, NULL, p->blob);
		rc = p->length < 0 ? (int)p->length : 0;
	}
	if (rc == -E2BIG)
		diag_error(d, file, 0, "the table is larger than %u MB: lower `rows` of the pools",
			(unsigned int)(WEIR_BLOB_SIZE >> 20));
	else if (rc < 0)
		diag_error(d, file, 0, "the table cannot be made: %s", strerror(-rc));
	return rc;
}

/* Nobody waits for the answer. */
static void applied(void *arg, struct publish_ticket ticket, const struct table *t)
{
}

static int start(struct plan *p)
{
	if (p->publish.grace != NULL)
		return 0;
	if (grace_init(&p->grace, 1) != 0)
		return -ENOMEM;
	p->publish = (struct publish){
		.grace = &p->grace,
		.limits = &p->limits,
		.applied = applied,
	};
	return 0;
}

int plan_publish(struct plan *p, struct weir_diag *d)
{
	const struct publish_ticket ticket = {0};
	struct table_verdict v = {.reason = WEIR_REFUSAL_no_memory};

	if (start(p) == 0)
		v = publish_table(&p->publish, p->blob, (uint64_t)p->length, ticket);
	if (v.reason != WEIR_REFUSAL_NONE) {
		diag_error(d, p->model->conf->file, 0,
			"the data plane refuses the table: %s: %s (detail %" PRIu64 ")",
			weir_refusal_name(v.reason), weir_refusal_text(v.reason), v.detail);
		return -EINVAL;
	}
	p->model->generation++;
	grace_poll(&p->grace); // no thread holds the one before
	return 0;
}

void plan_free(struct plan *p)
{
	if (p->publish.grace != NULL) {
		publish_free(&p->publish);
		grace_free(&p->grace);
	}
	free(p->blob);
	if (p->model != NULL)
		model_free(p->model);
}
