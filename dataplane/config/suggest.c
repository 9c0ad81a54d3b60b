/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <string.h>

#include "suggest.h"

#define SUGGEST_MAX 63

static unsigned int suggest_min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int suggest_distance(const char *a, const char *b, unsigned int limit)
{
	unsigned int d[SUGGEST_MAX + 1][SUGGEST_MAX + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > SUGGEST_MAX || m > SUGGEST_MAX)
		return limit + 1;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			int x = tolower((unsigned char)a[i - 1]),
			    y = tolower((unsigned char)b[j - 1]);

			d[i][j] = suggest_min(d[i - 1][j], d[i][j - 1]) + 1;
			d[i][j] = suggest_min(d[i][j], d[i - 1][j - 1] + (x != y));
			if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
				y == tolower((unsigned char)a[i - 2]))
				d[i][j] = suggest_min(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[n][m];
}

unsigned int suggest_near(const char *word, const char *candidate, unsigned int best)
{
	size_t len = strlen(word);
	unsigned int limit = len <= 3 ? 1 : len <= 7 ? 2 : 3;
	unsigned int distance = suggest_distance(word, candidate, limit);

	if (distance > limit || distance >= len || (best && distance + 1 >= best))
		return 0;
	return distance + 1;
}
