// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf_edit.h"
#include "unit.h"

char *conf_edit_read(const char *file)
{
	FILE *in = fopen(file, "re");
	char *text = calloc(1, 1 << 20);

	ck_assert_msg(in != NULL, "cannot read %s", file);
	ck_assert_ptr_nonnull(text);
	ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, in), (1 << 20) - 1);
	fclose(in);
	return text;
}

void conf_edit_write(const char *file, const char *text, size_t len)
{
	FILE *out = fopen(file, "we");

	ck_assert_msg(out != NULL, "cannot write %s", file);
	ck_assert_uint_eq(fwrite(text, 1, len, out), len);
	fclose(out);
}

/* The folder belongs to the build, so nothing is left elsewhere. */
const char *conf_edit_scratch(const char *name)
{
	static char file[200];

	mkdir(CONF_SCRATCH, 0700);
	mkdir(CONF_SCRATCH "/sub", 0700);
	snprintf(file, sizeof(file), "%s/%s", CONF_SCRATCH, name);
	return file;
}

const char *conf_edit_apply(const char *find, const char *put)
{
	char *good = conf_edit_read(CONF_DIR "/good.conf"), *out;
	char *at = strstr(good, find);
	const char *file = conf_edit_scratch("edited.conf");

	ck_assert_msg(at != NULL, "good.conf does not hold '%s'", find);
	ck_assert_int_gt(
		asprintf(&out, "%.*s%s%s", (int)(at - good), good, put, at + strlen(find)), 0);
	conf_edit_write(file, out, strlen(out));
	free(out);
	free(good);
	return file;
}

struct conf *conf_edit_load(const char *file)
{
	static struct weir_diag d;
	struct conf *c;

	memset(&d, 0, sizeof(d));
	c = conf_load(file, &d);
	diag_print(&d, stderr);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(d.n, 0);
	return c;
}

static int conf_edit_said(
	const struct weir_diag *d, const char *file, const struct conf_edit *e, int warning)
{
	for (unsigned int i = 0; i < d->n; i++)
		if (d->msg[i].line == e->line && d->msg[i].warning == warning &&
			!strcmp(d->msg[i].text, e->text) && !strcmp(d->msg[i].file, file))
			return 1;
	return 0;
}

void conf_edit_expect(const struct conf_edit *e, size_t n, int warning)
{
	for (size_t i = 0; i < n; i++) {
		static struct weir_diag d;
		const char *file = conf_edit_apply(e[i].find, e[i].put);
		struct conf *c;

		memset(&d, 0, sizeof(d));
		c = conf_load(file, &d);
		if (!conf_edit_said(&d, file, &e[i], warning)) {
			diag_print(&d, stderr);
			ck_abort_msg("'%s' -> '%s': not said in line %u: %s", e[i].find, e[i].put,
				e[i].line, e[i].text);
		}
		ck_assert_int_eq(c != NULL, warning);
		ck_assert_int_eq(d.n_errors == 0, warning);
		conf_free(c);
	}
}
