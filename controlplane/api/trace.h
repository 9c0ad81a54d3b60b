/* SPDX-License-Identifier: BSD-3-Clause */
/* GET /v1/trace: which backend a tuple goes to and why, without side effects. The control plane
 * computes hashes and row as the data plane does (tests/model/README.md), and asks the data
 * plane whether a flow table holds the flow. Everything is looked up when the answer is there:
 * nothing of the model is kept across the wait.
 */
#pragma once

#include "server.h"

struct trace_tuple {
	struct weir_addr client, vip;
	uint16_t client_port, vip_port; /* host order */
	uint8_t proto;
};

struct trace {
	LIST_ENTRY(trace) entry;
	struct cp *cp;
	struct evhttp_request *req; /* NULL: the server has gone meanwhile */
	struct trace_tuple tuple;
	uint64_t hash;
};

/* 0, or -EINVAL with what is wrong and what is expected in @error. */
int trace_parse(const struct request *rq, struct trace_tuple *out, char *error, size_t size);
/* As snapshot_hash() has it: what names the flow. */
uint64_t trace_hash(const struct trace_tuple *t, const uint64_t key[2]);
/* As snapshot_row_hash() has it for a packet to @s: what chooses the row. */
uint64_t trace_row_hash(
	const struct trace_tuple *t, const struct model_service *s, const uint64_t key[2]);
/* As snapshot_service() has it: exact ports and ranges come before the service on any port. NULL if
 * none takes the tuple.
 */
const struct model_service *trace_service(const struct model *m, const struct trace_tuple *t);

/* @flow: what the data plane said, or NULL (no data plane, or no answer in time). */
json_t *trace_answer(const struct trace *t, const struct weir_msg *flow);
