/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the two files of JSON: what is there has to be understood, what is unknown is refused. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "diag.h"

/* Where a value stands, for messages: FILE: PLACE.KEY: ... */
struct json_place {
	const char *file;
	const char *place; /* "10.1.0.11", "ports[0]" */
	const json_t *object;
	struct weir_diag *d;
};

/* NULL and a message with the line, or the whole file, which the caller releases. */
json_t *json_read(const char *file, struct weir_diag *d);
/* Is it an object, and has it no other keys than those of the NULL-terminated list? 0 or -EINVAL. */
int json_check_keys(const struct json_place *p, const char *const *keys);

/* 1 = read, 0 = not there and @out untouched, -EINVAL = wrong. */
int json_get_number(
	const struct json_place *p, const char *key, uint32_t min, uint32_t max, uint32_t *out);
int json_get_text(const struct json_place *p, const char *key, const char **out);
int json_get_mac(const struct json_place *p, const char *key, uint8_t out[6]);
