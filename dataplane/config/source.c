/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lex.h"
#include "source.h"

/* A file being read, and the chain of those that include it. */
struct source_from {
	const struct source_from *parent;
	const char *name;
	unsigned int line; /* of the directive in the parent */
	int depth;
	dev_t dev;
	ino_t ino;
	char *text;
	size_t len;
};

const char *source_file(const struct source *s, unsigned int line)
{
	return line && line <= s->n_lines ? s->files[s->lines[line - 1].file]
	       : s->n_files		  ? s->files[0]
					  : "";
}

unsigned int source_line(const struct source *s, unsigned int line)
{
	return line && line <= s->n_lines ? s->lines[line - 1].line : 0;
}

void source_free(struct source *s)
{
	for (uint32_t i = 0; i < s->n_files; i++)
		free(s->files[i]);
	free(s->files);
	free(s->lines);
	free(s->text);
	memset(s, 0, sizeof(*s));
}

static int source_grow(void **mem, size_t *room, size_t need, size_t size)
{
	size_t want = *room ? *room : 64;
	void *grown;

	if (need <= *room)
		return 0;
	while (want < need)
		want *= 2;
	grown = realloc(*mem, want * size);
	if (!grown)
		return -ENOMEM;
	*mem = grown;
	*room = want;
	return 0;
}

static int source_push_line(struct source *s, uint32_t file, unsigned int line)
{
	if (source_grow((void **)&s->lines, &s->room_lines, s->n_lines + 1, sizeof(*s->lines)))
		return -ENOMEM;
	s->lines[s->n_lines++] = (struct source_line){file, line};
	return 0;
}

/* Append bytes that begin in line @line of file @file. */
static int source_append(struct source *s, const char *bytes, size_t len, struct source_line at)
{
	if (source_grow((void **)&s->text, &s->room, s->len + len + 1, 1))
		return -ENOMEM;
	memcpy(s->text + s->len, bytes, len);
	s->len += len;
	s->text[s->len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == '\n' && source_push_line(s, at.file, ++at.line))
			return -ENOMEM;
	return 0;
}

static int source_push_file(struct source *s, const char *name)
{
	char **grown = realloc(s->files, (s->n_files + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	s->files = grown;
	s->files[s->n_files] = strdup(name);
	if (!s->files[s->n_files])
		return -ENOMEM;
	s->n_files++;
	return 0;
}

/* A message about a file that cannot be used: at the directive that wants it, if there is one. */
static void source_complain(const struct source_from *f, struct weir_diag *d, const char *why)
{
	if (f->parent)
		diag_error(d, f->parent->name, f->line, "@include: cannot read '%s': %s", f->name,
			why);
	else
		diag_error(d, f->name, 0, "cannot read the configuration: %s", why);
}

/* All of @in, or one byte more than is allowed: source_sane() refuses that. */
static int source_slurp_bytes(struct source_from *f, FILE *in)
{
	size_t room = 0, got;

	do {
		if (source_grow((void **)&f->text, &room, f->len + 4096, 1))
			return -ENOMEM;
		got = fread(f->text + f->len, 1, room - f->len, in);
		f->len += got;
	} while (got && f->len <= SOURCE_MAX_BYTES);
	return ferror(in) ? -errno : 0;
}

static int source_slurp_open(struct source_from *f, FILE *in)
{
	struct stat st;

	if (fstat(fileno(in), &st))
		return -errno;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	return S_ISDIR(st.st_mode) ? -EISDIR : source_slurp_bytes(f, in);
}

static int source_slurp(struct source_from *f, struct weir_diag *d)
{
	FILE *in;
	int rc;

	if (strlen(f->name) > 255) {
		source_complain(f, d, "its path is longer than 255 bytes");
		return -EINVAL;
	}
	in = fopen(f->name, "re");
	rc = in ? source_slurp_open(f, in) : -errno;
	if (in)
		fclose(in);
	if (rc)
		source_complain(f, d, rc == -EISDIR ? "it is a folder, not a file" : strerror(-rc));
	return rc ? -EINVAL : 0;
}

static int source_sane(const struct source *s, const struct source_from *f, struct weir_diag *d)
{
	const char *nul = memchr(f->text, 0, f->len);
	unsigned int line = 1;

	if (f->len + s->len > SOURCE_MAX_BYTES) {
		source_complain(f, d, "it is larger than 16 MiB, includes counted");
		return -EINVAL;
	}
	for (const struct source_from *p = f->parent; p; p = p->parent)
		if (p->dev == f->dev && p->ino == f->ino) {
			diag_error(d, f->parent->name, f->line,
				"@include: '%s' includes itself, directly or through another file",
				f->name);
			return -EINVAL;
		}
	if (!nul)
		return 0;
	for (const char *p = f->text; p < nul; p++)
		line += *p == '\n';
	diag_error(d, f->name, line, "a zero byte stands in this line: this is not a text file");
	return -EINVAL;
}

/* The path inside `@include "..."`, relative to the folder of @f. NULL: out of memory. */
static char *source_include_path(const struct source_from *f, const struct lex_token *t)
{
	const char *quote = memchr(t->start, '"', t->len), *slash = strrchr(f->name, '/');
	int len = t->start + t->len - 1 - (quote + 1), folder = slash ? slash + 1 - f->name : 0;
	char *path;

	if (len > 0 && quote[1] == '/')
		folder = 0;
	return asprintf(&path, "%.*s%.*s", folder, f->name, len, quote + 1) < 0 ? NULL : path;
}

static int source_add(struct source *s, struct source_from *f, struct weir_diag *d);

static int source_include(struct source *s, const struct source_from *f, const struct lex_token *t,
	struct weir_diag *d)
{
	char *path = source_include_path(f, t);
	struct source_from next = {f, path, t->line, f->depth + 1, 0, 0, NULL, 0};
	int rc = -ENOMEM;

	if (path && next.depth > SOURCE_MAX_INCLUDES) {
		diag_error(d, f->name, t->line, "@include: nested deeper than %d files",
			SOURCE_MAX_INCLUDES);
		rc = -EINVAL;
	} else if (path) {
		rc = source_add(s, &next, d);
	}
	free(path);
	return rc;
}

/* 0 or -EINVAL after a message: a token that makes the rest of the file meaningless. */
static int source_token(const struct source_from *f, const struct lex_token *t, struct weir_diag *d)
{
	if (t->kind == LEX_BAD_STRING)
		diag_error(d, f->name, t->line,
			"a quote is opened here and not closed in the same line");
	else if (t->kind == LEX_BAD_COMMENT)
		diag_error(d, f->name, t->line,
			"a comment is opened here and never closed: '*/' is missing, or the file "
			"was cut off");
	else
		return 0;
	return -EINVAL;
}

static int source_join(
	struct source *s, const struct source_from *f, uint32_t file, struct weir_diag *d)
{
	struct lex_token t;
	struct lex l;
	size_t done = 0;
	unsigned int line = 1;
	int rc = 0;

	lex_init(&l, f->text, f->len);
	do {
		size_t end;

		lex_next(&l, &t);
		if (source_token(f, &t, d))
			return -EINVAL;
		end = t.kind == LEX_INCLUDE ? (size_t)(t.start - f->text) : l.pos;
		rc = source_append(s, f->text + done, end - done, (struct source_line){file, line});
		if (!rc && t.kind == LEX_INCLUDE) {
			rc = source_include(s, f, &t, d);
			rc = rc ? rc
				: source_append(s, "\n", 1, (struct source_line){file, t.line - 1});
		}
		done = l.pos;
		line = l.line;
	} while (!rc && t.kind != LEX_END);
	return rc;
}

static int source_add(struct source *s, struct source_from *f, struct weir_diag *d)
{
	int rc = source_slurp(f, d);

	if (!rc)
		rc = source_sane(s, f, d);
	if (!rc)
		rc = source_push_file(s, f->name);
	if (!rc &&
		f->parent) // only blanks stand before a directive: the line now belongs to the file
		s->lines[s->n_lines - 1] = (struct source_line){s->n_files - 1, 1};
	else if (!rc)
		rc = source_push_line(s, s->n_files - 1, 1);
	if (!rc)
		rc = source_join(s, f, s->n_files - 1, d);
	free(f->text);
	return rc;
}

int source_read(struct source *s, const char *file, struct weir_diag *d)
{
	struct source_from top = {.name = file};
	int rc = source_add(s, &top, d);

	if (rc == -ENOMEM)
		diag_error(d, file, 0, "cannot read the configuration: out of memory");
	return rc ? -EINVAL : 0;
}
