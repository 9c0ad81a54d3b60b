/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lex.h"

void lex_init(struct lex *l, const char *text, size_t len)
{
	*l = (struct lex){.text = text, .len = len, .line = 1};
}

static int lex_peek(const struct lex *l, size_t ahead)
{
	return l->pos + ahead < l->len ? (unsigned char)l->text[l->pos + ahead] : -1;
}

/* Past blanks and comments. 0, or -1 at an open comment, @l then standing on its start. */
static int lex_skip(struct lex *l)
{
	for (;;) {
		int c = lex_peek(l, 0);

		if (c == '#' || (c == '/' && lex_peek(l, 1) == '/')) {
			while (lex_peek(l, 0) >= 0 && lex_peek(l, 0) != '\n')
				l->pos++;
		} else if (c == '/' && lex_peek(l, 1) == '*') {
			const char *at = l->text + l->pos + 2;
			const char *end = memmem(at, l->text + l->len - at, "*/", 2);

			if (!end)
				return -1;
			for (const char *p = at; p < end; p++)
				l->line += *p == '\n';
			l->pos = end + 2 - l->text;
		} else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
			l->line += c == '\n';
			l->pos++;
		} else {
			return 0;
		}
	}
}

/* Only blanks between the start of the line and here? */
static int lex_at_line_start(const struct lex *l)
{
	size_t p = l->pos;

	while (p > 0 && (l->text[p - 1] == ' ' || l->text[p - 1] == '\t'))
		p--;
	return p == 0 || l->text[p - 1] == '\n';
}

/* Bytes of the string at @at, with both quotes; 0 if its line ends first. */
static size_t lex_string(const struct lex *l, size_t at)
{
	for (size_t p = at + 1; p < l->len && l->text[p] != '\n'; p++) {
		if (l->text[p] == '"')
			return p + 1 - at;
		if (l->text[p] == '\\' && p + 1 < l->len && l->text[p + 1] != '\n')
			p++;
	}
	return 0;
}

/* Bytes of an @include directive that starts here, or 0. */
static size_t lex_include(const struct lex *l)
{
	static const char word[] = "@include";
	size_t p = l->pos + sizeof(word) - 1, blanks = p, n;

	if (l->len < p || memcmp(l->text + l->pos, word, sizeof(word) - 1) || !lex_at_line_start(l))
		return 0;
	while (p < l->len && (l->text[p] == ' ' || l->text[p] == '\t'))
		p++;
	if (p == blanks || p == l->len || l->text[p] != '"')
		return 0;
	n = lex_string(l, p);
	return n ? p + n - l->pos : 0;
}

static int lex_word_char(int c)
{
	return c >= 0 && (isalnum(c) || (c && strchr("_.*+-", c)));
}

static size_t lex_word(const struct lex *l)
{
	size_t n = 0;

	while (lex_word_char(lex_peek(l, n)))
		n++;
	return n;
}

static void lex_take(struct lex *l, struct lex_token *t, enum lex_kind kind, size_t len)
{
	*t = (struct lex_token){kind, l->text + l->pos, len, l->line};
	l->pos += len;
}

void lex_next(struct lex *l, struct lex_token *t)
{
	size_t n;

	if (lex_skip(l))
		lex_take(l, t, LEX_BAD_COMMENT, 2);
	else if (l->pos == l->len)
		lex_take(l, t, LEX_END, 0);
	else if (l->text[l->pos] == '"')
		n = lex_string(l, l->pos),
		lex_take(l, t, n ? LEX_STRING : LEX_BAD_STRING, n ? n : 1);
	else if ((n = lex_include(l)))
		lex_take(l, t, LEX_INCLUDE, n);
	else if ((n = lex_word(l)))
		lex_take(l, t, LEX_WORD, n);
	else
		lex_take(l, t, LEX_PUNCT, 1);
}

int lex_is_name(const char *w, size_t len)
{
	if (!len || !(isalpha((unsigned char)w[0]) || w[0] == '*') || lex_is_bool(w, len))
		return 0;
	for (size_t i = 1; i < len; i++)
		if (!isalnum((unsigned char)w[i]) && !memchr("_*-", w[i], 3))
			return 0;
	return 1;
}

static size_t lex_digits(const char *w, size_t len, size_t at)
{
	size_t n = at;

	while (n < len && isdigit((unsigned char)w[n]))
		n++;
	return n - at;
}

/* [-+]?[0-9]+L?L? or 0x[0-9a-f]+L?L? */
int lex_is_integer(const char *w, size_t len)
{
	size_t i = len && (w[0] == '-' || w[0] == '+'), n;

	for (int l = 0; l < 2 && len && w[len - 1] == 'L'; l++)
		len--;
	if (!i && len > 2 && w[0] == '0' && (w[1] == 'x' || w[1] == 'X')) {
		for (i = 2; i < len; i++)
			if (!isxdigit((unsigned char)w[i]))
				return 0;
		return 1;
	}
	n = lex_digits(w, len, i);
	return n && i + n == len;
}

int lex_is_float(const char *w, size_t len)
{
	size_t i = len && (w[0] == '-' || w[0] == '+'), n;
	int point, exponent = 0;

	i += n = lex_digits(w, len, i);
	point = i < len && w[i] == '.';
	if (point) {
		size_t after = lex_digits(w, len, i + 1);

		n += after;
		i += 1 + after;
	}
	if (i < len && (w[i] == 'e' || w[i] == 'E')) {
		i += 1 + (i + 1 < len && (w[i + 1] == '-' || w[i + 1] == '+'));
		exponent = lex_digits(w, len, i) > 0;
		i += lex_digits(w, len, i);
	}
	return n && i == len && (point || exponent);
}

int lex_is_bool(const char *w, size_t len)
{
	return (len == 4 && !strncasecmp(w, "true", 4)) ||
	       (len == 5 && !strncasecmp(w, "false", 5));
}
