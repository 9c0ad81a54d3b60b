// SPDX-License-Identifier: BSD-3-Clause
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>

#include "reply.h"

void reply_body(
	struct evhttp_request *req, int status, const char *type, const void *body, size_t len)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(req);

	evhttp_add_header(headers, "Content-Type", type);
	evhttp_add_header(headers, "Cache-Control", "no-store");
	/* One request per connection: the deadline of a connection is the deadline of a request. */
	evhttp_add_header(headers, "Connection", "close");
	evbuffer_add(evhttp_request_get_output_buffer(req), body, len);
	evhttp_send_reply(req, status, NULL, NULL);
}

void reply_json(struct evhttp_request *req, int status, json_t *body)
{
	static const char no_memory[] = "{\"error\": \"out of memory\", \"code\": \"internal\"}\n";
	char *text = body ? json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	json_decref(body);
	if (text)
		reply_body(req, status, "application/json", text, strlen(text));
	else
		reply_body(req, 500, "application/json", no_memory, sizeof(no_memory) - 1);
	free(text);
}

void reply_error(struct evhttp_request *req, int status, const char *code, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	reply_json(req, status, json_pack("{s:o, s:s}", "error", reply_text(text), "code", code));
}

json_t *reply_text(const char *text)
{
	json_t *s = json_string(text);
	char *copy;

	if (s)
		return s;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (char *p = copy; *p != '\0'; p++)
		if (*p & 0x80)
			*p = '?';
	s = json_string(copy);
	free(copy);
	return s;
}
