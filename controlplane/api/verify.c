// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <time.h>

#include "plane.h"
#include "verify.h"

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void round_answer(
	struct verify_round *r, struct evhttp_request *req, const struct link_accounts *accounts)
{
	if (accounts)
		reply_json(req, 200,
			verify_answer(
				r->api->cp->model, accounts, (now_ns() - r->start_ns) / 1000000));
	else if (!plane_connected(r->api->cp))
		reply_error(req, 503, "no_dataplane",
			"no data plane is connected: there are no accounts to verify");
	else
		reply_error(req, 504, "timeout",
			"the data plane did not answer in time: is it stopped, or of a version "
			"that knows no verify?");
}

static void round_finish(void *arg, const struct link_accounts *accounts)
{
	struct verify_round *r = arg;
	struct verify_wait *w;

	if (r->api)
		r->api->verifying = NULL;
	while ((w = LIST_FIRST(&r->waits))) {
		LIST_REMOVE(w, entry);
		/* If the client has gone, evhttp only frees the request here. */
		round_answer(r, w->req, accounts);
		free(w);
	}
	free(r);
}

static struct verify_round *round_new(struct api *a)
{
	struct verify_round *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->api = a;
	r->start_ns = now_ns();
	LIST_INIT(&r->waits);
	a->verifying = r;
	return r;
}

void verify_get(struct request *rq)
{
	struct verify_round *open = rq->api->verifying;
	struct verify_round *r = open ? open : round_new(rq->api);
	struct verify_wait *w = calloc(1, sizeof(*w));

	if (!r || !w) {
		reply_error(rq->req, 500, "internal", "out of memory");
		free(w);
		if (r && !open)
			round_finish(r, NULL);
		return;
	}
	w->req = rq->req;
	LIST_INSERT_HEAD(&r->waits, w, entry);
	if (open)
		return;
	if (plane_connected(rq->cp))
		link_verify(rq->cp->link, round_finish, r);
	else
		round_finish(r, NULL);
}

void verify_forget(struct api *a)
{
	struct verify_round *r = a->verifying;
	struct verify_wait *w;

	if (!r)
		return;
	while ((w = LIST_FIRST(&r->waits))) {
		LIST_REMOVE(w, entry);
		free(w);
	}
	r->api = NULL;
}
