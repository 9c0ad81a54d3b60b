/* SPDX-License-Identifier: BSD-3-Clause */
/* A kernel interface as the kernel sees it. net_af_xdp reports a fixed MTU, and a link that stays up
 * even when the interface has been deleted.
 */
#pragma once

#include <stdint.h>

struct port_link {
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t rx_queues; /* 0 = the driver does not say */
	int up;
};

/* 0 or -errno. */
int port_link_read(const char *interface, struct port_link *out);
