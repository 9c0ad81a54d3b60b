// SPDX-License-Identifier: BSD-3-Clause
/* The client of the fixture: libcurl in a thread. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <check.h>
#include <curl/curl.h>

#include "api_fixture.h"

struct client {
	const struct fixture *f;
	const struct call *call;
	struct answer *answer;
	int done[2];
};

static size_t on_body(char *data, size_t one, size_t n, void *arg)
{
	struct answer *a = arg;

	a->text = realloc(a->text, a->len + n + 1);
	memcpy(a->text + a->len, data, n);
	a->len += n;
	a->text[a->len] = '\0';
	return n;
}

static size_t on_header(char *data, size_t one, size_t n, void *arg)
{
	struct answer *a = arg;

	if (n > 7 && strncasecmp(data, "Allow: ", 7) == 0)
		snprintf(a->allow, sizeof(a->allow), "%.*s", (int)strcspn(data + 7, "\r\n"),
			data + 7);
	return n;
}

static CURL *client_open(const struct client *c)
{
	CURL *curl = curl_easy_init();
	char url[2048];

	if (c->call->metrics) {
		snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", FIXTURE_METRICS_PORT,
			c->call->path);
	} else {
		snprintf(url, sizeof(url), "http://weir%s", c->call->path);
		curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, c->f->socket);
	}
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, c->answer);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, c->answer);
	if (c->call->body) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(c->call->body));
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, c->call->body);
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, c->call->method);
	return curl;
}

/* The raw system call changes the credentials of this thread alone. */
static void *client_main(void *arg)
{
	struct client *c = arg;
	CURL *curl = client_open(c);

	if (c->call->uid != 0)
		syscall(SYS_setresuid, c->call->uid, c->call->uid, c->call->uid);
	curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &c->answer->status);
	curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME, &c->answer->seconds);
	curl_easy_cleanup(curl);
	if (write(c->done[1], "x", 1) != 1)
		abort();
	return NULL;
}

static void on_done(evutil_socket_t fd, short what, void *arg)
{
	event_base_loopbreak(arg);
}

struct answer fixture_call(struct fixture *f, const struct call *call)
{
	struct answer a = {0};
	struct client c = {.f = f, .call = call, .answer = &a};
	struct event *done;
	pthread_t thread;

	ck_assert_int_eq(pipe(c.done), 0);
	done = event_new(f->base, c.done[0], EV_READ, on_done, f->base);
	event_add(done, NULL);
	ck_assert_int_eq(pthread_create(&thread, NULL, client_main, &c), 0);
	event_base_dispatch(f->base);
	pthread_join(thread, NULL);
	event_free(done);
	close(c.done[0]);
	close(c.done[1]);
	a.json = a.text ? json_loadb(a.text, a.len, 0, NULL) : NULL;
	return a;
}

struct answer fixture_get(struct fixture *f, const char *path)
{
	return fixture_call(f, &(struct call){.method = "GET", .path = path});
}

struct answer fixture_post(struct fixture *f, const char *path, const char *body)
{
	return fixture_call(f, &(struct call){.method = "POST", .path = path, .body = body});
}

void answer_free(struct answer *a)
{
	json_decref(a->json);
	free(a->text);
}

const char *answer_text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "(none)";
}

long long answer_int(const json_t *o, const char *key)
{
	ck_assert_msg(json_is_integer(json_object_get(o, key)), "%s is no integer", key);
	return json_integer_value(json_object_get(o, key));
}

void answer_expect_error(struct answer a, long status, const char *code, const char *part)
{
	ck_assert_int_eq(a.status, status);
	ck_assert_str_eq(answer_text(a.json, "code"), code);
	ck_assert_msg(strstr(answer_text(a.json, "error"), part) != NULL, "'%s' lacks '%s'",
		answer_text(a.json, "error"), part);
	answer_free(&a);
}
