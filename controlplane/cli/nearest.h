/* SPDX-License-Identifier: BSD-3-Clause */
/* "Did you mean": the known word nearest to a misspelt one, by Levenshtein's distance
 * (V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals",
 * 1966). Words longer than NEAREST_MAX are never near.
 */
#pragma once

#define NEAREST_MAX 63

struct nearest {
	const char *word, *best;
	unsigned int distance;
};

struct nearest nearest_to(const char *word);
void nearest_try(struct nearest *n, const char *candidate);
/* 1 if the best candidate is near enough to be meant: a third of the letters may differ. */
int nearest_found(const struct nearest *n);
