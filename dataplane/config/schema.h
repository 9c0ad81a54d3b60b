/* SPDX-License-Identifier: BSD-3-Clause */
/* One table says what may stand in the configuration; libconfig reads it. From the table come
 * validation, "did you mean" and the documentation. libconfig 1.5 truncates integers above 2^31
 * silently, so sizes, durations, rates and percentages are quoted strings with a unit, and a longer
 * integer is refused by looking at the text.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <libconfig.h>

#include "diag.h"

enum schema_type {
	SCHEMA_GROUP, /* keys below it have rows of their own */
	SCHEMA_NAMED, /* a group keyed by names: rows below it use `*` for the name */
	SCHEMA_STRING,
	SCHEMA_ENUM, /* `range` is "a|b|c" */
	SCHEMA_INT,  /* min..max */
	SCHEMA_BOOL,
	SCHEMA_SIZE,	 /* "512M": k, M, G are powers of 1024; min..max in bytes */
	SCHEMA_COUNT,	 /* "4M": k, M, G are powers of 1000 */
	SCHEMA_DURATION, /* "20ms": us, ms, s, m, h, d; min..max in microseconds */
	SCHEMA_PERCENT,	 /* "50%" */
	SCHEMA_ADDRESS,	 /* "192.0.2.1" or "2001:db8::1" */
	SCHEMA_PREFIXES, /* array of "192.0.2.0/24" */
	SCHEMA_ENDPOINT, /* "127.0.0.1:9477", "[::1]:9477" */
	SCHEMA_CPUS,	 /* "2-5,7" */
	SCHEMA_PATH,	 /* absolute */
	SCHEMA_NAME,	 /* 1..63 of A-Z a-z 0-9 _ . - */
};

/* The effect of a key. */
enum schema_effect {
	SCHEMA_WORKS,
	SCHEMA_INERT, /* known, without effect in this version: a warning says so */
};

/* What a change of the key needs. */
enum schema_reload { RELOAD_LIVE, RELOAD_RESTART_DATAPLANE, RELOAD_RESTART_CONTROLPLANE };

struct schema_key {
	const char *path; /* "dataplane.ports.*.queues" */
	enum schema_type type;
	int64_t min, max;     /* where the type has a range; STRING, PATH: bytes; both 0 = none */
	const char *range;    /* SCHEMA_ENUM: the words */
	const char *fallback; /* default as written in a file; NULL = none */
	int required;
	enum schema_reload reload;
	const char *help;  /* one line */
	int64_t step;	   /* the value is a multiple of it; 0 = any */
	const char *later; /* SCHEMA_ENUM: words refused as not available in this version */
	enum schema_effect effect;
};

/* Read @file (and what it includes) into @cfg, which the caller has initialised and destroys.
 * Syntax errors, unreadable or empty files and integers out of range go to @d. 0 or -EINVAL.
 */
int schema_read(config_t *cfg, const char *file, struct weir_diag *d);
/* Validate all of @cfg against @keys: unknown keys ("did you mean"), types, ranges, missing ones. */
int schema_validate(
	const config_t *cfg, const struct schema_key *keys, size_t n, struct weir_diag *d);
/* The same for one top-level group, the rest of the file unseen; it must be there. */
int schema_validate_group(const config_t *cfg, const char *group, const struct schema_key *keys,
	size_t n, struct weir_diag *d);
/* The row of a path written as in the table ("services.*.port"), or NULL. */
const struct schema_key *schema_find(const struct schema_key *keys, size_t n, const char *pattern);

/* Values of a validated file; the key's fallback where it is absent. @path is concrete
 * ("dataplane.ports.uplink0.queues") and @keys is searched with `*`. They cannot fail after
 * schema_validate(); a key with neither value nor fallback gives NULL, 0 or an empty list.
 */
struct schema_view {
	const config_t *cfg;
	const struct schema_key *keys;
	size_t n;
};
const char *schema_string(const struct schema_view *v, const char *path);
/* INT, BOOL, SIZE (bytes), COUNT, DURATION (microseconds), PERCENT. */
int64_t schema_number(const struct schema_view *v, const char *path);
/* Is the key written in the file itself? */
int schema_present(const struct schema_view *v, const char *path);
/* Where a key stands, for messages about it; file is "" and line 0 if it is not written. */
void schema_where(
	const struct schema_view *v, const char *path, const char **file, unsigned int *line);

/* One group of the file with the pattern of its path ("services.*"): lookups below it cost the same
 * however many brothers it has. @key is relative: "check.interval". @at NULL = group not written.
 */
struct schema_group {
	const struct schema_view *view;
	const config_setting_t *at;
	const char *pattern;
};
const config_setting_t *schema_in(const struct schema_group *g, const char *key); /* or NULL */
const char *schema_in_string(const struct schema_group *g, const char *key);
int64_t schema_in_number(const struct schema_group *g, const char *key);

/* A key that stands in the file: "" and 0 for NULL. */
const char *schema_file(const config_setting_t *s);
unsigned int schema_line(const config_setting_t *s);

/* The table as documentation. */
void schema_print_markdown(const struct schema_key *keys, size_t n, void *stdio_file);
