// SPDX-License-Identifier: BSD-3-Clause
/* Cycles of the hash and of the flow table, by the time stamp counter: medians over batches, so that
 * a stolen core does not show. Usage: bench_core
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <x86intrin.h>

#include "flow_table.h"
#include "siphash.h"

#define BATCHES 20001u
#define BURST	32u

static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
static uint64_t cycles[BATCHES];
static uint64_t sink; // keeps results alive

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static double median(uint32_t per_batch)
{
	qsort(cycles, BATCHES, sizeof(cycles[0]), by_value);
	return (double)cycles[BATCHES / 2] / per_batch;
}

/* Independent messages, as in a burst. */
static void bench_siphash(unsigned int words)
{
	uint64_t msg[BURST][5] = {0};
	uint32_t i, k;

	for (i = 0; i < BATCHES; i++) {
		uint64_t start = __rdtsc();

		for (k = 0; k < BURST; k++) {
			msg[k][0] = i;
			sink += siphash13(key, msg[k], words);
		}
		cycles[i] = __rdtsc() - start;
	}
	printf("siphash13 %u words: %.1f cycles\n", words, median(BURST));
}

static uint64_t hash_of(uint64_t i)
{
	return siphash13(key, (uint64_t[2]){i, 0}, 2);
}

/* The flows of one burst: random, so that each is a miss in the caches of a large table. */
static void draw(uint64_t hashes[BURST], uint32_t flows, uint64_t *seed)
{
	uint32_t k;

	for (k = 0; k < BURST; k++) {
		*seed = *seed * 6364136223846793005 + 1442695040888963407;
		hashes[k] = hash_of((*seed >> 33) % flows);
	}
}

/* Confirmed entries: embryonic ones would evict each other. The few that are refused cost what a
 * miss costs.
 */
static void fill(struct flow_table *t, uint32_t flows)
{
	struct flow_entry *e;
	uint32_t i;

	for (i = 0; i < flows; i++) {
		e = flow_table_insert(t, hash_of(i), 1, 1, 0, 3600);
		if (e != NULL)
			flow_table_touch(e, FLOW_CONFIRMED, 0, 3600);
	}
}

static uint64_t slot_of(const struct flow_entry *e)
{
	return e == NULL ? 0 : e->slot;
}

static void find_burst(struct flow_table *t, const uint64_t hashes[BURST])
{
	uint32_t k;

	for (k = 0; k < BURST; k++)
		flow_table_prefetch(t, hashes[k]);
	for (k = 0; k < BURST; k++)
		sink += slot_of(flow_table_find(t, hashes[k], 1));
}

static void find_plain(struct flow_table *t, const uint64_t hashes[BURST])
{
	uint32_t k;

	for (k = 0; k < BURST; k++)
		sink += slot_of(flow_table_find(t, hashes[k], 1));
}

static double bench_find(struct flow_table *t, uint32_t flows,
	void (*find)(struct flow_table *t, const uint64_t hashes[BURST]))
{
	uint64_t hashes[BURST], seed = 1, start;
	uint32_t i;

	for (i = 0; i < BATCHES; i++) {
		draw(hashes, flows, &seed);
		start = __rdtsc();
		find(t, hashes);
		cycles[i] = __rdtsc() - start;
	}
	return median(BURST);
}

/* @flows entries in a table made for as many. */
static void bench_table(uint32_t flows)
{
	static const uint64_t secret[2] = {1, 2};
	size_t size = (flow_table_memsize(flows) + (2 << 20) - 1) >> 21 << 21;
	void *mem = aligned_alloc(2 << 20, size);
	struct flow_table *t;

	madvise(mem, size,
		MADV_HUGEPAGE); // workers use huge pages; here as far as the kernel gives
	t = flow_table_init(mem, flows, secret, NULL, 0);
	fill(t, flows);
	printf("find, %u flows in %zu MB: %.1f cycles with prefetch over %u, %.1f without\n", flows,
		size >> 20, bench_find(t, flows, find_burst), BURST,
		bench_find(t, flows, find_plain));
	free(mem);
}

int main(void)
{
	bench_siphash(2);
	bench_siphash(5);
	bench_table(1 << 16);
	bench_table(1000000);
	return sink == 0;
}
