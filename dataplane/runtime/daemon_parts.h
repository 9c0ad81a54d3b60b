/* SPDX-License-Identifier: BSD-3-Clause */
/* Between daemon.c and daemon_parts.c: what the daemon consists of, and how it is wired. */
#pragma once

#include "beats.h"
#include "counters.h"
#include "dataplane_conf.h"
#include "grace.h"
#include "link.h"
#include "memory.h"
#include "ports.h"
#include "publish.h"
#include "receiver.h"
#include "verify.h"
#include "workers.h"

struct daemon {
	const struct dataplane_conf *conf;
	struct memory_plan plan;
	struct table_limits limits;
	struct counters counters;
	struct grace grace;
	struct publish publish;
	struct workers workers;
	struct ports ports;
	struct beats *beats; /* of the last welcome, or NULL */
	struct receiver receiver;
	struct verify verify;
	struct link link;
	uint64_t ports_ns, count_ns, mbufs_ns; /* when each is due */
	int privileges_dropped;
};

/* An AF_XDP port needs a queue per worker: a worker sends only on a queue of its own. 0 or -EINVAL
 * with a logged sentence.
 */
int daemon_check_queues(const struct dataplane_conf *conf, uint32_t n_workers);
/* Everything but threads and ports. 0 or -errno with a logged sentence and nothing left behind. */
int daemon_build(struct daemon *d, uint32_t n_workers);
/* The workers have stopped and the ports are closed. */
void daemon_dismantle(struct daemon *d);
/* Give away the capabilities of every thread. */
void daemon_drop_everywhere(struct daemon *d);
