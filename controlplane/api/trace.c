// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "plane.h"
#include "trace.h"

static void trace_finish(void *arg, const struct weir_msg *flow)
{
	struct trace *t = arg;

	if (t->req) {
		LIST_REMOVE(t, entry);
		/* If the client has gone, evhttp only frees the request here. */
		reply_json(t->req, 200, trace_answer(t, flow));
	}
	free(t);
}

void trace_get(struct request *rq)
{
	struct trace *t = calloc(1, sizeof(*t));
	char error[256];

	if (!t) {
		reply_error(rq->req, 500, "internal", "out of memory");
		return;
	}
	if (trace_parse(rq, &t->tuple, error, sizeof(error)) < 0) {
		reply_error(rq->req, 400, "bad_request", "%s", error);
		free(t);
		return;
	}
	t->cp = rq->cp;
	t->req = rq->req;
	t->hash = trace_hash(&t->tuple, rq->cp->model->hash_key);
	LIST_INSERT_HEAD(&rq->api->traces, t, entry);
	if (plane_connected(rq->cp))
		link_flow_query(rq->cp->link, t->hash, trace_finish, t);
	else
		trace_finish(t, NULL);
}

void trace_forget_all(struct api *a)
{
	struct trace *t;

	while ((t = LIST_FIRST(&a->traces))) {
		LIST_REMOVE(t, entry);
		t->req = NULL;
	}
}
