/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the loader share. Each runs in a sandbox with a veth eth0 - peer0, two queues. */
#pragma once

#include "bpf_test.h"
#include "sandbox.h"
#include "xdp.h"

#define FRESH_NS 100000000ull
#define NODE	 "node1"
#define PINS	 "/sys/fs/bpf/weir/" NODE "/uplink0"

/* Messages since begin(). */
extern struct weir_diag d;

/* A control plane's start, without messages of an earlier one. */
struct xdp *begin(void);
/* Attach uplink0 to eth0; must succeed. Returns the descriptor of the beats. */
int attach(struct xdp *x);
struct xdp_status status(const struct xdp *x, uint32_t port);
/* A new descriptor of a pin of uplink0. */
int pinned(const char *name);
uint32_t map_id(int fd);
/* The program that the interface runs, whoever owns it; 0 = none. */
uint32_t running(const char *interface);

Suite *loader_suite(const char *name, const TTest *const *cases, size_t n);
