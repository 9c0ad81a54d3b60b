/* SPDX-License-Identifier: BSD-3-Clause */
/* A data plane's end of the link, for tests of the control plane: the socket, the descriptors and
 * the rings are real; what it answers is the test's choice.
 */
#pragma once

#include "regions.h"
#include "weir_link.h"
#include "weir_ring.h"

struct test_plane {
	int fd; /* -1 = not connected */
	struct weir_hello hello;
	struct test_region counters;
	int region_fd; /* -1 = no welcome yet */
	struct weir_region *region;
	struct weir_welcome welcome;
	int beats[WEIR_MAX_PORTS];
	uint32_t n_beats;
	struct weir_ring_end command, reply;
};

/* A hello without fault and its counters region; not connected yet. */
void test_plane_init(struct test_plane *p, uint64_t instance);
/* 0 or -errno. */
int test_plane_connect(struct test_plane *p, const char *path);
/* @length bytes of the hello, with @n_fds copies of the counters' descriptor. 0 or -errno. */
int test_plane_send(struct test_plane *p, size_t length, int n_fds);
/* 1 = welcome taken, 0 = not yet, -1 = the other side hung up. */
int test_plane_welcome(struct test_plane *p);
/* Next command, as weir_ring_get(). */
int test_plane_command(struct test_plane *p, struct weir_msg *m);
/* Seals and sends. */
void test_plane_reply(struct test_plane *p, struct weir_msg m);
void test_plane_close(struct test_plane *p);
void test_plane_free(struct test_plane *p);
