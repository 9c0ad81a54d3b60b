// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics_writer.h"

void writer_init(struct metrics_writer *w, uint32_t max_series)
{
	memset(w, 0, sizeof(*w));
	w->max_series = max_series;
}

void writer_free(struct metrics_writer *w)
{
	free(w->buf);
	w->buf = NULL;
	w->len = w->size = 0;
}

static void append(struct metrics_writer *w, const char *text, size_t len)
{
	size_t size = w->size ? w->size : 65536;
	char *buf;

	if (w->failed)
		return;
	while (size - w->len < len)
		size *= 2;
	if (size != w->size) {
		buf = realloc(w->buf, size);
		if (!buf) {
			w->failed = 1;
			return;
		}
		w->buf = buf;
		w->size = size;
	}
	memcpy(w->buf + w->len, text, len);
	w->len += len;
}

static void append_text(struct metrics_writer *w, const char *text)
{
	append(w, text, strlen(text));
}

/* Backslash and newline everywhere, the quote in label values. */
static void append_escaped(struct metrics_writer *w, const char *text, const char *special)
{
	for (const char *p = text; *p != '\0';) {
		size_t plain = strcspn(p, special);

		append(w, p, plain);
		p += plain;
		if (*p == '\0')
			break;
		append(w, "\\", 1);
		append(w, *p == '\n' ? "n" : p, 1);
		p++;
	}
}

void writer_family(struct metrics_writer *w, const char *name, const char *type, const char *help)
{
	w->family = name;
	append_text(w, "# HELP ");
	append_text(w, name);
	append_text(w, " ");
	append_escaped(w, help, "\\\n");
	append_text(w, "\n# TYPE ");
	append_text(w, name);
	append_text(w, " ");
	append_text(w, type);
	append_text(w, "\n");
}

static void append_labels(struct metrics_writer *w, va_list ap)
{
	const char *name = va_arg(ap, const char *);
	const char *sep = "{";

	if (!name)
		return;
	for (; name; name = va_arg(ap, const char *), sep = ",") {
		append_text(w, sep);
		append_text(w, name);
		append_text(w, "=\"");
		append_escaped(w, va_arg(ap, const char *), "\\\n\"");
		append_text(w, "\"");
	}
	append_text(w, "}");
}

static void append_series(struct metrics_writer *w, const char *value, va_list ap)
{
	if (w->series >= w->max_series) {
		w->left_out++;
		return;
	}
	w->series++;
	append_text(w, w->family);
	append_labels(w, ap);
	append_text(w, " ");
	append_text(w, value);
	append_text(w, "\n");
}

void writer_u64(struct metrics_writer *w, uint64_t value, ...)
{
	char text[24];
	va_list ap;

	snprintf(text, sizeof(text), "%" PRIu64, value);
	va_start(ap, value);
	append_series(w, text, ap);
	va_end(ap);
}

void writer_double(struct metrics_writer *w, double value, ...)
{
	char text[40];
	va_list ap;

	if (isfinite(value))
		snprintf(text, sizeof(text), "%.17g", value);
	else
		snprintf(text, sizeof(text), "%s",
			isnan(value) ? "NaN"
			: value > 0  ? "+Inf"
				     : "-Inf");
	va_start(ap, value);
	append_series(w, text, ap);
	va_end(ap);
}
