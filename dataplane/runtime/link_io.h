/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets with descriptors: the mechanics under link.c. */
#pragma once

#include "weir_link.h"

#define LINK_MAX_FDS (WEIR_MAX_PORTS + 1)

/* A connected, non-blocking SOCK_SEQPACKET socket to @path whose peer is root or of our uid; -EPERM
 * if it is somebody else; or another -errno.
 */
int link_io_connect(const char *path);
/* 0 or -errno. */
int link_io_send_hello(int fd, const struct weir_hello *h, int counters_fd);

/* What came with a welcome. The descriptors belong to the caller. */
struct link_welcome {
	struct weir_welcome msg;
	int fd[LINK_MAX_FDS];
	uint32_t n_fds;
};
/* 1 = @out is filled, 0 = nothing there yet, -ECONNRESET = the peer hung up, -EPROTO = not a welcome
 * (nothing is left open).
 */
int link_io_receive(int fd, struct link_welcome *out);
void link_io_close_fds(struct link_welcome *w);
