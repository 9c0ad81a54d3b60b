/* SPDX-License-Identifier: BSD-3-Clause */
/* Who takes the next turn when rows are dealt out: members in proportion to their weights.
 *
 * Rule: turn k (1, 2, ...) of a member of weight w is due at (2k - 1) / w; the earliest due turn is
 * next, ties go to the smaller name. That is the method of Webster and Sainte-Lague: the number of
 * turns is the exact share, rounded to the nearest (k / w would round down, in favour of the heavy).
 * It is exact in integers, and the order of two members' turns depends on these two alone, so that
 * a change of one weight disturbs no other pair.
 *
 * Members of one weight are due together and go round in the order of their names: such a class is
 * one element of a heap, and equal weights cost O(1) per turn.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "maglev.h"

/* Members of one weight: ranks ring[first .. first + count). */
struct turn_class {
	uint32_t weight;
	uint32_t first, count;
	uint32_t at;  /* whose turn it is: ring[first + at] */
	uint64_t odd; /* 2k - 1 of that turn; under 2^22, so that odd x weight fits 64 bits */
};

/* A *rank* is a position in the order of the names. */
struct turns {
	const struct maglev_member *members;
	uint32_t *by_rank; /* rank -> index into members */
	uint32_t *ring;	   /* ranks with a weight, by weight, then by name */
	uint32_t *heap;	   /* of class indices, earliest due first */
	struct turn_class *classes;
	uint32_t n_members; /* = number of ranks */
	uint32_t n_ring;
	uint32_t n_classes;
};

size_t turns_memsize(uint32_t n_members);

/* @mem: turns_memsize() bytes, 8-byte aligned. -EINVAL if two names are equal. */
int turns_init(struct turns *t, const struct maglev_member *members, uint32_t n_members, void *mem);

/* Rank of the member whose turn is next. At least one member has a weight. */
uint32_t turns_next(struct turns *t);
