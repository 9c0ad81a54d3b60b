/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside of the API: the two servers, and what a request handler is given. */
#pragma once

#include <sys/queue.h>
#include <sys/types.h>

#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "api.h"
#include "reply.h"

#define SERVER_BODY_MAX	  (64 * 1024)
#define SERVER_HEADER_MAX (8 * 1024)

/* Traces that wait for the data plane: see trace.h. */
LIST_HEAD(trace_list, trace);

/* What /metrics answered last; younger than 50 ms it is answered again. */
struct metrics_cache {
	char *body;
	size_t len;
	uint64_t made_ns;
};

struct api {
	struct cp *cp;
	struct evhttp *http, *metrics_http;
	struct clients *clients, *metrics_clients;
	struct trace_list traces;
	struct verify_round *verifying; /* NULL: no audit is open; see verify.h */
	struct metrics_cache metrics;
};

/* One request to the API; lives as long as the handler runs. */
struct request {
	struct api *api;
	struct cp *cp;
	struct evhttp_request *req;
	const char *rest; /* what follows the endpoint's path, decoded; "" for a whole match */
	struct evkeyvalq query; /* parameters after `?` */
	uid_t uid;		/* of the caller, by SO_PEERCRED */
};

/* A parameter of the query, or NULL. */
const char *request_parameter(const struct request *rq, const char *name);

/* Handlers: each ends its request, at once or later. They stand in the files of their names. */
void status_get(struct request *rq);
void services_get(struct request *rq);
void backends_get(struct request *rq);
void backend_get(struct request *rq);
void override_post(struct request *rq);
void drops_get(struct request *rq);
void workers_get(struct request *rq);
void ports_get(struct request *rq);
void trace_get(struct request *rq);
void verify_get(struct request *rq);
void reload_post(struct request *rq);

/* Entry points of the two servers; @arg is the struct api. */
void routes_dispatch(struct evhttp_request *req, void *arg);
void metrics_dispatch(struct evhttp_request *req, void *arg);

/* Where frames to a backend go: {state: "pending"}, or "ready" and the addresses. */
json_t *next_hop_json(const struct weir_table_next_hop *hop);

/* The requests that still wait are about to be freed: forget them. */
void trace_forget_all(struct api *a);
void verify_forget(struct api *a);

/* Why the data plane's packets end where they end: stats_drops() and, under no_worker, what the XDP
 * programs dropped before a worker could see it.
 */
void drops_collect(const struct cp *cp, uint64_t out[WEIR_DROP__COUNT]);
