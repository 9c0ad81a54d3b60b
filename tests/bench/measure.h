/* SPDX-License-Identifier: BSD-3-Clause */
/* TSC cycles per packet on a machine that others use too.
 *
 *	round  = floor chunks, then case chunks      chunk = 64 bursts of 32
 *	value  = mean of the chunks that nobody interrupted (less than three times the median)
 *	result = median of the rounds; spread = the distance of their quartiles
 *
 * A mean and not a median within a round: what happens seldom (a new table, a sweep) costs too.
 */
#pragma once

#include "world.h"

#define MEASURE_ROUNDS 9

struct measure {
	double gross, net, floor; /* cycles per packet; net: median of the rounds' differences */
	double spread;		  /* of net */
	double stolen;		  /* part of the time that went to interrupted chunks */
};

/* Is a figure to be doubted? */
static inline int measure_is_noisy(const struct measure *m)
{
	return m->stolen > 0.05 || m->spread > 0.1 * m->gross;
}

/* Sorts @v. @part: 0.5 = median. */
double measure_quantile(double *v, unsigned int n, double part);

void measure_world(struct world *w, struct measure *out);
/* The same for milliseconds of one call of @run. 0, or the first of @run's errors. */
int measure_ms(int (*run)(void *arg), void *arg, struct measure *out);
