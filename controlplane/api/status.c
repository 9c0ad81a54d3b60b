// SPDX-License-Identifier: BSD-3-Clause
#include <time.h>

#include "plane.h"
#include "server.h"

static json_t *status_dataplane(const struct cp *cp)
{
	const struct weir_hello *hello = plane_hello(cp);
	struct weir_counters_head head;

	stats_head(cp->stats, &head);
	return json_pack("{s:b, s:i, s:s, s:I, s:b, s:I, s:I}", "connected", plane_connected(cp),
		"pid", hello ? (int)hello->pid : 0, "mode", cp->model->conf->dataplane.mode,
		"generation", (json_int_t)plane_generation(cp), "ports_open",
		plane_connected(cp) && head.ports_open != 0, "mbufs_total",
		(json_int_t)head.mbufs_total, "mbufs_free", (json_int_t)head.mbufs_free);
}

/* Pushes as this process knows them; the newest refusal in words. */
static json_t *status_table(const struct cp *cp)
{
	struct link_status st;
	json_t *t;

	plane_status(cp, &st);
	t = json_pack("{s:I, s:I, s:I, s:I}", "pushes", (json_int_t)st.pushes, "applied",
		(json_int_t)st.applied, "refused", (json_int_t)st.refused, "applied_generation",
		(json_int_t)st.applied_generation);
	if (st.last_refusal == WEIR_REFUSAL_NONE) {
		json_object_set_new(t, "last_refusal", json_null());
		return t;
	}
	json_object_set_new(t, "last_refusal", json_string(weir_refusal_name(st.last_refusal)));
	json_object_set_new(
		t, "last_refusal_text", json_string(weir_refusal_text(st.last_refusal)));
	json_object_set_new(
		t, "last_refused_generation", json_integer((json_int_t)st.last_refused_generation));
	json_object_set_new(
		t, "last_refused_detail", json_integer((json_int_t)st.last_refused_detail));
	json_object_set_new(t, "last_refused_at", json_integer(st.last_refused_at));
	return t;
}

static json_t *status_health(const struct cp *cp)
{
	struct health_status st = {0};

	if (cp->health)
		health_status(cp->health, &st);
	return json_pack("{s:b, s:i, s:i, s:I, s:I, s:I, s:I, s:o}", "running", st.running, "pid",
		st.pid, "restarts", (int)st.restarts, "checks", (json_int_t)st.checks, "failures",
		(json_int_t)st.failures, "late", (json_int_t)st.late, "unknown",
		(json_int_t)st.unknown, "last_unknown",
		st.last_unknown[0] ? reply_text(st.last_unknown) : json_null());
}

static json_t *status_config(const struct cp *cp)
{
	return json_pack("{s:o, s:b, s:I, s:I}", "file", reply_text(cp->model->conf->file),
		"last_reload_ok", cp->last_reload_ok, "reloads_ok", (json_int_t)cp->reloads_ok,
		"reloads_failed", (json_int_t)cp->reloads_failed);
}

void status_get(struct request *rq)
{
	const struct cp *cp = rq->cp;
	const struct model *m = cp->model;
	struct plane_counts n;

	plane_count(cp, &n);
	reply_json(rq->req, 200,
		json_pack("{s:s, s:s, s:s, s:I, s:I, s:i, s:i, s:i, s:i, s:i, s:I, s:o, s:o, s:o, "
			  "s:o, s:o*}",
			"node", m->conf->node_name, "version", WEIR_VERSION, "plane",
			plane_name(cp), "generation", (json_int_t)m->generation, "uptime_s",
			(json_int_t)(time(NULL) - cp->started), "services", (int)m->n_services,
			"services_up", n.services_up, "backends", n.backends, "backends_up",
			n.backends_up, "workers", n.workers, "refused", (json_int_t)n.refused,
			"dataplane", status_dataplane(cp), "table", status_table(cp), "health",
			status_health(cp), "config", status_config(cp), "xdp_error",
			cp->xdp_error[0] ? reply_text(cp->xdp_error) : NULL));
}
