/* SPDX-License-Identifier: BSD-3-Clause */
/* From the model to a table blob: rows by weighted Maglev, only where they changed. */
#pragma once

#include "model.h"

/* Rebuild the rows of pools whose members, weights or slots changed since the last call; raises a
 * pool's version when its rows differ. base == target in every row, so a change takes effect at
 * once for flows without an entry. Returns the number of pools whose rows changed, or -errno.
 */
int tables_build_rows(struct model *m);

/* Write the table of @m into @out (WEIR_BLOB_SIZE bytes). @held(pool) says whether the data plane
 * holds the pool's rows, which are then left out; NULL = leave out nothing. generation and checksum
 * go into the head; the model is not changed. Returns the length, -E2BIG, or -EAGAIN before the
 * first tables_build_rows().
 *
 * Equal content gives equal bytes: services by (vip, proto, port), pools by name, backends by slot,
 * next hops in the order in which the slots name them first. A next hop that the data plane would
 * refuse (see weir_table.h) is written as PENDING: it must not cost the whole table.
 */
int64_t tables_write(const struct model *m, uint64_t generation,
	int (*held)(const struct model_pool *p, void *arg), void *arg, uint8_t *out);

/* Content identity: checksum of a table with generation 0 and all rows left out (each pool still
 * says their checksum). Equal content needs no push. tables_write() puts it into the head. 0 if
 * there is no memory, or before the first tables_build_rows().
 */
uint64_t tables_content(const struct model *m);
