/* SPDX-License-Identifier: BSD-3-Clause */
/* The region of weir_counters.h: made, mapped and sealed here. */
#pragma once

#include "weir_counters.h"

/* Main lcore: writes head and ports. Each worker: writes its own part through the pointers. */
struct counters {
	int fd; /* sealed: goes to the control plane */
	struct weir_counters_head *head;
	struct weir_port_counters *ports;
	uint64_t length;
};

/* 0 or -errno. */
int counters_init(struct counters *c, uint32_t n_workers, uint32_t n_ports);
void counters_free(struct counters *c);

struct weir_worker_counters *counters_worker(const struct counters *c, uint32_t worker);
struct weir_backend_counters *counters_backends(const struct counters *c, uint32_t worker);
struct weir_service_counters *counters_services(const struct counters *c, uint32_t worker);
