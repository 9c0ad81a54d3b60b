/* SPDX-License-Identifier: BSD-3-Clause */
/* What a human reads about bad input: where, what, the allowed range, the remedy. */
#pragma once

#include <stdint.h>

#define DIAG_MAX 64 /* messages kept; further ones are counted */

struct diag_message {
	char file[256];	   /* empty: not about a file */
	unsigned int line; /* 0: not about a line */
	int warning;	   /* 1: the input is still usable */
	char text[512];	   /* "path: what, allowed range" */
};

/* Collects messages; start from zero. No allocation. */
struct weir_diag {
	unsigned int n;	       /* messages kept */
	unsigned int n_errors; /* errors seen, kept or not */
	struct diag_message msg[DIAG_MAX];
};

void diag_error(struct weir_diag *d, const char *file, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void diag_warning(struct weir_diag *d, const char *file, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Prints each as `file:line: error: text`, and the line itself below where there is one. */
void diag_print(const struct weir_diag *d, void *stdio_file);
