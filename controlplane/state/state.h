/* SPDX-License-Identifier: BSD-3-Clause */
/* The state file: what the control plane must not forget. JSON, written to a temporary file, synced
 * and renamed, so that a crash or a full disk leaves the old one. Keeps: generation and table
 * checksum, for each pool its id, the version and checksum of its rows (and the rows themselves if
 * they do not simply follow from the members), for each backend slot, incarnation,
 * override, verdict and counter base, for each service its slot and base, the last incarnation of
 * each slot, and the statistics' own part. Times are wall clock.
 */
#pragma once

#include "model.h"
#include "stats.h"

/* Put what @path keeps into @m and @s. A missing file is fine (0, *found = 0). A damaged one is left
 * where it is under the name PATH.damaged, said in @d as a warning, and ignored.
 */
int state_load(const char *path, struct model *m, struct stats *s, int *found, struct weir_diag *d);
/* 0 or -errno; the old file stays on any failure. */
int state_save(const char *path, const struct model *m, const struct stats *s);

/* The cluster key: 32 hexadecimal digits (16 bytes, as two little-endian words) and a newline, mode
 * 0600; a file that others may use is refused. With an empty @file one is made in @state_dir, once,
 * with a warning that says so. 0 or -errno with a message.
 */
int state_cluster_key(
	const char *file, const char *state_dir, uint64_t key[2], struct weir_diag *d);
