// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include <xxhash.h>

#include "maglev.h"
#include "maglev_turns.h"
#include "weir_table.h"

/* The walk of a member over the rows: a permutation, since the number of rows is prime. */
struct walk {
	uint32_t at;   /* next row that it would like */
	uint32_t skip; /* 1 .. n_rows - 1 */
};

/* Primes near the powers of two. Up to AUTO_ROWS the size of a pool chooses; the larger ones are for
 * an explicit `rows`.
 */
static const uint32_t primes[] = {
	251,
	509,
	1021,
	2039,
	4093,
	8191,
	16381,
	32749,
	65537,
	131071,
	262139,
	655373,
};
#define N_PRIMES  (sizeof(primes) / sizeof(primes[0]))
#define AUTO_ROWS 65537u

uint32_t maglev_rows(uint32_t members)
{
	uint64_t wanted = (uint64_t)members * 100;
	unsigned int i;

	for (i = 0; primes[i] < AUTO_ROWS; i++)
		if (primes[i] >= wanted)
			break;
	return primes[i];
}

int maglev_rows_valid(uint32_t n)
{
	unsigned int i;

	for (i = 0; i < N_PRIMES; i++)
		if (primes[i] == n)
			return 1;
	return 0;
}

static size_t taken_words(uint32_t n_rows)
{
	return (n_rows + 63) / 64;
}

size_t maglev_scratch_size(uint32_t n_members, uint32_t n_rows)
{
	return taken_words(n_rows) * sizeof(uint64_t) + n_members * sizeof(struct walk) +
	       turns_memsize(n_members);
}

static void walk_init(struct walk *w, const char *name, uint32_t n_rows)
{
	size_t len = strlen(name);

	w->at = (uint32_t)(XXH3_64bits_withSeed(name, len, 0) % n_rows);
	w->skip = (uint32_t)(XXH3_64bits_withSeed(name, len, 1) % (n_rows - 1)) + 1;
}

/* The first row of the walk that nobody has taken. One is left. The bitmap of taken rows fits the
 * first-level cache, where the rows would not: this search is where the time goes.
 */
static uint32_t walk_next(struct walk *w, uint64_t *taken, uint32_t n_rows)
{
	uint32_t row;

	do {
		row = w->at;
		w->at += w->skip;
		if (w->at >= n_rows)
			w->at -= n_rows;
	} while (taken[row / 64] >> row % 64 & 1);
	taken[row / 64] |= (uint64_t)1 << row % 64;
	return row;
}

static void deal(
	struct turns *t, struct walk *walks, uint64_t *taken, uint32_t n_rows, uint32_t *out)
{
	uint32_t i, rank;

	memset(taken, 0, taken_words(n_rows) * sizeof(*taken));
	for (i = 0; i < t->n_members; i++)
		walk_init(&walks[i], t->members[t->by_rank[i]].name, n_rows);
	for (i = 0; i < n_rows; i++) {
		rank = turns_next(t);
		out[walk_next(&walks[rank], taken, n_rows)] = t->members[t->by_rank[rank]].slot;
	}
}

int maglev_build(const struct maglev_member *members, uint32_t n_members, uint32_t n_rows,
	uint32_t *out, void *scratch)
{
	uint64_t *taken = scratch;
	struct walk *walks;
	struct turns turns;
	uint32_t i;
	int ret;

	if (!maglev_rows_valid(n_rows))
		return -EINVAL;
	walks = (struct walk *)(taken + taken_words(n_rows));
	ret = turns_init(&turns, members, n_members, walks + n_members);
	if (ret < 0)
		return ret;
	if (turns.n_ring > 0) {
		deal(&turns, walks, taken, n_rows, out);
		return 0;
	}
	for (i = 0; i < n_rows; i++)
		out[i] = WEIR_SLOT_NONE;
	return 0;
}
