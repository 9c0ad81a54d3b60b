/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

struct unit {
	const char *name;
	int64_t factor;
};

/* Rising; the first one of a list may be "". */
static const struct unit units_size[] = {
	{"", 1}, {"k", 1ll << 10}, {"M", 1ll << 20}, {"G", 1ll << 30}, {"T", 1ll << 40}, {}};
static const struct unit units_count[] = {
	{"", 1}, {"k", 1000}, {"M", 1000000}, {"G", 1000000000}, {}};
static const struct unit units_duration[] = {{"us", 1}, {"ms", 1000}, {"s", 1000000},
	{"m", 60000000ll}, {"h", 3600000000ll}, {"d", 86400000000ll}, {}};
static const struct unit units_percent[] = {{"%", 1}, {}};
static const struct unit units_plain[] = {{"", 1}, {}};

static const struct unit *units_of(enum schema_type type)
{
	switch (type) {
	case SCHEMA_SIZE:
		return units_size;
	case SCHEMA_COUNT:
		return units_count;
	case SCHEMA_DURATION:
		return units_duration;
	case SCHEMA_PERCENT:
		return units_percent;
	default:
		return units_plain;
	}
}

int units_parse(enum schema_type type, const char *text, int64_t *out)
{
	int64_t value = 0;
	const char *p = text;
	int over = 0;

	for (; *p >= '0' && *p <= '9'; p++)
		over |= __builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, *p - '0', &value);
	if (p == text)
		return -EINVAL;
	for (const struct unit *u = units_of(type); u->name; u++) {
		if (strcmp(p, u->name))
			continue;
		if (over || __builtin_mul_overflow(value, u->factor, &value))
			return -ERANGE;
		*out = value;
		return 0;
	}
	return -EINVAL;
}

const char *units_text(enum schema_type type, int64_t value, char *out, size_t size)
{
	const struct unit *u = units_of(type), *best = u;

	/* "0s" reads better than "0us" and "0d". */
	if (value == 0 && type == SCHEMA_DURATION)
		best = &units_duration[2];
	for (; u->name && value; u++)
		if (value % u->factor == 0)
			best = u;
	snprintf(out, size, "%" PRId64 "%s", value / best->factor, best->name);
	return out;
}

const char *units_hint(enum schema_type type)
{
	switch (type) {
	case SCHEMA_SIZE:
		return "a whole number of bytes, or one with k, M, G or T, such as \"512M\"";
	case SCHEMA_COUNT:
		return "a whole number, or one with k, M or G, such as \"4M\"";
	case SCHEMA_DURATION:
		return "a whole number and one of us, ms, s, m, h, d, such as \"20ms\"";
	case SCHEMA_PERCENT:
		return "a whole number and %, such as \"50%\"";
	default:
		return NULL;
	}
}
