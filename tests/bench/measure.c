// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include <rte_cycles.h>

#include "measure.h"

#define CHUNK_BURSTS 64
#define CHUNKS	     96 /* of floor and of case in a round: some 10 and 30 ms */
#define INTERRUPTED  3.0

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double measure_quantile(double *v, unsigned int n, double part)
{
	qsort(v, n, sizeof(*v), by_value);
	return v[(unsigned int)((n - 1) * part + 0.5)];
}

/* Mean of the chunks that nobody interrupted. */
static double mean_of_quiet(double *v, unsigned int n, struct measure *m)
{
	double limit = INTERRUPTED * measure_quantile(v, n, 0.5), sum = 0, all = 0;
	unsigned int quiet = 0;

	for (unsigned int i = 0; i < n; i++) {
		all += v[i];
		if (v[i] > limit)
			continue;
		sum += v[i];
		quiet++;
	}
	m->stolen += (all - sum) / all / (2 * MEASURE_ROUNDS);
	return sum / quiet;
}

static double chunks(struct world *w, void (*turn)(struct world *w), struct measure *m)
{
	double cycles[CHUNKS];

	for (unsigned int i = 0; i < CHUNKS; i++) {
		uint64_t start = rte_rdtsc_precise();

		for (unsigned int k = 0; k < CHUNK_BURSTS; k++)
			turn(w);
		cycles[i] = (double)(rte_rdtsc_precise() - start) / CHUNK_BURSTS / WORLD_BURST;
	}
	return mean_of_quiet(cycles, CHUNKS, m);
}

void measure_world(struct world *w, struct measure *out)
{
	double floor[MEASURE_ROUNDS], gross[MEASURE_ROUNDS], net[MEASURE_ROUNDS];

	*out = (struct measure){0};
	chunks(w, world_turn, out);
	out->stolen = 0; // that was to warm up
	for (int i = 0; i < MEASURE_ROUNDS; i++) {
		floor[i] = chunks(w, world_floor_turn, out);
		gross[i] = chunks(w, world_turn, out);
		net[i] = gross[i] - floor[i];
	}
	out->floor = measure_quantile(floor, MEASURE_ROUNDS, 0.5);
	out->gross = measure_quantile(gross, MEASURE_ROUNDS, 0.5);
	out->net = measure_quantile(net, MEASURE_ROUNDS, 0.5);
	out->spread = measure_quantile(net, MEASURE_ROUNDS, 0.75) -
		      measure_quantile(net, MEASURE_ROUNDS, 0.25);
}

int measure_ms(int (*run)(void *arg), void *arg, struct measure *out)
{
	double ms[MEASURE_ROUNDS];
	int rc = run(arg);

	for (int i = 0; i < MEASURE_ROUNDS && rc == 0; i++) {
		uint64_t start = rte_rdtsc_precise();

		rc = run(arg);
		ms[i] = (double)(rte_rdtsc_precise() - start) * 1e3 / (double)rte_get_tsc_hz();
	}
	if (rc != 0)
		return rc;
	*out = (struct measure){0};
	out->gross = out->net = measure_quantile(ms, MEASURE_ROUNDS, 0.5);
	out->spread = measure_quantile(ms, MEASURE_ROUNDS, 0.75) -
		      measure_quantile(ms, MEASURE_ROUNDS, 0.25);
	return 0;
}
