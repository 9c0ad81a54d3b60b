// SPDX-License-Identifier: BSD-3-Clause
/* The table of endpoints, and the way from a request to its handler. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/bufferevent.h>

#include "server.h"

/* A path that ends in `/` takes what follows it as the name of an object. A change needs the rights
 * of an administrator; reading is for whoever can open the socket.
 */
static const struct endpoint {
	enum evhttp_cmd_type method;
	const char *path;
	void (*handle)(struct request *rq);
} endpoints[] = {
	{EVHTTP_REQ_GET, "/v1/status", status_get},
	{EVHTTP_REQ_GET, "/v1/services", services_get},
	{EVHTTP_REQ_GET, "/v1/backends", backends_get},
	{EVHTTP_REQ_GET, "/v1/backends/", backend_get},
	{EVHTTP_REQ_POST, "/v1/backends/", override_post},
	{EVHTTP_REQ_GET, "/v1/drops", drops_get},
	{EVHTTP_REQ_GET, "/v1/workers", workers_get},
	{EVHTTP_REQ_GET, "/v1/ports", ports_get},
	{EVHTTP_REQ_GET, "/v1/trace", trace_get},
	{EVHTTP_REQ_GET, "/v1/verify", verify_get},
	{EVHTTP_REQ_POST, "/v1/reload", reload_post},
};
#define N_ENDPOINTS (sizeof(endpoints) / sizeof(endpoints[0]))

const char *request_parameter(const struct request *rq, const char *name)
{
	return evhttp_find_header(&rq->query, name);
}

/* Length of the endpoint's part of @path, or 0. */
static size_t endpoint_match(const struct endpoint *e, const char *path)
{
	size_t len = strlen(e->path);

	if (e->path[len - 1] == '/')
		return strncmp(path, e->path, len) == 0 && path[len] != '\0' ? len : 0;
	return strcmp(path, e->path) == 0 ? len : 0;
}

static void refuse_path(struct evhttp_request *req, const char *path, const char *allow)
{
	if (allow[0] == '\0') {
		reply_error(req, 404, "no_such_path", "no such path: %s", path);
		return;
	}
	evhttp_add_header(evhttp_request_get_output_headers(req), "Allow", allow);
	reply_error(req, 405, "bad_method", "%s takes %s only", path, allow);
}

static const struct endpoint *find_endpoint(struct evhttp_request *req, const char *path)
{
	char allow[32] = "";

	for (size_t i = 0; i < N_ENDPOINTS; i++) {
		const struct endpoint *e = &endpoints[i];

		if (endpoint_match(e, path) == 0)
			continue;
		if (e->method == evhttp_request_get_command(req))
			return e;
		snprintf(allow + strlen(allow), sizeof(allow) - strlen(allow), "%s%s",
			allow[0] ? ", " : "", e->method == EVHTTP_REQ_GET ? "GET" : "POST");
	}
	refuse_path(req, path, allow);
	return NULL;
}

/* Nobody (65534) if the kernel does not say. */
static uid_t caller_uid(struct evhttp_request *req)
{
	struct evhttp_connection *con = evhttp_request_get_connection(req);
	struct ucred cred = {.uid = 65534};
	socklen_t len = sizeof(cred);
	int fd = con ? bufferevent_getfd(evhttp_connection_get_bufferevent(con)) : -1;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return 65534;
	return cred.uid;
}

static int may_call(const struct endpoint *e, struct request *rq)
{
	if (e->method == EVHTTP_REQ_GET || rq->uid == 0 || rq->uid == geteuid())
		return 1;
	reply_error(rq->req, 403, "forbidden",
		"uid %u may read but not change anything; run it as root (sudo)",
		(unsigned int)rq->uid);
	return 0;
}

static void call(const struct endpoint *e, struct request *rq, const char *path)
{
	const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(rq->req));
	char *rest = evhttp_uridecode(path + endpoint_match(e, path), 0, NULL);

	TAILQ_INIT(&rq->query);
	if (!rest || (query && evhttp_parse_query_str(query, &rq->query) < 0)) {
		reply_error(rq->req, 400, "bad_request", "malformed path or query");
	} else if (may_call(e, rq)) {
		rq->rest = rest;
		e->handle(rq);
	}
	evhttp_clear_headers(&rq->query);
	free(rest);
}

void routes_dispatch(struct evhttp_request *req, void *arg)
{
	struct api *a = arg;
	struct request rq = {.api = a, .cp = a->cp, .req = req, .uid = caller_uid(req)};
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
	const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
	const struct endpoint *e;

	if (!path) {
		reply_error(req, 400, "bad_request", "malformed path");
		return;
	}
	e = find_endpoint(req, path);
	if (e)
		call(e, &rq, path);
}
