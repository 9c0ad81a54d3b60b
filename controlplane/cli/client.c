// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "client.h"

#define CLIENT_TIMEOUT_S 10
#define CLIENT_BODY_MAX	 ((size_t)256 << 20)

struct body {
	char *data;
	size_t len, size;
};

static size_t body_write(char *data, size_t one, size_t n, void *arg)
{
	struct body *b = arg;
	size_t size = b->size ? b->size : 65536;
	char *grown;

	if (b->len + n > CLIENT_BODY_MAX)
		return 0;
	while (size - b->len < n)
		size *= 2;
	if (size != b->size) {
		grown = realloc(b->data, size);
		if (!grown)
			return 0;
		b->data = grown;
		b->size = size;
	}
	memcpy(b->data + b->len, data, n);
	b->len += n;
	return n;
}

static int say_unreachable(const struct options *o, CURLcode rc, long os_errno)
{
	const char *why = os_errno ? strerror((int)os_errno) : curl_easy_strerror(rc);

	fprintf(stderr, "weirctl: cannot reach weir-controlplane on %s: %s\n", o->socket, why);
	if (os_errno == EACCES || os_errno == EPERM)
		fprintf(stderr,
			"  only root and the group of the socket may: try again with sudo\n");
	else if (os_errno == ENOENT || os_errno == ECONNREFUSED)
		fprintf(stderr, "  it does not run, or listens elsewhere: start it with "
				"`weir-controlplane -c FILE` as root,\n  or name its socket "
				"(node.socket in its configuration) with -s\n");
	return EXIT_UNREACHABLE;
}

/* `file:line: error: text`, as `config check` says it. */
static void say_messages(const json_t *messages)
{
	const json_t *m;
	size_t i;

	json_array_foreach (messages, i, m) {
		const char *file = json_string_value(json_object_get(m, "file"));
		json_int_t line = json_integer_value(json_object_get(m, "line"));

		if (file && file[0] && line > 0)
			fprintf(stderr, "%s:%lld: ", file, (long long)line);
		else if (file && file[0])
			fprintf(stderr, "%s: ", file);
		fprintf(stderr, "%s: %s\n", json_string_value(json_object_get(m, "severity")),
			json_string_value(json_object_get(m, "text")));
	}
}

static int say_refusal(long status, const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	const char *code = json_string_value(json_object_get(answer, "code"));

	say_messages(json_object_get(answer, "messages"));
	if (error)
		fprintf(stderr, "weirctl: %s\n", error);
	else
		fprintf(stderr, "weirctl: the daemon answered with HTTP status %ld\n", status);
	if (code && strcmp(code, "not_found") == 0)
		return EXIT_NO_OBJECT;
	if (code && strcmp(code, "invalid_config") == 0)
		return EXIT_BAD_CONFIG;
	if (code && (strcmp(code, "no_dataplane") == 0 || strcmp(code, "timeout") == 0))
		return EXIT_UNREACHABLE;
	return EXIT_REFUSED;
}

static int read_answer(long status, const struct body *b, json_t **out)
{
	json_error_t e;
	json_t *answer = json_loadb(b->data ? b->data : "", b->len, 0, &e);
	int rc;

	if (status == 200 && answer) {
		say_messages(json_object_get(answer, "messages"));
		*out = answer;
		return EXIT_DONE;
	}
	if (status == 200) {
		fprintf(stderr, "weirctl: the answer is not JSON: %s\n", e.text);
		return EXIT_REFUSED;
	}
	rc = say_refusal(status, answer);
	json_decref(answer);
	return rc;
}

static CURL *client_open(const struct options *o, const char *path, struct body *b)
{
	CURL *curl = curl_easy_init();
	char *url = NULL;

	if (!curl)
		return NULL;
	if (asprintf(&url, "http://weir%s", path) < 0) {
		curl_easy_cleanup(curl);
		return NULL;
	}
	curl_easy_setopt(curl, CURLOPT_URL, url);
	free(url);
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, o->socket);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CLIENT_TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_write);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, b);
	return curl;
}

static int client_call(const struct options *o, const char *path, const char *post, json_t **out)
{
	struct body b = {0};
	CURL *curl = client_open(o, path, &b);
	long status = 0, os_errno = 0;
	CURLcode rc;
	int code;

	if (!curl) {
		fprintf(stderr, "weirctl: out of memory\n");
		return EXIT_REFUSED;
	}
	if (post)
		curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, post);
	rc = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_errno);
	code = rc == CURLE_OK ? read_answer(status, &b, out) : say_unreachable(o, rc, os_errno);
	curl_easy_cleanup(curl);
	free(b.data);
	return code;
}

int client_get(const struct options *o, const char *path, json_t **out)
{
	return client_call(o, path, NULL, out);
}

int client_post(const struct options *o, const char *path, json_t *body, json_t **out)
{
	char *text = json_dumps(body, JSON_COMPACT);
	int rc;

	json_decref(body);
	rc = client_call(o, path, text ? text : "{}", out);
	free(text);
	return rc;
}

char *client_path(const char *prefix, const char *a, const char *b)
{
	char *ea = curl_easy_escape(NULL, a, 0);
	char *eb = b ? curl_easy_escape(NULL, b, 0) : NULL;
	char *path = NULL;

	if (ea && (eb || !b) &&
		asprintf(&path, "%s%s%s%s", prefix, ea, b ? "/" : "", b ? eb : "") < 0)
		path = NULL;
	curl_free(ea);
	curl_free(eb);
	return path;
}

int client_print(json_t *answer)
{
	json_dumpf(answer, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(answer);
	return EXIT_DONE;
}
