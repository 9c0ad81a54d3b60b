// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "flow_table.h"
#include "plane.h"
#include "trace.h"

/* What a walk through the stages finds out, in their order. */
struct walk {
	const struct cp *cp;
	const struct trace *t;
	const struct model_service *service;
	const struct model_backend *backend; /* where a packet of the flow goes */
	const struct model_backend *base, *target;
	const struct weir_msg *flow;
	uint64_t row_hash;
	uint32_t row;
	enum weir_phase phase;
	int has_row, hit;
	enum weir_drop drop;
	char why[320];
};

static const struct model_backend *by_slot(const struct model *m, uint64_t slot)
{
	return slot < WEIR_MAX_BACKENDS ? m->by_slot[slot] : NULL;
}

/* The service of the tuple; without one, the reason of the drop. */
static void walk_classify(struct walk *w)
{
	const struct trace_tuple *t = &w->t->tuple;
	const struct model *m = w->cp->model;
	int is_vip = 0, src_is_vip = 0;

	for (uint32_t i = 0; i < m->n_services; i++) {
		const struct conf_service *c = m->services[i]->conf;

		src_is_vip |= weir_addr_eq(&c->vip, &t->client);
		is_vip |= weir_addr_eq(&c->vip, &t->vip);
	}
	w->service = trace_service(m, t);
	if (t->client_port == 0 || t->vip_port == 0)
		w->drop = WEIR_DROP_port0;
	else if (src_is_vip)
		w->drop = WEIR_DROP_src_is_vip;
	else if (!is_vip)
		w->drop = WEIR_DROP_not_local;
	else if (!w->service)
		w->drop = WEIR_DROP_no_vip_port;
}

static void walk_row(struct walk *w)
{
	const struct model_pool *p = w->service->pool;
	uint32_t row;

	if (!p->rows || p->n_rows == 0) {
		w->drop = WEIR_DROP_no_table;
		return;
	}
	w->has_row = 1;
	w->row_hash = trace_row_hash(&w->t->tuple, w->service, w->cp->model->hash_key);
	w->row = (uint32_t)((w->row_hash >> 32) * p->n_rows >> 32);
	row = p->rows[w->row];
	w->phase = (enum weir_phase)weir_row_phase(row);
	w->base = by_slot(w->cp->model, weir_row_base(row));
	w->target = by_slot(w->cp->model, weir_row_target(row));
}

static const char *flow_class_name(uint64_t class)
{
	static const char *const names[FLOW_CLASS__COUNT] = {
		"free", "embryonic", "confirmed", "closing"};

	return class < FLOW_CLASS__COUNT ? names[class] : "unknown";
}

/* An entry counts only if its slot still belongs to the incarnation that it was made for. */
static void walk_flow(struct walk *w)
{
	const struct model_backend *b = NULL;
	uint32_t slot;

	if (w->flow && w->flow->reason == 1) {
		slot = (uint32_t)w->flow->length;
		b = by_slot(w->cp->model, slot);
		w->hit = b && b->incarnation == w->flow->detail;
	}
	w->backend = w->hit ? b : w->target;
	if (!w->backend)
		w->drop = WEIR_DROP_no_backend;
	else if (w->backend->hop.state != WEIR_HOP_READY)
		w->drop = WEIR_DROP_neigh_pending;
}

static void why_backend(struct walk *w)
{
	const struct model_backend *b = w->backend;
	int n;

	if (!w->hit) {
		snprintf(w->why, sizeof(w->why), "%srow %u of pool %s is %s's",
			w->flow ? "no flow table entry; "
			: plane_connected(w->cp)
				? "the data plane did not answer in time; "
				: "no data plane is connected, by the table alone: ",
			w->row, w->service->pool->name, b->name);
		return;
	}
	n = snprintf(w->why, sizeof(w->why),
		"flow table of worker %u: %s, expires in %u s unless packets come",
		(uint32_t)(w->flow->length >> 32), flow_class_name(w->flow->checksum >> 32),
		(uint32_t)w->flow->checksum);
	if (n > 0 && model_backend_state(b) != WEIR_BACKEND_UP)
		snprintf(w->why + n, sizeof(w->why) - (size_t)n,
			"; %s is %s, a new connection goes to %s", b->name,
			plane_state_name(plane_backend_state(b)),
			w->target ? w->target->name : "nobody");
}

static void walk_all(struct walk *w)
{
	walk_classify(w);
	if (w->drop == WEIR_DROP_NONE)
		walk_row(w);
	if (w->drop == WEIR_DROP_NONE)
		walk_flow(w);
	if (w->drop == WEIR_DROP_NONE)
		why_backend(w);
	else
		snprintf(w->why, sizeof(w->why), "%s", weir_drop_text(w->drop));
}

static json_t *name_or_null(const struct model_backend *b)
{
	return b ? json_string(b->name) : json_null();
}

static const char *flow_word(const struct walk *w)
{
	return !w->flow ? "unknown" : w->hit ? "hit" : "miss";
}

static json_t *hash_json(uint64_t hash)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%016" PRIx64, hash);
	return json_string(text);
}

static json_t *row_json(json_t *o, const struct walk *w)
{
	static const char *const phases[] = {"stable", "move", "lock", "prep"};
	json_t *row = w->has_row ? json_integer(w->row) : json_null();

	json_object_set_new(o, "row_hash", w->has_row ? hash_json(w->row_hash) : json_null());
	json_object_set_new(o, "row", row);
	json_object_set_new(o, "phase",
		w->has_row && w->phase < WEIR_PHASE__COUNT ? json_string(phases[w->phase])
							   : json_null());
	json_object_set_new(o, "base", name_or_null(w->base));
	json_object_set_new(o, "target", name_or_null(w->target));
	return o;
}

static json_t *walk_json(const struct walk *w)
{
	const struct model_service *s = w->service;
	struct link_status st;
	json_t *o;

	plane_status(w->cp, &st);
	o = json_pack("{s:o, s:s, s:o, s:o}", "service", s ? json_string(s->name) : json_null(),
		"plane", plane_name(w->cp), "worker",
		w->hit ? json_integer((json_int_t)(w->flow->length >> 32)) : json_null(), "hash",
		hash_json(w->t->hash));
	row_json(o, w);
	json_object_set_new(o, "flow", json_string(flow_word(w)));
	json_object_set_new(o, "backend", name_or_null(w->backend));
	json_object_set_new(
		o, "encap", s ? json_string(plane_forward_name(s->conf->forward)) : json_null());
	json_object_set_new(
		o, "next_hop", w->backend ? next_hop_json(&w->backend->hop) : json_null());
	json_object_set_new(o, "verdict", json_string(w->drop ? "drop" : "forward"));
	json_object_set_new(
		o, "reason", w->drop ? json_string(weir_drop_name(w->drop)) : json_null());
	json_object_set_new(o, "why", json_string(w->why));
	json_object_set_new(o, "generation", json_integer((json_int_t)w->cp->model->generation));
	json_object_set_new(
		o, "applied_generation", json_integer((json_int_t)st.applied_generation));
	return o;
}

json_t *trace_answer(const struct trace *t, const struct weir_msg *flow)
{
	struct walk w = {.cp = t->cp, .t = t, .flow = flow};

	walk_all(&w);
	return walk_json(&w);
}
