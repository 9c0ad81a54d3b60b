/* SPDX-License-Identifier: BSD-3-Clause */
/* A counters region as a data plane makes it, for tests of those who read it. */
#pragma once

#include "weir_counters.h"

struct test_region {
	int fd; /* sealed SHRINK, GROW, SEAL unless made otherwise */
	uint64_t length;
	struct weir_counters_head *head; /* writable mapping */
};

/* @seals: F_SEAL_* to set at the end; 0 = none. */
void test_region_make(
	struct test_region *r, uint64_t instance, uint32_t workers, uint32_t ports, int seals);
void test_region_free(struct test_region *r);

struct weir_port_counters *test_region_port(struct test_region *r, uint32_t i);
struct weir_worker_counters *test_region_worker(struct test_region *r, uint32_t i);
struct weir_backend_counters *test_region_backend(
	struct test_region *r, uint32_t worker, uint32_t slot);
struct weir_service_counters *test_region_service(
	struct test_region *r, uint32_t worker, uint32_t slot);
