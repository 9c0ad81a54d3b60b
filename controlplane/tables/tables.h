/* SPDX-License-Identifier: BSD-3-Clause */
/* From the model to a table blob: rows by weighted Maglev, only where they changed. */
#pragma once

#include "model.h"

/* Rebuild the rows of pools whose members or weights changed since the last call; raises a pool's
 * version when its rows differ. Returns the number of pools whose rows changed, or -errno.
 */
int tables_build_rows(struct model *m);

/* Write the table of @m into @out (WEIR_BLOB_SIZE bytes). @held(pool) says whether the data plane
 * holds the pool's rows, which are then left out; NULL = leave out nothing. generation and checksum
 * go into the head; the model is not changed. Returns the length, or -E2BIG.
 */
int64_t tables_write(const struct model *m, uint64_t generation,
	int (*held)(const struct model_pool *p, void *arg), void *arg, uint8_t *out);

/* Content identity: checksum of the whole table as if no pool were left out and generation were 0.
 * Equal content needs no push.
 */
uint64_t tables_content(const struct model *m);
