/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole data plane, put together. The caller is the main lcore. */
#pragma once

#include "dataplane_conf.h"

struct daemon;

/* Checks the machine, starts DPDK, the workers and what can be opened of the ports. NULL after a
 * logged sentence.
 */
struct daemon *daemon_start(const struct dataplane_conf *conf);
/* Serves the control plane until daemon_request_stop(). */
void daemon_run(struct daemon *d);
void daemon_stop(struct daemon *d);

/* For signal handlers. */
void daemon_request_stop(void);
void daemon_note_reload(void);
