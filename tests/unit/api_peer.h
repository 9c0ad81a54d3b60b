/* SPDX-License-Identifier: BSD-3-Clause */
/* A data plane played by a test, in a thread: says hello with counters, takes the region, applies
 * every table, and answers flow queries and audits as it is told, or never.
 */
#pragma once

#include <pthread.h>

#include "api_fixture.h"
#include "weir_verify.h"

#define PEER_ACCOUNTS 8

struct peer {
	const struct fixture *f;
	struct weir_msg flow;			 /* the answer to a query; type 0 = none */
	struct weir_msg accounts[PEER_ACCOUNTS]; /* the answers to an audit; type 0 = no more */
	uint32_t audits;			 /* questions that came */
	unsigned int audit_ms;			 /* how long it takes */
	int fd, stop;
	pthread_t thread;
};

/* Returns when the control plane has taken it. */
void peer_start(struct peer *p, struct fixture *f);
void peer_stop(struct peer *p);
