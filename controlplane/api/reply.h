/* SPDX-License-Identifier: BSD-3-Clause */
/* Answers of the API: JSON, one request per connection. Each function ends the request: @req must
 * not be touched afterwards. A client that has gone meanwhile is no error.
 */
#pragma once

#include <event2/http.h>
#include <jansson.h>

/* Takes @body over. NULL (no memory) becomes a 500. */
void reply_json(struct evhttp_request *req, int status, json_t *body);

/* {"error": text, "code": @code}. @code is an interface, like a drop reason: append, never rename.
 *
 *	bad_request      400  the request cannot be understood
 *	forbidden        403  the caller may not change anything
 *	not_found        404  no object of that name (weirctl: exit 4)
 *	no_such_path     404  no such endpoint
 *	bad_method       405  the endpoint has other methods
 *	invalid_config   422  the configuration file has errors (weirctl: exit 5)
 *	internal         500  no memory
 *	no_dataplane     503  it takes a data plane, and none is connected (weirctl: exit 3)
 *	timeout          504  the data plane did not answer (weirctl: exit 3)
 */
void reply_error(struct evhttp_request *req, int status, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Takes over nothing: @len bytes of @body are copied. */
void reply_body(
	struct evhttp_request *req, int status, const char *type, const void *body, size_t len);

/* A string of foreign origin as JSON: bytes that are not UTF-8 become `?`. */
json_t *reply_text(const char *text);
