/* SPDX-License-Identifier: BSD-3-Clause */
/* Pages for people: aligned `key  value` lines. */
#pragma once

#include <jansson.h>

#include "options.h"

#define PAGE_KEY_WIDTH 12

/* One line. @color: a name of listing_color(), or NULL. */
void page_line(const struct options *o, const char *key, const char *color, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Values of an object: 0 and "-" where a field is missing. */
long long page_int(const json_t *object, const char *key);
const char *page_text(const json_t *object, const char *key);
/* "2 d 3 h", "5 min 10 s" */
const char *page_duration(long long seconds, char *out, size_t size);
/* Local time of a wall clock time. */
const char *page_time(long long when, char *out, size_t size);
