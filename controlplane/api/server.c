// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "clients.h"
#include "listen.h"
#include "server.h"

#define API_CLIENTS	16
#define METRICS_CLIENTS 8

/* Every method reaches the dispatcher, so that a wrong one is refused in our words. */
#define ALL_METHODS                                                                                \
	(EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | \
		EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH)

/* Takes @l over, also on failure. */
static struct evhttp *serve(struct event_base *base, struct evconnlistener *l,
	void (*dispatch)(struct evhttp_request *, void *), void *arg)
{
	struct evhttp *http = evhttp_new(base);

	if (!http || !evhttp_bind_listener(http, l)) {
		if (http)
			evhttp_free(http);
		evconnlistener_free(l);
		return NULL;
	}
	evhttp_set_allowed_methods(http, ALL_METHODS);
	evhttp_set_max_headers_size(http, SERVER_HEADER_MAX);
	evhttp_set_max_body_size(http, SERVER_BODY_MAX);
	evhttp_set_timeout(http, CLIENTS_REQUEST_S);
	evhttp_set_gencb(http, dispatch, arg);
	return http;
}

static int serve_unix(struct api *a, struct weir_diag *d)
{
	struct evconnlistener *l = listen_unix(a->cp->base, a->cp->model->conf->socket, d);

	if (!l)
		return -1;
	a->http = serve(a->cp->base, l, routes_dispatch, a);
	if (a->http)
		a->clients = clients_new(a->cp->base, a->http, l, API_CLIENTS);
	return a->clients ? 0 : -1;
}

static int serve_metrics(struct api *a, struct weir_diag *d)
{
	const char *endpoint = a->cp->model->conf->metrics_listen;
	struct evconnlistener *l;

	if (endpoint[0] == '\0')
		return 0;
	l = listen_tcp(a->cp->base, endpoint, d);
	if (!l)
		return -1;
	a->metrics_http = serve(a->cp->base, l, metrics_dispatch, a);
	if (a->metrics_http)
		a->metrics_clients = clients_new(a->cp->base, a->metrics_http, l, METRICS_CLIENTS);
	return a->metrics_clients ? 0 : -1;
}

struct api *api_new(struct cp *cp, struct weir_diag *d)
{
	struct api *a = calloc(1, sizeof(*a));
	unsigned int before = d->n_errors;

	if (a) {
		a->cp = cp;
		LIST_INIT(&a->traces);
		if (serve_unix(a, d) == 0 && serve_metrics(a, d) == 0)
			return a;
	}
	if (d->n_errors == before)
		diag_error(d, "", 0, "api: out of memory");
	api_free(a);
	return NULL;
}

void api_free(struct api *a)
{
	if (!a)
		return;
	trace_forget_all(a);
	verify_forget(a);
	if (a->http)
		evhttp_free(a->http);
	if (a->metrics_http)
		evhttp_free(a->metrics_http);
	clients_free(a->clients);
	clients_free(a->metrics_clients);
	free(a->metrics.body);
	free(a);
}
