/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "lex.h"
#include "syntax.h"

struct syntax_name {
	size_t group; /* offset in the text where its group begins */
	struct lex_token key;
};

static int syntax_opens(const struct lex_token *t)
{
	return t->kind == LEX_PUNCT && strchr("{[(", *t->start) != NULL;
}

static int syntax_closes(const struct lex_token *t)
{
	return t->kind == LEX_PUNCT && strchr("}])", *t->start) != NULL;
}

static int syntax_assigns(const struct lex_token *t)
{
	return t->kind == LEX_PUNCT && strchr("=:", *t->start) != NULL;
}

/* Line of the first key of that name, at the level where @n stands, before @n; 0 = there is none. */
static unsigned int syntax_first(const struct source *s, const struct syntax_name *n)
{
	struct lex_token t, before = {.kind = LEX_END};
	unsigned int line = 1;
	struct lex l;
	int depth = 0;

	for (size_t i = 0; i < n->group; i++)
		line += s->text[i] == '\n';
	lex_init(&l, s->text + n->group, s->len - n->group);
	l.line = line;
	for (lex_next(&l, &t); t.kind != LEX_END && before.start != n->key.start;
		lex_next(&l, &t)) {
		depth += syntax_opens(&t) - syntax_closes(&t);
		if (depth == 0 && syntax_assigns(&t) && before.len == n->key.len &&
			!memcmp(before.start, n->key.start, n->key.len))
			return before.line;
		before = t;
	}
	return 0;
}

/* Find the name in line @line that stands earlier in the same group. */
static int syntax_twice(const struct source *s, unsigned int line, struct weir_diag *d)
{
	size_t group[SYNTAX_DEPTH + 1] = {0};
	struct lex_token t, before = {.kind = LEX_END};
	unsigned int depth = 0, first;
	struct lex l;

	lex_init(&l, s->text, s->len);
	for (lex_next(&l, &t); t.kind != LEX_END && t.line <= line; lex_next(&l, &t)) {
		if (syntax_opens(&t))
			group[++depth] = l.pos;
		else if (syntax_closes(&t))
			depth--;
		else if (syntax_assigns(&t) && before.line == line) {
			struct syntax_name n = {group[depth], before};

			first = syntax_first(s, &n);
			if (first) {
				diag_error(d, source_file(s, line), source_line(s, line),
					"'%.*s' stands twice in its group, first in %s:%u",
					(int)before.len, before.start, source_file(s, first),
					source_line(s, first));
				return 0;
			}
		}
		before = t;
	}
	return -1;
}

void syntax_explain(
	const struct source *s, unsigned int line, const char *text, struct weir_diag *d)
{
	if (!syntax_twice(s, line, d))
		return;
	if (strstr(text, "mismatched"))
		text = "all elements of an array must be of one kind (all strings, or all numbers)";
	diag_error(d, source_file(s, line), source_line(s, line), "%s", text);
}
