/* SPDX-License-Identifier: BSD-3-Clause */
/* A private network and mount namespace with a bpffs of its own, for one test: nothing outlives the
 * process, and nothing of the host is touched.
 */
#pragma once

/* Enter one; fails the test if the kernel refuses. */
void sandbox_enter(void);
/* A further network namespace; the mounts stay. Returns a descriptor of the one left behind. */
int sandbox_leave_network(void);
/* Run a shell command; fails the test unless it succeeds. */
void sandbox_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A program named @name that passes everything. Returns its descriptor. */
int sandbox_stranger(const char *name);
