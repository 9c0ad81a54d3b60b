/* SPDX-License-Identifier: BSD-3-Clause */
/* Prometheus text, format 0.0.4 (prometheus.io, "Exposition formats"): a family is opened once with
 * its help and type, then come its series. Names and help are ours; label values may be anything
 * and are escaped.
 *
 * The number of series has a hard limit. Series beyond it are left out and counted, so that a huge
 * configuration costs detail and not the scrape.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#define METRICS_MAX_SERIES 100000u

struct metrics_writer {
	char *buf; /* grown with realloc; not terminated */
	size_t len, size;
	const char *family;
	uint32_t series, max_series;
	uint64_t left_out;
	int failed; /* no memory: buf is incomplete */
};

/* Starts empty; writer_free() releases the buffer. */
void writer_init(struct metrics_writer *w, uint32_t max_series);
void writer_free(struct metrics_writer *w);

/* @type: "counter" (the name ends in _total) or "gauge". */
void writer_family(struct metrics_writer *w, const char *name, const char *type, const char *help);

/* One series of the family. The labels follow as pairs of strings, name and value, ended by NULL. */
void writer_u64(struct metrics_writer *w, uint64_t value, ...) __attribute__((sentinel));
void writer_double(struct metrics_writer *w, double value, ...) __attribute__((sentinel));
