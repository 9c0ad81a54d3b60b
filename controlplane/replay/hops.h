/* SPDX-License-Identifier: BSD-3-Clause */
/* Ports and next hops, which a control plane would ask the kernel for. */
#pragma once

#include "model.h"

#define HOPS_MTU     1500u
#define HOPS_MTU_MIN 576u
#define HOPS_MTU_MAX 65000u /* of a port: with its link header and headroom it fits one buffer */

struct hops_port {
	uint8_t mac[6];
	uint32_t mtu;
};

struct hops {
	uint32_t n_ports;
	struct hops_port port[WEIR_MAX_PORTS];
};

/* Made up, see weir-replay --help: each port has @mac, each backend is reached through port 0. */
void hops_default(struct hops *h, struct model *m, const uint8_t mac[6]);
/* As @file says; on top of hops_default(), for the ports it leaves out. 0, or -EINVAL and @d. */
int hops_load(struct hops *h, struct model *m, const char *file, struct weir_diag *d);
