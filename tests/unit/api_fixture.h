/* SPDX-License-Identifier: BSD-3-Clause */
/* The real control plane with its API, in a network namespace and a directory of its own: only the
 * data plane is missing unless a test plays one. The client is libcurl in a thread, while the event
 * loop runs in the test's. Needs root.
 */
#pragma once

#include <jansson.h>

#include "api.h"

#define FIXTURE_METRICS_PORT 9477

struct fixture {
	struct event_base *base;
	struct cp *cp;
	struct api *api;
	char dir[64], conf[96], socket[96], dp_socket[96];
};

struct answer {
	long status; /* HTTP; 0: no answer */
	char *text;  /* the body, terminated */
	size_t len;
	json_t *json;	/* NULL: not JSON */
	char allow[64]; /* header */
	double seconds;
};

/* At the start of unit_suite(): ends the program with a printed reason. */
void fixture_need_root(void);
/* Two services on one shared pool, one with backends of its own (web-1 .. web-3). */
void fixture_setup(struct fixture *f);
/* The same with @services instead of the usual text. */
void fixture_setup_with(struct fixture *f, const char *services);
void fixture_write_conf(struct fixture *f, const char *services);
void fixture_teardown(struct fixture *f);

/* Counters as a data plane would export them: two workers, one port. */
void fixture_counters(struct fixture *f);
/* The region alone, sealed; @mem, @length (may be NULL): a mapping of it. Returns its descriptor. */
int fixture_counters_make(uint8_t **mem, uint64_t *length);

struct call {
	const char *method, *path, *body; /* body NULL = none */
	int uid;			  /* of the caller; 0 = root */
	int metrics;			  /* on the TCP listener */
};
struct answer fixture_call(struct fixture *f, const struct call *c);
struct answer fixture_get(struct fixture *f, const char *path);
struct answer fixture_post(struct fixture *f, const char *path, const char *body);
void answer_free(struct answer *a);
/* Of an object: "(none)" if the field is no text; fails the test if it is no integer. */
const char *answer_text(const json_t *o, const char *key);
long long answer_int(const json_t *o, const char *key);
/* The answer is this refusal, and its sentence has @part in it; frees it. */
void answer_expect_error(struct answer a, long status, const char *code, const char *part);
/* "web/web-1" */
struct model_backend *fixture_backend(struct fixture *f, const char *service, const char *name);
/* GET /v1/trace of a tuple. */
struct answer fixture_trace(
	struct fixture *f, const char *client, const char *vip, const char *proto);
/* As if every neighbour had answered; until the next table. */
void fixture_resolve_all(struct fixture *f);
/* Run the loop for @ms. */
void fixture_run(struct fixture *f, unsigned int ms);
