/* SPDX-License-Identifier: BSD-3-Clause */
/* The walk over the tree: what may stand where. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "suggest.h"
#include "validate.h"

#define VALIDATE_PATH_MAX 256

static void validate_group(
	const struct validate *v, const struct validate_at *at, const char *pattern);

void validate_error(const struct validate *v, const struct validate_at *at, const char *fmt, ...)
{
	char text[sizeof(((struct diag_message *)0)->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_error(v->d, schema_file(at->s), schema_line(at->s), "%s%s%s", at->path,
		at->path[0] ? ": " : "", text);
}

static void validate_join(char *out, const char *path, const char *name)
{
	snprintf(out, VALIDATE_PATH_MAX, "%s%s%s", path, path[0] ? "." : "", name);
}

/* The last part of a row's path if the row stands directly below @pattern, or NULL. */
static const char *validate_child(const struct schema_key *key, const char *pattern)
{
	size_t len = strlen(pattern);
	const char *name = key->path;

	if (len && (strncmp(name, pattern, len) || name[len] != '.'))
		return NULL;
	name += len ? len + 1 : 0;
	return strchr(name, '.') ? NULL : name;
}

/* The nearest name that may stand below @pattern, or NULL. */
static const char *validate_nearest(const struct validate *v, const char *pattern, const char *name)
{
	const char *found = NULL;
	unsigned int best = 0;

	for (size_t i = 0; i < v->n; i++) {
		const char *child = validate_child(&v->keys[i], pattern);
		unsigned int near = child ? suggest_near(name, child, best) : 0;

		if (near) {
			best = near;
			found = child;
		}
	}
	return found;
}

/* Names that may stand below @pattern: "address, weight". */
static void validate_allowed(const struct validate *v, const char *pattern, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < v->n && used < size; i++) {
		const char *child = validate_child(&v->keys[i], pattern);

		if (child)
			used += snprintf(out + used, size - used, "%s%s", used ? ", " : "", child);
	}
}

/* Where else a key of this name may stand: "pools.NAME", or NULL. */
static const char *validate_elsewhere(const struct validate *v, const char *name, char *out)
{
	for (size_t i = 0; i < v->n; i++) {
		const char *dot = strrchr(v->keys[i].path, '.');
		const char *from = v->keys[i].path;
		size_t used = 0;

		if (!dot || strcmp(dot + 1, name))
			continue;
		for (; from < dot && used + 5 < VALIDATE_PATH_MAX; from++)
			used += sprintf(out + used, *from == '*' ? "NAME" : "%c", *from);
		return out;
	}
	return NULL;
}

static void validate_unknown(const struct validate *v, const struct validate_at *parent,
	const config_setting_t *s, const char *pattern)
{
	const char *name = config_setting_name(s);
	const char *near = validate_nearest(v, pattern, name);
	struct validate_at at = {s, parent->path};
	char allowed[400], elsewhere[VALIDATE_PATH_MAX];

	if (near) {
		validate_error(v, &at, "unknown key '%.63s' (did you mean '%s'?)", name, near);
		return;
	}
	validate_allowed(v, pattern, allowed, sizeof(allowed));
	if (validate_elsewhere(v, name, elsewhere))
		validate_error(v, &at, "'%.63s' belongs to %s; allowed here: %s", name, elsewhere,
			allowed);
	else
		validate_error(v, &at, "unknown key '%.63s', allowed here: %s", name, allowed);
}

/* Is it a group at all? Lists of groups are what people try who know other programs. */
static int validate_is_group(const struct validate *v, const struct validate_at *at)
{
	int type = config_setting_type(at->s);

	if (type == CONFIG_TYPE_GROUP)
		return 1;
	if (type == CONFIG_TYPE_LIST || type == CONFIG_TYPE_ARRAY)
		validate_error(v, at,
			"is a list, but groups are keyed by names here: write NAME: { ... }; "
			"inside { }");
	else
		validate_error(v, at, "is a plain value, but a group belongs here: write { ... }");
	return 0;
}

static void validate_named(
	const struct validate *v, const struct validate_at *at, const char *pattern)
{
	char below[VALIDATE_PATH_MAX], path[VALIDATE_PATH_MAX];

	validate_join(below, pattern, "*");
	for (int i = 0; i < config_setting_length(at->s); i++) {
		struct validate_at child = {config_setting_get_elem(at->s, i), path};
		const char *name = config_setting_name(child.s);

		if (!validate_name_ok(name)) {
			child.path = at->path;
			validate_error(v, &child,
				"'%.80s' is not a name, allowed are 1 to 63 of A-Z a-z 0-9 _ . -",
				name);
			continue;
		}
		validate_join(path, at->path, name);
		if (validate_is_group(v, &child))
			validate_group(v, &child, below);
	}
}

static void validate_member(
	const struct validate *v, const struct validate_at *at, const struct schema_key *key)
{
	if (key->effect == SCHEMA_INERT)
		diag_warning(v->d, schema_file(at->s), schema_line(at->s),
			"%s: has no effect in this version", at->path);
	if (key->type != SCHEMA_GROUP && key->type != SCHEMA_NAMED)
		validate_value(v, at, key);
	else if (validate_is_group(v, at))
		(key->type == SCHEMA_GROUP ? validate_group : validate_named)(v, at, key->path);
}

static void validate_required(
	const struct validate *v, const struct validate_at *at, const char *pattern)
{
	for (size_t i = 0; i < v->n; i++) {
		const char *name = validate_child(&v->keys[i], pattern);

		if (!name || !v->keys[i].required || config_setting_get_member(at->s, name))
			continue;
		validate_error(v, at, "the %s '%s' is missing: %s",
			v->keys[i].type == SCHEMA_GROUP || v->keys[i].type == SCHEMA_NAMED ? "group"
											   : "key",
			name, v->keys[i].help);
	}
}

static void validate_group(
	const struct validate *v, const struct validate_at *at, const char *pattern)
{
	char below[VALIDATE_PATH_MAX], path[VALIDATE_PATH_MAX];

	for (int i = 0; i < config_setting_length(at->s); i++) {
		struct validate_at child = {config_setting_get_elem(at->s, i), path};
		const struct schema_key *key;

		validate_join(below, pattern, config_setting_name(child.s));
		validate_join(path, at->path, config_setting_name(child.s));
		key = schema_find(v->keys, v->n, below);
		if (key)
			validate_member(v, &child, key);
		else
			validate_unknown(v, at, child.s, pattern);
	}
	validate_required(v, at, pattern);
}

int schema_validate(
	const config_t *cfg, const struct schema_key *keys, size_t n, struct weir_diag *d)
{
	struct validate v = {keys, n, d};
	struct validate_at root = {config_root_setting(cfg), ""};
	unsigned int before = d->n_errors;

	validate_group(&v, &root, "");
	return d->n_errors == before ? 0 : -EINVAL;
}

int schema_validate_group(const config_t *cfg, const char *group, const struct schema_key *keys,
	size_t n, struct weir_diag *d)
{
	struct validate v = {keys, n, d};
	config_setting_t *root = config_root_setting(cfg);
	struct validate_at at = {config_setting_get_member(root, group), group};
	const struct schema_key *key = schema_find(keys, n, group);
	unsigned int before = d->n_errors;

	if (at.s && key)
		validate_member(&v, &at, key);
	else
		diag_error(d, schema_file(root), schema_line(root), "the group '%s' is missing: %s",
			group, key ? key->help : "it is unknown");
	return d->n_errors == before ? 0 : -EINVAL;
}
