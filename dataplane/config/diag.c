/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"

#define DIAG_LINE_SHOWN 160 /* columns of the offending line that are printed */

/* When full, an error takes the place of the newest warning: what stops the program is said. */
static struct diag_message *diag_slot(struct weir_diag *d, int warning)
{
	if (d->n < DIAG_MAX)
		return &d->msg[d->n++];
	if (warning)
		return NULL;
	for (unsigned int i = DIAG_MAX; i-- > 0;)
		if (d->msg[i].warning)
			return &d->msg[i];
	return NULL;
}

static void diag_fill(struct diag_message *m, const char *file, unsigned int line)
{
	memset(m, 0, sizeof(*m));
	if (file)
		snprintf(m->file, sizeof(m->file), "%s", file);
	m->line = line;
}

/* Foreign bytes reach terminals, logs and JSON from here: what is not plain ASCII becomes '?'. */
static void diag_clean(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
			*text = '?';
}

void diag_error(struct weir_diag *d, const char *file, unsigned int line, const char *fmt, ...)
{
	struct diag_message *m = diag_slot(d, 0);
	va_list ap;

	d->n_errors++;
	if (!m)
		return;
	diag_fill(m, file, line);
	va_start(ap, fmt);
	vsnprintf(m->text, sizeof(m->text), fmt, ap);
	va_end(ap);
	diag_clean(m->text);
}

void diag_warning(struct weir_diag *d, const char *file, unsigned int line, const char *fmt, ...)
{
	struct diag_message *m = diag_slot(d, 1);
	va_list ap;

	if (!m)
		return;
	diag_fill(m, file, line);
	m->warning = 1;
	va_start(ap, fmt);
	vsnprintf(m->text, sizeof(m->text), fmt, ap);
	va_end(ap);
	diag_clean(m->text);
}

/* Foreign bytes on a terminal: control characters and non-ASCII become '?'. */
static void diag_print_text(const char *text, FILE *out)
{
	while (*text == ' ' || *text == '\t')
		text++;
	fputs("    ", out);
	for (int n = 0; *text && *text != '\n' && n < DIAG_LINE_SHOWN; text++, n++)
		fputc(*text == '\t' ? ' ' : isprint((unsigned char)*text) ? *text : '?', out);
	fputc('\n', out);
}

static void diag_print_line(const struct diag_message *m, FILE *out)
{
	char text[1024];
	unsigned int line = 1;
	FILE *in = fopen(m->file, "re");

	if (!in)
		return;
	while (fgets(text, sizeof(text), in)) {
		if (line == m->line) {
			diag_print_text(text, out);
			break;
		}
		line += strchr(text, '\n') != NULL;
	}
	fclose(in);
}

void diag_print(const struct weir_diag *d, void *stdio_file)
{
	FILE *out = stdio_file;
	unsigned int errors = 0;

	for (unsigned int i = 0; i < d->n; i++) {
		const struct diag_message *m = &d->msg[i];

		if (m->file[0] && m->line)
			fprintf(out, "%s:%u: ", m->file, m->line);
		else if (m->file[0])
			fprintf(out, "%s: ", m->file);
		fprintf(out, "%s: %s\n", m->warning ? "warning" : "error", m->text);
		if (m->file[0] && m->line)
			diag_print_line(m, out);
		errors += !m->warning;
	}
	if (d->n_errors > errors)
		fprintf(out, "error: %u more errors are not shown\n", d->n_errors - errors);
}
