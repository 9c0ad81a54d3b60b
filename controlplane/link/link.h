/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane's end of weir_link.h and weir_ring.h: listens for the data plane, hands over the
 * region, pushes tables one at a time (newest state wins, nothing queues up), hears the answers.
 */
#pragma once

#include <event2/event.h>

#include "model.h"
#include "stats.h"
#include "weir_link.h"
#include "weir_ring.h"
#include "weir_verify.h"

struct link; /* opaque */

/* Called from the event loop. */
struct link_hooks {
	void *arg;
	/* A data plane said hello. Attach XDP to its interfaces and fill @fds with one descriptor of
	 * the `weir_beats` map for each port with an interface (order of the ports, borrowed), *mask
	 * with their bits. A negative errno keeps the data plane waiting; it asks again.
	 */
	int (*hello)(
		void *arg, const struct weir_hello *h, int fds[WEIR_MAX_PORTS], uint32_t *mask);
	/* @reason NONE: every worker uses @generation. */
	void (*answer)(void *arg, uint64_t generation, enum weir_refusal reason, uint64_t detail);
	void (*gone)(void *arg);
};

/* Makes the directory of @socket_path (0750) and removes a stale socket file; a socket on which
 * somebody listens is left alone. The socket has mode 0660. NULL and errno, with a log line.
 */
struct link *link_new(struct event_base *base, const char *socket_path, struct stats *stats,
	struct model *model, const struct link_hooks *hooks);
void link_free(struct link *l);

/* The model's table changed: send it as m->generation as soon as the last push is answered; only the
 * newest state is sent. Nothing is sent before the first call, so that a table is not pushed before
 * the model is complete. If the data plane already uses this content, nothing is sent and
 * m->generation becomes its generation; if its generation is as high as ours with other content,
 * m->generation rises above it.
 */
void link_push(struct link *l);
int link_connected(const struct link *l);
/* What the data plane said last; NULL before its first hello. */
const struct weir_hello *link_hello(const struct link *l);

struct link_status {
	int connected;
	uint64_t applied_generation; /* by the last answer or hello */
	uint64_t pushes, applied, refused;
	enum weir_refusal last_refusal; /* of the newest push that was refused; NONE = never */
	uint64_t last_refused_generation, last_refused_detail;
	time_t last_refused_at;
};
void link_status(const struct link *l, struct link_status *out);

/* Ask the data plane for a flow by its hash; @answer is called once, with NULL on timeout (1 s) or
 * when nothing is connected (then, or with too many questions open, before this returns).
 */
void link_flow_query(struct link *l, uint64_t hash,
	void (*answer)(void *arg, const struct weir_msg *reply), void *arg);

/* What a data plane found in its own accounts: see weir_verify.h. Figures of another process. */
struct link_accounts {
	uint32_t n_workers; /* <= WEIR_MAX_WORKERS */
	struct {
		unsigned int parts; /* bits of enum weir_verify_part; not all: it did not answer */
		struct weir_verify_packets packets;
		struct weir_verify_flows flows;
	} worker[WEIR_MAX_WORKERS];
	struct weir_verify_mbufs mbufs;
};

/* Ask the data plane to audit itself; @answer is called once, with NULL on timeout (4 s) or when
 * nothing is connected (then, or while an audit is open, before this returns).
 */
void link_verify(
	struct link *l, void (*answer)(void *arg, const struct link_accounts *accounts), void *arg);
