/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers in options. Each reads from *@text and leaves it behind what it read. */
#pragma once

#include <stdint.h>

#define NUMBERS_S_NS  1000000000ull
#define NUMBERS_MAX_S 4294967295ull /* what a classic capture can say */

/* A number of @min..@max. 0 or -EINVAL. */
int numbers_read(const char **text, uint32_t min, uint32_t max, uint32_t *out);
/* Seconds, with up to nine decimals, exactly; at most NUMBERS_MAX_S. 0 or -EINVAL. */
int numbers_read_ns(const char **text, uint64_t *out);
