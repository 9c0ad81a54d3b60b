/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cp_priv.h"
#include "log.h"
#include "state.h"

void cp_say(const struct weir_diag *d)
{
	for (unsigned int i = 0; i < d->n; i++) {
		const struct diag_message *m = &d->msg[i];
		void (*say)(const char *fmt, ...) = m->warning ? log_warning : log_error;

		if (*m->file && m->line)
			say("%s:%u: %s", m->file, m->line, m->text);
		else if (*m->file)
			say("%s: %s", m->file, m->text);
		else
			say("%s", m->text);
	}
}

void cp_changed(struct cp *cp)
{
	const struct timeval now = {0};

	if (!evtimer_pending(cp->rebuild, NULL))
		event_add(cp->rebuild, &now);
}

static void say_override(const struct cp *cp, const struct model_backend *b)
{
	static const char *const words[] = {"up", "drain", "maint"};
	const struct model_override *o = &b->override;
	char weight[32] = "as configured";

	if (o->weight >= 0)
		snprintf(weight, sizeof(weight), "%u", model_backend_wanted_weight(b));
	log_info("backend %s/%s: %s, weight %s, by uid %u%s%s", cp_service_of(cp, b->pool), b->name,
		words[o->admin], weight, o->uid, *o->reason ? ": " : "", o->reason);
}

void cp_override(struct cp *cp, struct model_backend *b, const struct model_override *o)
{
	b->override = *o;
	b->override.reason[sizeof(b->override.reason) - 1] = 0;
	if (!b->override.since)
		b->override.since = time(NULL);
	say_override(cp, b);
	cp_changed(cp);
	cp_save_soon(cp);
}

static void on_settled(int fd, short what, void *arg)
{
	struct cp *cp = arg;

	cp->settling = 0;
	cp_changed(cp);
}

static int make_events(struct cp *cp)
{
	const struct timeval second = {.tv_sec = 1};
	const struct timeval settle = {.tv_usec = CP_SETTLE_MS * 1000};

	cp->rebuild = evtimer_new(cp->base, cp_table_rebuild, cp);
	cp->save = evtimer_new(cp->base, cp_save_on_timer, cp);
	cp->settle = evtimer_new(cp->base, on_settled, cp);
	cp->tick = event_new(cp->base, -1, EV_PERSIST, cp_save_on_tick, cp);
	if (!cp->rebuild || !cp->save || !cp->settle || !cp->tick)
		return -ENOMEM;
	cp->settling = 1;
	return event_add(cp->tick, &second) < 0 || event_add(cp->settle, &settle) < 0 ? -ENOMEM : 0;
}

static int make_model(struct cp *cp, struct conf *conf, struct weir_diag *d)
{
	int found, rc;

	cp->stats = stats_new();
	cp->model = cp->stats ? model_new(conf) : NULL;
	if (!cp->model) {
		diag_error(d, conf->file, 0, "no memory for this many services and backends");
		conf_free(conf);
		return -ENOMEM;
	}
	snprintf(cp->state_path, sizeof(cp->state_path), "%s/state.json", conf->state_dir);
	rc = state_cluster_key(conf->cluster_key_file, conf->state_dir, cp->model->hash_key, d);
	if (rc < 0)
		return rc;
	rc = state_load(cp->state_path, cp->model, cp->stats, &found, d);
	if (rc < 0)
		diag_error(d, cp->state_path, 0, "no memory to read the state");
	return rc;
}

static int make_route(struct cp *cp, struct weir_diag *d)
{
	const struct dataplane_conf *dp = &cp->model->conf->dataplane;
	struct route_port ports[WEIR_MAX_PORTS];

	cp->route = route_new(cp->base, cp_on_route, cp);
	if (!cp->route) {
		diag_error(d, "", 0, "cannot follow the kernel's routes over netlink: %s",
			strerror(errno));
		return -ENODEV;
	}
	/* A hello tells more; but the next hops can be asked for right now. */
	memset(ports, 0, sizeof(ports));
	for (uint32_t i = 0; i < dp->n_ports; i++)
		memcpy(ports[i].interface, dp->port[i].interface, sizeof(ports[i].interface));
	route_ports(cp->route, ports, dp->n_ports);
	return 0;
}

static int make_link(struct cp *cp)
{
	struct link_hooks hooks = cp_link_hooks;

	hooks.arg = cp;
	cp->link = link_new(
		cp->base, cp->model->conf->dataplane.socket, cp->stats, cp->model, &hooks);
	return cp->link ? 0 : -ENODEV; /* it has said why */
}

static int make_parts(struct cp *cp, struct weir_diag *d)
{
	int rc = make_route(cp, d);

	if (rc < 0)
		return rc;
	cp->health = health_new(cp->base, cp_on_check, cp);
	if (!cp->health) {
		diag_error(d, "", 0, "cannot start the health checker: %s", strerror(errno));
		return -ENODEV;
	}
	return make_link(cp);
}

struct cp *cp_new(struct event_base *base, struct conf *conf, struct weir_diag *d)
{
	struct cp *cp = calloc(1, sizeof(*cp));

	if (!cp) {
		diag_error(d, "", 0, "out of memory");
		conf_free(conf);
		return NULL;
	}
	cp->base = base;
	cp->started = time(NULL);
	cp->last_reload_ok = 1;
	if (make_model(cp, conf, d) < 0 || make_events(cp) < 0 || make_parts(cp, d) < 0) {
		cp_free(cp);
		return NULL;
	}
	cp_xdp_start(cp);
	cp_table_watch(cp);
	cp_changed(cp);
	cp_save_soon(cp);
	return cp;
}

static void free_event(struct event *e)
{
	if (e)
		event_free(e);
}

void cp_free(struct cp *cp)
{
	if (cp->link) /* it got far enough to have something to save */
		cp_save_now(cp);
	link_free(cp->link);
	health_free(cp->health);
	route_free(cp->route);
	if (cp->xdp)
		xdp_free(cp->xdp);
	free_event(cp->rebuild);
	free_event(cp->save);
	free_event(cp->settle);
	free_event(cp->tick);
	model_free(cp->model);
	stats_free(cp->stats);
	free(cp->vips);
	free(cp);
}
