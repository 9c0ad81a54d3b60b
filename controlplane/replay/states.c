/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "numbers.h"
#include "states.h"

static const char *const names[STATES__COUNT] = {"up", "drain", "down", "gone"};
static const char *const keys[] = {"at", "backend", "state", NULL};

static int read_time(const struct json_place *p, uint64_t *out)
{
	const json_t *at = json_object_get(p->object, "at");
	double s = json_number_value(at);

	if (json_is_number(at) && s >= 0 && s <= NUMBERS_MAX_S) {
		*out = (uint64_t)llround(s * NUMBERS_S_NS);
		return 0;
	}
	diag_error(p->d, p->file, 0, "%s.at: seconds are expected, allowed 0..%llu", p->place,
		NUMBERS_MAX_S);
	return -EINVAL;
}

/* POOL/NAME; neither has a slash. */
static struct model_backend *find_backend(const struct model *m, const char *text)
{
	for (uint32_t slot = 0; slot < WEIR_MAX_BACKENDS; slot++) {
		struct model_backend *b = m->by_slot[slot];
		size_t n = b != NULL ? strlen(b->pool->name) : 0;

		if (b != NULL && strncmp(text, b->pool->name, n) == 0 && text[n] == '/' &&
			strcmp(text + n + 1, b->name) == 0)
			return b;
	}
	return NULL;
}

static int read_backend(
	const struct json_place *p, const struct model *m, struct model_backend **out)
{
	const char *text = "";

	if (json_get_text(p, "backend", &text) < 0)
		return -EINVAL;
	*out = find_backend(m, text);
	if (*out != NULL)
		return 0;
	diag_error(p->d, p->file, 0,
		"%s.backend: \"%s\" is not POOL/NAME of a backend of the configuration", p->place,
		text);
	return -EINVAL;
}

static int read_kind(const struct json_place *p, enum states_kind *out)
{
	const char *text = "";

	if (json_get_text(p, "state", &text) < 0)
		return -EINVAL;
	for (*out = 0; *out < STATES__COUNT; ++*out)
		if (strcmp(text, names[*out]) == 0)
			return 0;
	diag_error(p->d, p->file, 0, "%s.state: \"%s\", allowed: up, drain, down, gone", p->place,
		text);
	return -EINVAL;
}

static int read_change(
	const struct json_place *p, const struct model *m, struct states *s, size_t index)
{
	struct states_change *c = &s->change[index];

	if (json_check_keys(p, keys) != 0 || read_time(p, &c->at_ns) != 0 ||
		read_backend(p, m, &c->backend) != 0 || read_kind(p, &c->kind) != 0)
		return -EINVAL;
	if (index == 0 || c->at_ns >= c[-1].at_ns)
		return 0;
	diag_error(p->d, p->file, 0, "%s.at: lies before the change above it; sort them by time",
		p->place);
	return -EINVAL;
}

static int read_changes(
	struct states *s, const struct model *m, const json_t *list, struct json_place *p)
{
	size_t n = json_array_size(list);

	s->change = calloc(n + 1, sizeof(*s->change));
	if (s->change == NULL)
		return -ENOMEM;
	for (s->n = 0; s->n < n; s->n++) {
		char place[32];

		snprintf(place, sizeof(place), "[%zu]", s->n);
		p->place = place;
		p->object = json_array_get(list, s->n);
		if (read_change(p, m, s, s->n) != 0)
			return -EINVAL;
	}
	return 0;
}

int states_load(struct states *s, const struct model *m, const char *file, struct weir_diag *d)
{
	json_t *root = json_read(file, d);
	struct json_place p = {.file = file, .d = d};
	int rc = -EINVAL;

	if (root == NULL)
		return rc;
	if (json_is_array(root))
		rc = read_changes(s, m, root, &p);
	else
		diag_error(d, file, 0, "a list is expected: [{\"at\": ...}, ...]");
	json_decref(root);
	return rc;
}

/* Out of the table, as if the configuration had lost it; its weight must be gone from the rows too. */
static void remove_backend(struct model *m, struct model_backend *b)
{
	b->override.admin = MODEL_ADMIN_MAINT;
	m->by_slot[b->slot] = NULL;
}

/* Who comes back is somebody else: flows that name the old incarnation are void. */
static void bring_back(struct model *m, struct model_backend *b)
{
	if (m->by_slot[b->slot] == b)
		return;
	b->incarnation = model_next_incarnation(b->incarnation);
	m->incarnation[b->slot] = b->incarnation;
	m->by_slot[b->slot] = b;
}

/* DOWN is said as an operator says it: failed checks of all backends together would count as none. */
static void apply(struct model *m, const struct states_change *c)
{
	static const enum model_admin admin[] = {
		[STATES_UP] = MODEL_ADMIN_UP,
		[STATES_DRAIN] = MODEL_ADMIN_DRAIN,
		[STATES_DOWN] = MODEL_ADMIN_MAINT,
	};

	if (c->kind == STATES_GONE) {
		remove_backend(m, c->backend);
		return;
	}
	bring_back(m, c->backend);
	c->backend->override.admin = admin[c->kind];
}

uint32_t states_apply(struct states *s, struct model *m, uint64_t now_ns)
{
	uint32_t n = 0;

	for (; s->done < s->n && s->change[s->done].at_ns <= now_ns; s->done++, n++)
		apply(m, &s->change[s->done]);
	return n;
}

void states_free(struct states *s)
{
	free(s->change);
}
