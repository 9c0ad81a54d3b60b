/* SPDX-License-Identifier: BSD-3-Clause */
/* Says what is wrong with a text before libconfig says "syntax error". Knows libconfig 1.5's
 * grammar, and is stricter in four places: strings end in their line, two strings in a row are not
 * one, groups nest at most SYNTAX_DEPTH deep, and integers fit in 31 bits and a sign.
 */
#pragma once

#include "source.h"

#define SYNTAX_DEPTH 16

/* The first mistake goes to @d. 0 or -EINVAL. */
int syntax_check(const struct source *s, struct weir_diag *d);

/* libconfig's own complaint about line @line of the joined text, in our words: what remains is a
 * name that stands twice in its group, or an array of mixed types.
 */
void syntax_explain(
	const struct source *s, unsigned int line, const char *text, struct weir_diag *d);
