/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of a configuration with its includes put in place, and where each line came from.
 * libconfig 1.5 could include by itself, but knows one folder for all files, no loops, and drops an
 * open comment silently. An include is relative to the folder of the file that says it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "diag.h"

#define SOURCE_MAX_BYTES    (16u << 20) /* all files together; 16,383 backends take about 1 MiB */
#define SOURCE_MAX_INCLUDES 10		/* depth */

struct source_line {
	uint32_t file; /* index */
	uint32_t line;
};

struct source {
	char *text; /* terminated by a zero byte; holds no other */
	size_t len, room;
	struct source_line *lines; /* of each line of @text */
	size_t n_lines, room_lines;
	char **files; /* names as to be shown */
	uint32_t n_files;
};

/* Start from zero; source_free() also after a failure. 0 or -EINVAL, with messages in @d. */
int source_read(struct source *s, const char *file, struct weir_diag *d);
void source_free(struct source *s);
/* Where line @line of the joined text (from 1) stands. */
const char *source_file(const struct source *s, unsigned int line);
unsigned int source_line(const struct source *s, unsigned int line);
