/* SPDX-License-Identifier: BSD-3-Clause */
/* Amounts with a unit, as the configuration writes them: whole numbers, no sign, no blanks. */
#pragma once

#include "schema.h"

/* SIZE ("512M": k, M, G, T of 1024; bytes without unit), COUNT ("4M": k, M, G of 1000), DURATION
 * (in microseconds; a unit is required) and PERCENT ("50%"). 0, -EINVAL if @text is no such amount,
 * -ERANGE if it does not fit in 63 bits. @out is untouched on failure.
 */
int units_parse(enum schema_type type, const char *text, int64_t *out);
/* The shortest way to write @value exactly. @out: at least 24 bytes. Returns @out. */
const char *units_text(enum schema_type type, int64_t value, char *out, size_t size);
/* "a whole number and one of us, ms, s, m, h, d, such as \"20ms\"", or NULL for other types. */
const char *units_hint(enum schema_type type);
