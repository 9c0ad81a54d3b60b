/* SPDX-License-Identifier: BSD-3-Clause */
/* Tokens of a libconfig 1.5 text, for what its own scanner does not tell: see syntax.h. Agrees with
 * it on strings, comments and where a directive may stand; a word is any run of letters, digits and
 * "_.*+-", so that `10.1.0.11` or `20ms` without quotes is one token to talk about.
 */
#pragma once

#include <stddef.h>

enum lex_kind {
	LEX_END,
	LEX_WORD,
	LEX_STRING,	 /* with its quotes */
	LEX_PUNCT,	 /* one byte */
	LEX_INCLUDE,	 /* the whole directive: @include "file" */
	LEX_BAD_STRING,	 /* not closed before the end of its line */
	LEX_BAD_COMMENT, /* not closed before the end of the text */
};

struct lex_token {
	enum lex_kind kind;
	const char *start; /* in the text */
	size_t len;
	unsigned int line;
};

struct lex {
	const char *text;
	size_t len, pos;
	unsigned int line; /* of @pos, from 1 */
};

void lex_init(struct lex *l, const char *text, size_t len);
/* After a BAD token there is nothing sensible to read. */
void lex_next(struct lex *l, struct lex_token *t);

/* What a word is. @w need not be terminated. */
int lex_is_name(const char *w, size_t len);
int lex_is_integer(const char *w, size_t len);
int lex_is_float(const char *w, size_t len);
int lex_is_bool(const char *w, size_t len);
