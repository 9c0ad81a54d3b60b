/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a file into libconfig's tree. Each setting of the tree is given the file and the line that
 * it came from, since libconfig saw one joined text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"
#include "source.h"
#include "syntax.h"

const struct schema_key *schema_find(const struct schema_key *keys, size_t n, const char *pattern)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(keys[i].path, pattern))
			return &keys[i];
	return NULL;
}

const char *schema_file(const config_setting_t *s)
{
	return s && config_setting_source_file(s) ? config_setting_source_file(s) : "";
}

unsigned int schema_line(const config_setting_t *s)
{
	return s ? config_setting_source_line(s) : 0;
}

/* Names of the files live as long as the tree: its root carries them. */
struct schema_names {
	uint32_t n;
	char **name;
};

static void schema_names_free(void *hook)
{
	struct schema_names *names = hook;

	for (uint32_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
	free(names);
}

static void schema_place(config_setting_t *s, const struct source *source)
{
	unsigned int line = s->line;

	s->file = source_file(source, line);
	s->line = source_line(source, line);
	if (config_setting_is_aggregate(s))
		for (int i = 0; i < config_setting_length(s); i++)
			schema_place(config_setting_get_elem(s, i), source);
}

/* The last line of the main file: where a group that is missing should have come. */
static unsigned int schema_last_line(const struct source *s)
{
	unsigned int last = s->n_lines;

	if (last > 1 && s->text[s->len - 1] == '\n')
		last--;
	return source_line(s, last);
}

/* Moves the names from @source to @cfg. */
static int schema_adopt(config_t *cfg, struct source *source)
{
	struct schema_names *names = malloc(sizeof(*names));
	config_setting_t *root = config_root_setting(cfg);

	if (!names)
		return -ENOMEM;
	schema_place(root, source);
	root->line = schema_last_line(source);
	*names = (struct schema_names){source->n_files, source->files};
	source->n_files = 0;
	source->files = NULL;
	config_set_destructor(cfg, schema_names_free);
	config_setting_set_hook(root, names);
	return 0;
}

static int schema_parse(config_t *cfg, struct source *source, struct weir_diag *d)
{
	if (config_read_string(cfg, source->text) != CONFIG_TRUE) {
		syntax_explain(source, config_error_line(cfg), config_error_text(cfg), d);
		return -EINVAL;
	}
	if (config_setting_length(config_root_setting(cfg)) == 0) {
		diag_error(d, source_file(source, 1), 1,
			"the file is empty: it needs at least the group 'dataplane'; was it cut "
			"off?");
		return -EINVAL;
	}
	return schema_adopt(cfg, source);
}

int schema_read(config_t *cfg, const char *file, struct weir_diag *d)
{
	struct source source = {0};
	int rc = source_read(&source, file, d);

	if (!rc)
		rc = syntax_check(&source, d);
	if (!rc)
		rc = schema_parse(cfg, &source, d);
	source_free(&source);
	return rc ? -EINVAL : 0;
}
