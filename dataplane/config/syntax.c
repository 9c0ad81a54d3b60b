/* SPDX-License-Identifier: BSD-3-Clause */
/* A table-free pushdown automaton: one function for each state, a stack of open brackets. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lex.h"
#include "syntax.h"

#define SYNTAX_SHOWN 48 /* bytes of a foreign word in a message */

enum syntax_state {
	SYNTAX_KEY,
	SYNTAX_EQUALS,
	SYNTAX_VALUE,
	SYNTAX_AFTER,
	SYNTAX_ELEMENT,
	SYNTAX_AFTER_ELEMENT
};

struct syntax_open {
	char close;	      /* the bracket that ends it */
	struct lex_token key; /* what it is the value of; len 0 inside a list */
	unsigned int line;
};

struct syntax {
	const struct source *s;
	struct weir_diag *d;
	enum syntax_state state;
	unsigned int depth;
	struct syntax_open open[SYNTAX_DEPTH];
	struct lex_token key;  /* of the setting being read */
	struct lex_token last; /* the token before */
};

static int __attribute__((format(printf, 3, 4)))
syntax_error(const struct syntax *x, unsigned int line, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_error(x->d, source_file(x->s, line), source_line(x->s, line), "%s", text);
	return -EINVAL;
}

static int syntax_len(const struct lex_token *t)
{
	return t->len < SYNTAX_SHOWN ? (int)t->len : SYNTAX_SHOWN;
}

static int syntax_is(const struct lex_token *t, const char *punct)
{
	return t->kind == LEX_PUNCT && *t->start && strchr(punct, *t->start);
}

static char syntax_close(const struct syntax *x)
{
	return x->depth ? x->open[x->depth - 1].close : 0;
}

/* The file ends, or a bracket closes what it did not open. */
static int syntax_unclosed(const struct syntax *x, const struct lex_token *t)
{
	const struct syntax_open *o = &x->open[x->depth - 1];

	if (t->kind == LEX_END)
		return syntax_error(x, o->line,
			"'%.*s' is opened here and never closed: a '%c' is missing, or the file "
			"was cut off",
			syntax_len(&o->key), o->key.start, o->close);
	return syntax_error(x, t->line,
		"'%c' closes nothing: '%.*s', opened in line %u, still needs its '%c'", *t->start,
		syntax_len(&o->key), o->key.start, source_line(x->s, o->line), o->close);
}

static int syntax_push(struct syntax *x, const struct lex_token *t)
{
	struct syntax_open *o;

	if (x->depth == SYNTAX_DEPTH)
		return syntax_error(x, t->line, "nested deeper than %d levels", SYNTAX_DEPTH);
	o = &x->open[x->depth++];
	o->key = x->key;
	o->line = t->line;
	o->close = *t->start == '{' ? '}' : *t->start == '[' ? ']' : ')';
	x->state = *t->start == '{' ? SYNTAX_KEY : SYNTAX_ELEMENT;
	return 0;
}

static int syntax_pop(struct syntax *x)
{
	x->depth--;
	x->key = x->open[x->depth].key;
	x->state = syntax_close(x) == ']' || syntax_close(x) == ')' ? SYNTAX_AFTER_ELEMENT
								    : SYNTAX_AFTER;
	return 0;
}

static int syntax_bad_key(const struct syntax *x, const struct lex_token *t)
{
	if (t->kind == LEX_WORD)
		return syntax_error(x, t->line,
			"'%.*s' cannot be a key or a name: a letter, then letters, digits, '-' and "
			"'_'",
			syntax_len(t), t->start);
	if (t->kind == LEX_STRING)
		return syntax_error(x, t->line,
			"%.*s stands where a key should: a '=' is missing, or a quote is misplaced",
			syntax_len(t), t->start);
	if (syntax_is(t, "{[("))
		return syntax_error(x, t->line,
			"'%c' without a key before it: write NAME: { ... };", *t->start);
	if (syntax_is(t, ";,"))
		return syntax_error(
			x, t->line, "one '%c' too many: nothing stands before it", *t->start);
	if (syntax_is(t, "=:"))
		return syntax_error(x, t->line, "'%c' without a key before it", *t->start);
	if (syntax_is(t, "@"))
		return syntax_error(x, t->line,
			"@include \"file\" stands at the start of a line, its file in quotes");
	return syntax_error(x, t->line, "'%.*s' is not allowed here", syntax_len(t), t->start);
}

static int syntax_key(struct syntax *x, const struct lex_token *t)
{
	if (t->kind == LEX_END && !x->depth)
		return 0;
	if (t->kind == LEX_WORD && lex_is_name(t->start, t->len)) {
		x->key = *t;
		x->state = SYNTAX_EQUALS;
		return 0;
	}
	if (syntax_is(t, "}") && syntax_close(x) == '}')
		return syntax_pop(x);
	if (syntax_is(t, "}])") && !x->depth)
		return syntax_error(x, t->line,
			"one '%c' too many: everything is closed already, perhaps too early above",
			*t->start);
	if (t->kind == LEX_END || syntax_is(t, "}])"))
		return syntax_unclosed(x, t);
	return syntax_bad_key(x, t);
}

static int syntax_equals(struct syntax *x, const struct lex_token *t)
{
	if (syntax_is(t, "=:")) {
		x->state = SYNTAX_VALUE;
		return 0;
	}
	if (x->last.kind == LEX_WORD && t->kind == LEX_END)
		return syntax_error(x, x->key.line, "the file ends after '%.*s': it was cut off",
			syntax_len(&x->key), x->key.start);
	return syntax_error(x, x->key.line, "'=' or ':' is missing after '%.*s'",
		syntax_len(&x->key), x->key.start);
}

static int syntax_integer(const struct syntax *x, const struct lex_token *t)
{
	long long value;

	errno = 0;
	value = strtoll(t->start, NULL, t->len > 1 && (t->start[1] | 0x20) == 'x' ? 16 : 10);
	if (!errno && value >= INT_MIN && value <= INT_MAX)
		return 0;
	return syntax_error(x, t->line,
		"%.*s: %.*s is out of range: whole numbers go from -2147483648 to 2147483647; "
		"larger amounts are strings with a unit, such as \"4G\"",
		syntax_len(&x->key), x->key.start, syntax_len(t), t->start);
}

/* One scalar. 0 or -EINVAL after a message. */
static int syntax_scalar(const struct syntax *x, const struct lex_token *t)
{
	if (t->kind == LEX_STRING)
		return 0;
	if (t->kind == LEX_WORD) {
		if (lex_is_integer(t->start, t->len))
			return syntax_integer(x, t);
		if (lex_is_float(t->start, t->len) || lex_is_bool(t->start, t->len))
			return 0;
		return syntax_error(x, t->line, "%.*s: write %.*s in quotes: \"%.*s\"",
			syntax_len(&x->key), x->key.start, syntax_len(t), t->start, syntax_len(t),
			t->start);
	}
	if (t->kind == LEX_END)
		return syntax_error(x, x->key.line,
			"the file ends before the value of '%.*s': it was cut off",
			syntax_len(&x->key), x->key.start);
	return syntax_error(x, x->key.line, "'%.*s' has no value before '%.*s'",
		syntax_len(&x->key), x->key.start, syntax_len(t), t->start);
}

static int syntax_value(struct syntax *x, const struct lex_token *t)
{
	if (syntax_is(t, "{[("))
		return syntax_push(x, t);
	x->state = SYNTAX_AFTER;
	return syntax_scalar(x, t);
}

static int syntax_after(struct syntax *x, const struct lex_token *t)
{
	x->state = SYNTAX_KEY;
	if (syntax_is(t, ";,"))
		return 0;
	if (t->kind == LEX_STRING && x->last.kind == LEX_STRING)
		return syntax_error(x, t->line,
			"two strings in a row: a ';' or a key is missing between them, or a quote "
			"is misplaced");
	if (t->kind == LEX_WORD || syntax_is(t, "}])") || t->kind == LEX_END)
		return syntax_key(x, t);
	return syntax_error(x, t->line, "'%.*s' stands after the value of '%.*s': is it in quotes?",
		syntax_len(t), t->start, syntax_len(&x->key), x->key.start);
}

static int syntax_element(struct syntax *x, const struct lex_token *t)
{
	char close = syntax_close(x);

	if (t->kind == LEX_PUNCT && *t->start == close) {
		if (!syntax_is(&x->last, ","))
			return syntax_pop(x);
		return syntax_error(x, x->last.line,
			"a ',' before the closing '%c': remove it, nothing follows", close);
	}
	if (syntax_is(t, "{[(") && close == ')')
		return syntax_push(x, t);
	if (syntax_is(t, "{[("))
		return syntax_error(x, t->line, "%.*s: an array holds plain values only",
			syntax_len(&x->key), x->key.start);
	if (t->kind == LEX_END || syntax_is(t, "}])"))
		return syntax_unclosed(x, t);
	x->state = SYNTAX_AFTER_ELEMENT;
	return syntax_scalar(x, t);
}

static int syntax_after_element(struct syntax *x, const struct lex_token *t)
{
	char close = syntax_close(x);

	if (t->kind == LEX_PUNCT && *t->start == close)
		return syntax_pop(x);
	if (syntax_is(t, ",")) {
		x->state = SYNTAX_ELEMENT;
		return 0;
	}
	if (t->kind == LEX_END || syntax_is(t, "}])"))
		return syntax_unclosed(x, t);
	return syntax_error(x, t->line, "'%.*s': ',' or '%c' is missing before it", syntax_len(t),
		t->start, close);
}

int syntax_check(const struct source *s, struct weir_diag *d)
{
	static int (*const step[])(struct syntax *, const struct lex_token *) = {
		[SYNTAX_KEY] = syntax_key,
		[SYNTAX_EQUALS] = syntax_equals,
		[SYNTAX_VALUE] = syntax_value,
		[SYNTAX_AFTER] = syntax_after,
		[SYNTAX_ELEMENT] = syntax_element,
		[SYNTAX_AFTER_ELEMENT] = syntax_after_element,
	};
	struct syntax x = {.s = s, .d = d};
	struct lex_token t;
	struct lex l;
	int rc;

	lex_init(&l, s->text, s->len);
	do {
		lex_next(&l, &t);
		rc = step[x.state](&x, &t);
		x.last = t;
	} while (!rc && t.kind != LEX_END);
	return rc;
}
