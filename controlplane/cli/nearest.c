// SPDX-License-Identifier: BSD-3-Clause
#include <limits.h>
#include <string.h>

#include "nearest.h"

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[NEAREST_MAX + 1], diagonal, above;
	size_t n = strlen(a), m = strlen(b);

	if (n > NEAREST_MAX || m > NEAREST_MAX)
		return UINT_MAX;
	for (unsigned int j = 0; j <= m; j++)
		row[j] = j;
	for (unsigned int i = 1; i <= n; i++) {
		diagonal = row[0];
		row[0] = i;
		for (unsigned int j = 1; j <= m; j++) {
			above = row[j];
			row[j] = min3(row[j - 1] + 1, above + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[m];
}

struct nearest nearest_to(const char *word)
{
	return (struct nearest){.word = word, .distance = UINT_MAX};
}

void nearest_try(struct nearest *n, const char *candidate)
{
	unsigned int d = distance(n->word, candidate);

	if (d < n->distance) {
		n->distance = d;
		n->best = candidate;
	}
}

int nearest_found(const struct nearest *n)
{
	return n->best && n->distance <= (strlen(n->word) + 2) / 3;
}
