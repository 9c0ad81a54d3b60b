// SPDX-License-Identifier: BSD-3-Clause
/* POST /v1/backends/SERVICE/BACKEND: what an operator says about a backend at run time.
 *
 *	{"admin": "drain" | "up" | "maint", "weight": 0..1000 | null, "reason": "..."}
 *
 * At least one of admin and weight; what is not named stays as it is. null = as configured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/buffer.h>

#include "backends.h"

#define WEIGHT_MAX 1000

struct change {
	struct model_override o;
	int named;	 /* admin or weight was there */
	char error[256]; /* empty = fine */
};

static void change_admin(struct change *c, const json_t *value)
{
	const char *word = json_string_value(value);

	c->named = 1;
	if (word && strcmp(word, "up") == 0)
		c->o.admin = MODEL_ADMIN_UP;
	else if (word && strcmp(word, "drain") == 0)
		c->o.admin = MODEL_ADMIN_DRAIN;
	else if (word && strcmp(word, "maint") == 0)
		c->o.admin = MODEL_ADMIN_MAINT;
	else
		snprintf(
			c->error, sizeof(c->error), "admin must be \"up\", \"drain\" or \"maint\"");
}

static void change_weight(struct change *c, const json_t *value)
{
	json_int_t weight = json_integer_value(value);

	c->named = 1;
	if (json_is_null(value))
		c->o.weight = -1;
	else if (json_is_integer(value) && weight >= 0 && weight <= WEIGHT_MAX)
		c->o.weight = weight;
	else
		snprintf(c->error, sizeof(c->error),
			"weight must be an integer, allowed 0..%d, or null (as configured)",
			WEIGHT_MAX);
}

static void change_reason(struct change *c, const json_t *value)
{
	const char *text = json_string_value(value);

	if (!text || strlen(text) >= sizeof(c->o.reason))
		snprintf(c->error, sizeof(c->error), "reason must be a text of at most %zu bytes",
			sizeof(c->o.reason) - 1);
	else
		memcpy(c->o.reason, text, strlen(text) + 1);
}

/* 0 or -1 with c->error. */
static int change_read(struct change *c, json_t *body)
{
	const char *key;
	json_t *value;

	if (!json_is_object(body))
		snprintf(c->error, sizeof(c->error), "the body must be a JSON object");
	json_object_foreach (body, key, value) {
		if (strcmp(key, "admin") == 0)
			change_admin(c, value);
		else if (strcmp(key, "weight") == 0)
			change_weight(c, value);
		else if (strcmp(key, "reason") == 0)
			change_reason(c, value);
		else
			snprintf(c->error, sizeof(c->error),
				"unknown key \"%.64s\" (have: admin, weight, reason)", key);
	}
	if (c->error[0] == '\0' && !c->named)
		snprintf(c->error, sizeof(c->error), "nothing to change: give admin or weight");
	return c->error[0] == '\0' ? 0 : -1;
}

/* The body as JSON, or NULL with @error. */
static json_t *body_json(struct evhttp_request *req, char *error, size_t size)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(req);
	size_t len = evbuffer_get_length(in);
	const char *data = len ? (const char *)evbuffer_pullup(in, -1) : "";
	json_error_t e;
	json_t *body = json_loadb(data ? data : "", data ? len : 0, JSON_REJECT_DUPLICATES, &e);

	if (!body)
		snprintf(error, size, "the body is not JSON: line %d: %s", e.line, e.text);
	return body;
}

void override_post(struct request *rq)
{
	struct model_service *s;
	struct model_backend *b = backends_find(rq, &s);
	struct change c = {0};
	json_t *body;

	if (!b)
		return;
	c.o = b->override;
	if (c.o.since == 0)
		c.o = (struct model_override){.admin = MODEL_ADMIN_UP, .weight = -1};
	c.o.reason[0] = '\0';
	c.o.uid = rq->uid;
	c.o.since = time(NULL);
	body = body_json(rq->req, c.error, sizeof(c.error));
	if (!body || change_read(&c, body) < 0) {
		reply_error(rq->req, 400, "bad_request", "%s", c.error);
	} else {
		cp_override(rq->cp, b, &c.o);
		reply_json(rq->req, 200, backends_row(rq->cp, s, b));
	}
	json_decref(body);
}
