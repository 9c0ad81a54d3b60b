/* SPDX-License-Identifier: BSD-3-Clause */
/* GET /v1/verify: do the accounts of the data plane hold? The data plane audits itself while it runs
 * and sends figures; the judgement is made here. Whoever asks while an audit is open gets its result.
 */
#pragma once

#include "server.h"

struct verify_wait {
	LIST_ENTRY(verify_wait) entry;
	struct evhttp_request *req;
};

/* An audit that waits for the data plane, and who waits for it. */
struct verify_round {
	struct api *api; /* NULL: the server has gone meanwhile */
	uint64_t start_ns;
	LIST_HEAD(verify_waits, verify_wait) waits;
};

/* @m: to name backends. Holds only if every worker answered. */
json_t *verify_answer(const struct model *m, const struct link_accounts *a, uint64_t took_ms);
