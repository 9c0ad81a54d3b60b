/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <stdint.h>
#include <time.h>

#include "flow_table.h"

#define CLOCK_S_NS  1000000000ull
#define CLOCK_MS_NS 1000000ull

static inline uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_S_NS + (uint64_t)ts.tv_nsec;
}

static inline uint64_t clock_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* Read from the vDSO without touching the TSC: what XDP compares heartbeats with has the same
 * resolution.
 */
static inline uint64_t clock_coarse_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC_COARSE);
}

static inline flow_time clock_flow_time(uint64_t ns)
{
	return (flow_time)(ns / (FLOW_TICK_MS * CLOCK_MS_NS)) & FLOW_TIME_MASK;
}
