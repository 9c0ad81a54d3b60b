/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of a validated file, or the defaults of the table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"
#include "units.h"

#define SCHEMA_PATH_MAX 256

/* Follow "a.b.c" down from @at. NULL if it is not written, or longer than any path of a table. */
static const config_setting_t *schema_walk(const config_setting_t *at, const char *path)
{
	char name[SCHEMA_PATH_MAX];

	while (at && *path) {
		size_t len = strcspn(path, ".");

		if (len >= sizeof(name) || !config_setting_is_group(at))
			return NULL;
		memcpy(name, path, len);
		name[len] = '\0';
		at = config_setting_get_member(at, name);
		path += len + (path[len] == '.');
	}
	return at;
}

/* "services.web.port" as the table has it: "services.*.port". */
static void schema_pattern(const struct schema_view *v, const char *path, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	while (*path && used + 2 < size) {
		size_t len = strcspn(path, ".");
		const struct schema_key *above = schema_find(v->keys, v->n, out);
		int named = above && above->type == SCHEMA_NAMED;

		used += snprintf(out + used, size - used, "%s%.*s", used ? "." : "",
			named ? 1 : (int)len, named ? "*" : path);
		path += len + (path[len] == '.');
	}
}

static const struct schema_key *schema_row(const struct schema_group *g, const char *key)
{
	char pattern[SCHEMA_PATH_MAX];

	snprintf(pattern, sizeof(pattern), "%s%s%s", g->pattern, g->pattern[0] ? "." : "", key);
	return schema_find(g->view->keys, g->view->n, pattern);
}

const config_setting_t *schema_in(const struct schema_group *g, const char *key)
{
	return schema_walk(g->at, key);
}

static const char *schema_text(const config_setting_t *s, const struct schema_key *k)
{
	return s ? config_setting_get_string(s) : k ? k->fallback : NULL;
}

const char *schema_in_string(const struct schema_group *g, const char *key)
{
	return schema_text(schema_in(g, key), schema_row(g, key));
}

static int64_t schema_amount(const config_setting_t *s, const struct schema_key *k)
{
	const char *text = schema_text(s, k);
	int64_t value = 0;

	if (s && config_setting_type(s) == CONFIG_TYPE_BOOL)
		return config_setting_get_bool(s);
	if (s && config_setting_is_number(s))
		return config_setting_get_int64(s);
	if (!text || !k)
		return 0;
	if (k->type == SCHEMA_BOOL)
		return !strcmp(text, "true");
	units_parse(k->type, text, &value);
	return value;
}

int64_t schema_in_number(const struct schema_group *g, const char *key)
{
	return schema_amount(schema_in(g, key), schema_row(g, key));
}

static const config_setting_t *schema_at(const struct schema_view *v, const char *path)
{
	return schema_walk(config_root_setting(v->cfg), path);
}

static const struct schema_key *schema_row_of(const struct schema_view *v, const char *path)
{
	char pattern[SCHEMA_PATH_MAX];

	schema_pattern(v, path, pattern, sizeof(pattern));
	return schema_find(v->keys, v->n, pattern);
}

const char *schema_string(const struct schema_view *v, const char *path)
{
	return schema_text(schema_at(v, path), schema_row_of(v, path));
}

int64_t schema_number(const struct schema_view *v, const char *path)
{
	return schema_amount(schema_at(v, path), schema_row_of(v, path));
}

int schema_present(const struct schema_view *v, const char *path)
{
	return schema_at(v, path) != NULL;
}

void schema_where(
	const struct schema_view *v, const char *path, const char **file, unsigned int *line)
{
	const config_setting_t *s = schema_at(v, path);

	*file = schema_file(s);
	*line = schema_line(s);
}
