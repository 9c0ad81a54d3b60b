/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>

#include "numbers.h"

static int is_digit(char c)
{
	return isdigit((unsigned char)c);
}

/* At least one digit; no more than @max. */
static int read_digits(const char **text, uint64_t max, uint64_t *out)
{
	const char *at = *text;
	uint64_t n = 0;

	if (!is_digit(*at))
		return -EINVAL;
	for (; is_digit(*at); at++) {
		n = n * 10 + (uint64_t)(*at - '0');
		if (n > max)
			return -EINVAL;
	}
	*out = n;
	*text = at;
	return 0;
}

int numbers_read(const char **text, uint32_t min, uint32_t max, uint32_t *out)
{
	const char *at = *text;
	uint64_t n;

	if (read_digits(&at, max, &n) != 0 || n < min)
		return -EINVAL;
	*out = (uint32_t)n;
	*text = at;
	return 0;
}

int numbers_read_ns(const char **text, uint64_t *out)
{
	const char *at = *text;
	uint64_t s, ns = 0, unit = NUMBERS_S_NS;

	if (read_digits(&at, NUMBERS_MAX_S, &s) != 0)
		return -EINVAL;
	if (*at == '.') {
		for (at++; is_digit(*at) && unit > 1; at++) {
			unit /= 10;
			ns += (uint64_t)(*at - '0') * unit;
		}
		if (is_digit(*at) || at[-1] == '.')
			return -EINVAL;
	}
	*out = s * NUMBERS_S_NS + ns;
	*text = at;
	return 0;
}
