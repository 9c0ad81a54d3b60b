/* SPDX-License-Identifier: BSD-3-Clause */
/* DPDK's environment, started from our configuration: lcore 0 is the main one on the first CPU of
 * dataplane.lcores, lcore i + 1 is worker i on the CPU after it; a CPU may be named more than once.
 */
#pragma once

#include "dataplane_conf.h"

/* Workers that the configuration asks for; at least 1. -EINVAL with a logged sentence. */
int eal_workers(const struct dataplane_conf *conf);
/* 0 or -errno with a logged sentence. */
int eal_start(const struct dataplane_conf *conf);
void eal_stop(void);

static inline unsigned int eal_worker_lcore(unsigned int worker)
{
	return worker + 1;
}
