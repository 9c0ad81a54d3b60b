/* SPDX-License-Identifier: BSD-3-Clause */
/* Options, which may stand before or after the command. One table gives parsing, help and
 * completion.
 */
#pragma once

#include <stddef.h>

#define OPTIONS_SOCKET "/run/weir/api.sock"

struct options {
	int json, raw, no_headings, all, help;
	double watch_s;	     /* 0 = once */
	const char *columns; /* of -o, or NULL */
	const char *socket;
	const char *reason;
	int color; /* resolved: terminal, NO_COLOR and --color */
};

struct option_row {
	int letter; /* short form; above 255: none */
	const char *name;
	const char *arg; /* NULL = none; "[SEC]": may be left out */
	const char *help;
};
extern const struct option_row option_rows[];
extern const size_t n_option_rows;

/* Parse and permute @argv: the words that are no options are then argv[*first..argc). 0, or the exit
 * code for bad usage after saying what is wrong.
 */
int options_parse(int argc, char **argv, struct options *o, int *first);
