/* SPDX-License-Identifier: BSD-3-Clause */
/* Between validate.c (the walk over the tree) and validate_value.c (one value). */
#pragma once

#include "schema.h"

#define VALIDATE_SHOWN 80 /* bytes of a foreign value in a message */

struct validate {
	const struct schema_key *keys;
	size_t n;
	struct weir_diag *d;
};

/* A place in the file: the setting, and its path as it is written there. */
struct validate_at {
	const config_setting_t *s;
	const char *path;
};

/* "path: text" at the line of the setting. */
void validate_error(const struct validate *v, const struct validate_at *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Is the setting of the key's type, and in its range? Not for groups. */
void validate_value(
	const struct validate *v, const struct validate_at *at, const struct schema_key *key);
/* 1..63 of A-Z a-z 0-9 _ . - */
int validate_name_ok(const char *name);

/* The types of validate_net.c. */
void validate_address(const struct validate *v, const struct validate_at *at, const char *text);
void validate_endpoint(const struct validate *v, const struct validate_at *at, const char *text);
void validate_cpus(const struct validate *v, const struct validate_at *at, const char *text);
void validate_prefixes(
	const struct validate *v, const struct validate_at *at, const struct schema_key *key);
