/* SPDX-License-Identifier: BSD-3-Clause */
/* A JSON array as a table for people (libsmartcols): one definition of columns gives aligned text,
 * raw text and the choice of -o.
 */
#pragma once

#include <jansson.h>

#include "commands.h"

enum listing_flag {
	LISTING_RIGHT = 1 << 0,	 /* numbers */
	LISTING_HIDDEN = 1 << 1, /* only with -o */
	LISTING_STATE = 1 << 2,	 /* colored by its word: up, drain, down, ... */
};

struct listing_column {
	const char *name; /* of -o; also the JSON field if there is no @text */
	const char *heading;
	unsigned int flags;
	/* Text of the cell where the field alone is not what a person wants. */
	void (*text)(const json_t *row, char *out, size_t size);
};

struct listing {
	const struct listing_column *columns;
	size_t n;
};

/* 0, or EXIT_USAGE after naming the unknown column of -o and those that there are. */
int listing_print(const struct options *o, const struct listing *l, const json_t *rows);

/* GET @path and print it: as it is with -j, else as a table. */
int listing_get(const struct options *o, const struct listing *l, const char *path);

/* The color of a state, or NULL. */
const char *listing_color(const char *state);
/* A JSON value in words: null is "-", a truth value "yes" or "no". */
const char *listing_value(const json_t *value, char *out, size_t size);
