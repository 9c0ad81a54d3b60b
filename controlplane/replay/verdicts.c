/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <jansson.h>

#include "verdicts.h"

static const char *const flow_words[] = {
	[BATCH_FLOW_NONE] = "none",
	[BATCH_FLOW_HIT] = "hit",
	[BATCH_FLOW_MISS] = "miss",
	[BATCH_FLOW_NEW] = "new",
};
static const char *const reply_words[] = {
	[BATCH_REPLY_ECHO] = "echo",
	[BATCH_REPLY_TOO_BIG] = "too_big",
};

/* Packets that are not dropped have reason NONE, answered or not. */
static void words(const struct verdict *v, const char **verdict, const char **reason)
{
	enum weir_drop drop = (enum weir_drop)v->b->reason[v->place];
	uint8_t reply = v->b->reply[v->place];

	*verdict = "forward";
	*reason = "";
	if (drop != WEIR_DROP_NONE) {
		*verdict = "drop";
		*reason = weir_drop_name(drop);
	} else if (reply != BATCH_REPLY_NONE) {
		*verdict = "reply";
		*reason = reply_words[reply];
	}
}

static const char *service_of(const struct plan *p, const struct verdict *v)
{
	const struct service *s = v->b->service[v->place];

	return s == NULL ? NULL : p->service[s->slot]->name;
}

/* A backend is chosen where a service was, unless that is what failed. */
static const struct model_backend *backend_of(const struct plan *p, const struct verdict *v)
{
	if (v->b->service[v->place] == NULL || v->b->reason[v->place] == WEIR_DROP_no_backend)
		return NULL;
	return p->model->by_slot[v->b->slot[v->place]];
}

static json_t *line_of(const struct plan *p, const struct verdict *v)
{
	const struct model_backend *be = backend_of(p, v);
	const char *verdict, *reason;

	words(v, &verdict, &reason);
	return json_pack("{s:I, s:s, s:s, s:s?, s:s?, s:s?, s:s, s:o, s:i}", "n", (json_int_t)v->n,
		"verdict", verdict, "reason", reason, "service", service_of(p, v), "pool",
		be == NULL ? NULL : be->pool->name, "backend", be == NULL ? NULL : be->name, "flow",
		flow_words[v->b->flow[v->place]], "out",
		v->out == VERDICTS_NO_FRAME ? json_null() : json_integer((json_int_t)v->out),
		"worker", (int)v->lane);
}

int verdicts_write(FILE *f, const struct plan *p, const struct verdict *v)
{
	json_t *line = line_of(p, v);
	int rc;

	if (line == NULL)
		return -ENOMEM;
	rc = json_dumpf(line, f, 0) != 0 || putc('\n', f) == EOF ? -EIO : 0;
	json_decref(line);
	return rc;
}
