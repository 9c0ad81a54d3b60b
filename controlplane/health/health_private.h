/* SPDX-License-Identifier: BSD-3-Clause */
/* The parent's side: health.c takes results, health_set.c keeps the set of probes, health_process.c
 * the life of the checker.
 */
#pragma once

#include <event2/bufferevent.h>

#include "health.h"
#include "health_wire.h"

struct probe {
	struct wire_spec spec;
	uint32_t slot, serial;
	uint32_t first, count; /* whose they are: a range of health->ids */
};

struct health {
	struct event_base *base;
	void (*result)(void *arg, const struct health_result *r);
	void *arg;

	struct probe *probes; /* sorted by spec, each once */
	uint32_t n_probes;
	uint32_t *ids;
	uint32_t next_serial;
	uint32_t version;		   /* of the set: a result's callback may replace it */
	int32_t slots[HEALTH_MAX_TARGETS]; /* index into probes; -1 = free */

	int pid, pidfd; /* 0, -1 = no checker */
	struct bufferevent *pipe;
	struct event *exited, *retry, *watchdog;
	uint32_t backoff_ms;
	uint32_t silent_s;
	uint64_t started_us;
	struct health_status status;
};

/* health.c: a whole report has come. -EPROTO if it is not one that an honest checker sends. */
int health_report(struct health *h, const struct wire_report *w);

/* health_set.c. Sends what is new and what is gone to the checker. 0 or -errno. */
int health_set_replace(struct health *h, const struct health_target *t, uint32_t n);
/* The whole set, to a checker that knows nothing. */
void health_set_send_all(struct health *h);

/* health_process.c */
int health_process_open(struct health *h);
void health_process_close(struct health *h);
void health_process_send(struct health *h, const struct probe *p, enum wire_order order);
