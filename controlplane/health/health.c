// SPDX-License-Identifier: BSD-3-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "health_private.h"

static void lower_error(char *out, size_t size, int error)
{
	int n = snprintf(out, size, "connect: %s", strerrordesc_np(error) ?: "unknown error");

	if (n > 9)
		out[9] = (char)tolower((unsigned char)out[9]);
}

static void describe(const struct wire_report *w, const struct probe *p, char *out, size_t size)
{
	if (w->outcome == WIRE_OK)
		out[0] = '\0';
	else if (w->outcome == WIRE_TIMEOUT)
		snprintf(out, size, "connect: timed out after %u ms", p->spec.timeout_ms);
	else if (w->outcome == WIRE_UNKNOWN && !w->error)
		snprintf(out, size, "connect: the checker was too slow to see the answer");
	else
		lower_error(out, size, w->error);
}

/* A callback may replace the set: then @p and the ids are gone, and so is what was left to say. */
static void tell(struct health *h, const struct probe *p, struct health_result *r)
{
	uint32_t version = h->version, first = p->first, count = p->count;

	for (uint32_t i = 0; i < count && h->version == version; i++) {
		r->id = h->ids[first + i];
		h->result(h->arg, r);
	}
}

static int report_honest(const struct wire_report *w)
{
	return w->magic == WIRE_MAGIC && w->outcome < WIRE_OUTCOME__COUNT &&
	       w->slot < HEALTH_MAX_TARGETS && w->error >= 0;
}

int health_report(struct health *h, const struct wire_report *w)
{
	struct health_result r = {.ok = w->outcome == WIRE_OK, .duration_us = w->duration_us};
	const struct probe *p;

	if (!report_honest(w))
		return -EPROTO;
	if (w->outcome == WIRE_BEAT) {
		h->status.late += w->late;
		return 0;
	}
	p = h->slots[w->slot] < 0 ? NULL : &h->probes[h->slots[w->slot]];
	if (!p || p->serial != w->serial)
		return 0; /* of a probe that has left since */
	describe(w, p, r.error, sizeof(r.error));
	if (w->outcome == WIRE_UNKNOWN) {
		h->status.unknown++;
		memcpy(h->status.last_unknown, r.error, sizeof(r.error));
		return 0;
	}
	h->status.checks++;
	h->status.failures += !r.ok;
	tell(h, p, &r);
	return 0;
}

struct health *health_new(struct event_base *base,
	void (*result)(void *arg, const struct health_result *r), void *arg)
{
	struct health *h = calloc(1, sizeof(*h));
	int err;

	if (!h)
		return NULL;
	h->base = base;
	h->result = result;
	h->arg = arg;
	h->next_serial = 1;
	for (uint32_t i = 0; i < HEALTH_MAX_TARGETS; i++)
		h->slots[i] = -1;
	err = health_process_open(h);
	if (!err)
		return h;
	health_free(h);
	errno = -err;
	return NULL;
}

void health_free(struct health *h)
{
	if (!h)
		return;
	health_process_close(h);
	free(h->probes);
	free(h->ids);
	free(h);
}

int health_targets(struct health *h, const struct health_target *t, uint32_t n)
{
	return health_set_replace(h, t, n);
}

void health_status(const struct health *h, struct health_status *out)
{
	*out = h->status;
	out->running = h->pid > 0;
	out->pid = h->pid;
	out->probes = h->n_probes;
}
