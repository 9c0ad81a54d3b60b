/* SPDX-License-Identifier: BSD-3-Clause */
/* A second thread that does the main lcore's part: each 10 ms it checks, builds and publishes the table
 * anew and frees the old one after its grace period.
 */
#pragma once

#include "world.h"

#define PUSHER_PERIOD_MS 10

/* On any CPU but the caller's, if there is another. 0 or -errno. */
int pusher_start(struct world *w);
/* 0, or what the last push ended with. */
int pusher_stop(void);
