// SPDX-License-Identifier: BSD-3-Clause
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "page.h"

static const char *escape_of(const char *color)
{
	if (strcmp(color, "red") == 0)
		return "\033[31m";
	if (strcmp(color, "green") == 0)
		return "\033[32m";
	return "\033[33m";
}

void page_line(const struct options *o, const char *key, const char *color, const char *fmt, ...)
{
	va_list ap;

	printf("%-*s ", PAGE_KEY_WIDTH, key);
	if (o->color && color)
		fputs(escape_of(color), stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	puts(o->color && color ? "\033[0m" : "");
}

long long page_int(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

const char *page_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

const char *page_duration(long long seconds, char *out, size_t size)
{
	long long d = seconds / 86400, h = seconds / 3600 % 24, m = seconds / 60 % 60;

	if (d > 0)
		snprintf(out, size, "%lld d %lld h", d, h);
	else if (h > 0)
		snprintf(out, size, "%lld h %lld min", h, m);
	else if (m > 0)
		snprintf(out, size, "%lld min %lld s", m, seconds % 60);
	else
		snprintf(out, size, "%lld s", seconds);
	return out;
}

const char *page_time(long long when, char *out, size_t size)
{
	time_t t = (time_t)when;
	struct tm tm;

	if (!localtime_r(&t, &tm) || strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		snprintf(out, size, "%lld", when);
	return out;
}
