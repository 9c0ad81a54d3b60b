// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libsmartcols.h>

#include "client.h"
#include "listing.h"
#include "nearest.h"

#define COLUMNS_MAX 32

struct chosen {
	const struct listing_column *column[COLUMNS_MAX];
	size_t n;
};

const char *listing_color(const char *state)
{
	static const struct {
		const char *word, *color;
	} colors[] = {
		{"up", "green"},
		{"yes", "green"},
		{"ok", "green"},
		{"drain", "yellow"},
		{"panic", "yellow"},
		{"maint", "yellow"},
		{"down", "red"},
		{"no", "red"},
	};

	for (size_t i = 0; i < sizeof(colors) / sizeof(colors[0]); i++)
		if (strcmp(state, colors[i].word) == 0)
			return colors[i].color;
	return NULL;
}

const char *listing_value(const json_t *value, char *out, size_t size)
{
	if (json_is_string(value))
		snprintf(out, size, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(out, size, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		snprintf(out, size, "%.1f", json_real_value(value));
	else if (json_is_boolean(value))
		snprintf(out, size, "%s", json_is_true(value) ? "yes" : "no");
	else
		snprintf(out, size, "-");
	return out;
}

static void cell_text(const struct listing_column *c, const json_t *row, char *out, size_t size)
{
	if (c->text)
		c->text(row, out, size);
	else
		listing_value(json_object_get(row, c->name), out, size);
	if (out[0] == '\0')
		snprintf(out, size, "-");
}

static int unknown_column(const struct listing *l, const char *word)
{
	struct nearest near = nearest_to(word);

	for (size_t i = 0; i < l->n; i++)
		nearest_try(&near, l->columns[i].name);
	fprintf(stderr, "weirctl: no column '%s'", word);
	if (nearest_found(&near))
		fprintf(stderr, "; did you mean '%s'?", near.best);
	fprintf(stderr, " (have:");
	for (size_t i = 0; i < l->n; i++)
		fprintf(stderr, "%s %s", i ? "," : "", l->columns[i].name);
	fprintf(stderr, ")\n");
	return EXIT_USAGE;
}

static const struct listing_column *find_column(const struct listing *l, const char *word)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcasecmp(l->columns[i].name, word) == 0 ||
			strcasecmp(l->columns[i].heading, word) == 0)
			return &l->columns[i];
	return NULL;
}

static int choose_named(const struct listing *l, const char *names, struct chosen *out)
{
	char *copy = strdup(names), *save = NULL;
	int rc = copy ? 0 : EXIT_REFUSED;

	for (char *word = strtok_r(copy, ",", &save); word && out->n < COLUMNS_MAX;
		word = strtok_r(NULL, ",", &save)) {
		out->column[out->n] = find_column(l, word);
		if (!out->column[out->n++]) {
			rc = unknown_column(l, word);
			break;
		}
	}
	if (rc == 0 && out->n == 0)
		rc = unknown_column(l, "");
	free(copy);
	return rc;
}

static int choose(const struct options *o, const struct listing *l, struct chosen *out)
{
	if (o->columns)
		return choose_named(l, o->columns, out);
	for (size_t i = 0; i < l->n && i < COLUMNS_MAX; i++)
		if (!(l->columns[i].flags & LISTING_HIDDEN))
			out->column[out->n++] = &l->columns[i];
	return 0;
}

static int add_row(struct libscols_table *tb, const struct chosen *ch, const json_t *row)
{
	struct libscols_line *line = scols_table_new_line(tb, NULL);
	char text[512];

	if (!line)
		return -1;
	for (size_t i = 0; i < ch->n; i++) {
		cell_text(ch->column[i], row, text, sizeof(text));
		if (scols_line_set_data(line, i, text) != 0)
			return -1;
		if (ch->column[i]->flags & LISTING_STATE)
			scols_cell_set_color(scols_line_get_cell(line, i), listing_color(text));
	}
	return 0;
}

static struct libscols_table *make_table(const struct options *o, const struct chosen *ch)
{
	struct libscols_table *tb = scols_new_table();

	if (!tb)
		return NULL;
	scols_table_enable_raw(tb, o->raw);
	scols_table_enable_noheadings(tb, o->no_headings);
	scols_table_enable_colors(tb, o->color && !o->raw);
	for (size_t i = 0; i < ch->n; i++) {
		int right = ch->column[i]->flags & LISTING_RIGHT;

		if (!scols_table_new_column(
			    tb, ch->column[i]->heading, 0, right ? SCOLS_FL_RIGHT : 0)) {
			scols_unref_table(tb);
			return NULL;
		}
	}
	return tb;
}

int listing_print(const struct options *o, const struct listing *l, const json_t *rows)
{
	struct chosen ch = {.n = 0};
	int rc = choose(o, l, &ch);
	struct libscols_table *tb;
	const json_t *row;
	size_t i;

	if (rc != 0)
		return rc;
	tb = make_table(o, &ch);
	json_array_foreach (rows, i, row)
		if (!tb || add_row(tb, &ch, row) < 0)
			break;
	if (tb && i == json_array_size(rows) && scols_print_table(tb) == 0)
		rc = EXIT_DONE;
	else
		rc = EXIT_REFUSED;
	if (rc != EXIT_DONE)
		fprintf(stderr, "weirctl: out of memory\n");
	scols_unref_table(tb);
	return rc;
}

int listing_get(const struct options *o, const struct listing *l, const char *path)
{
	json_t *rows;
	int rc = client_get(o, path, &rows);

	if (rc != EXIT_DONE)
		return rc;
	if (o->json)
		return client_print(rows);
	rc = listing_print(o, l, rows);
	json_decref(rows);
	return rc;
}
