/* SPDX-License-Identifier: BSD-3-Clause */
/* Weighted Maglev rows (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load
 * Balancer", NSDI 2016, section 3.4), built from stable names, so that the same set gives the same
 * rows on every node, whatever order it came in. The exact rule, in pseudocode, with test vectors:
 * tests/model/README.md.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct maglev_member {
	const char *name; /* stable identity; sorted by bytes inside */
	uint32_t weight;  /* 0 = takes no row */
	uint32_t slot;	  /* what is written into the row */
};

/* The smallest listed prime >= 100 x members (251 ... 65,537). */
uint32_t maglev_rows(uint32_t members);
/* 1 if @n is a prime that a pool may have as its number of rows. */
int maglev_rows_valid(uint32_t n);

/* Bytes of scratch memory that maglev_build() needs. */
size_t maglev_scratch_size(uint32_t n_members, uint32_t n_rows);

/* Fill @out[n_rows] with slots; WEIR_SLOT_NONE everywhere if no member has a weight. @scratch is
 * at least maglev_scratch_size() bytes, 8-byte aligned. Names must differ. Returns 0 or -EINVAL.
 */
int maglev_build(const struct maglev_member *members, uint32_t n_members, uint32_t n_rows,
	uint32_t *out, void *scratch);
