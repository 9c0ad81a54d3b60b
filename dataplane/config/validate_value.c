/* SPDX-License-Identifier: BSD-3-Clause */
/* One value: its type and its range. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dataplane_conf.h"
#include "suggest.h"
#include "units.h"
#include "validate.h"

int validate_name_ok(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len < WEIR_NAME_MAX &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") ==
		       len;
}

/* The value as it is written, for messages. */
static const char *validate_shown(const config_setting_t *s, char *out, size_t size)
{
	if (config_setting_type(s) == CONFIG_TYPE_BOOL)
		snprintf(out, size, "%s", config_setting_get_bool(s) ? "true" : "false");
	else if (config_setting_type(s) == CONFIG_TYPE_FLOAT)
		snprintf(out, size, "%g", config_setting_get_float(s));
	else if (config_setting_is_number(s))
		snprintf(out, size, "%lld", config_setting_get_int64(s));
	else
		snprintf(out, size, "this");
	return out;
}

static void validate_range(const struct validate *v, const struct validate_at *at,
	const struct schema_key *key, int64_t value)
{
	char text[24], low[24], high[24];

	if ((key->min || key->max) && (value < key->min || value > key->max))
		validate_error(v, at, "%s is out of range, allowed %s..%s",
			units_text(key->type, value, text, sizeof(text)),
			units_text(key->type, key->min, low, sizeof(low)),
			units_text(key->type, key->max, high, sizeof(high)));
	else if (key->step && value % key->step)
		validate_error(v, at, "%s is not a multiple of %s",
			units_text(key->type, value, text, sizeof(text)),
			units_text(key->type, key->step, low, sizeof(low)));
}

static void validate_int(
	const struct validate *v, const struct validate_at *at, const struct schema_key *key)
{
	const char *text = config_setting_get_string(at->s);
	char shown[32];

	if (config_setting_type(at->s) == CONFIG_TYPE_INT ||
		config_setting_type(at->s) == CONFIG_TYPE_INT64)
		validate_range(v, at, key, config_setting_get_int64(at->s));
	else if (text && text[0] && strspn(text, "0123456789") == strlen(text))
		validate_error(
			v, at, "write the number without quotes: %.*s", VALIDATE_SHOWN, text);
	else
		validate_error(v, at, "%.*s is not a whole number, allowed %" PRId64 "..%" PRId64,
			VALIDATE_SHOWN, text ? text : validate_shown(at->s, shown, sizeof(shown)),
			key->min, key->max);
}

static void validate_bool(const struct validate *v, const struct validate_at *at)
{
	if (config_setting_type(at->s) != CONFIG_TYPE_BOOL)
		validate_error(v, at, "is neither true nor false (without quotes)");
}

static void validate_amount(const struct validate *v, const struct validate_at *at,
	const struct schema_key *key, const char *text)
{
	int64_t value;
	int rc = units_parse(key->type, text, &value);
	char low[24], high[24];

	if (!rc)
		validate_range(v, at, key, value);
	else if (rc == -ERANGE)
		validate_error(v, at, "\"%.*s\" is out of range, allowed %s..%s", VALIDATE_SHOWN,
			text, units_text(key->type, key->min, low, sizeof(low)),
			units_text(key->type, key->max, high, sizeof(high)));
	else
		validate_error(v, at, "\"%.*s\" is not understood, write %s", VALIDATE_SHOWN, text,
			units_hint(key->type));
}

/* Is @word one of "a|b|c"? Else *@near is set to the nearest one, of @size bytes. */
static int validate_word(const char *words, const char *word, char *near, size_t size)
{
	char copy[200];
	char *save = NULL;
	unsigned int best = 0, found;

	near[0] = '\0';
	snprintf(copy, sizeof(copy), "%s", words ? words : "");
	for (char *w = strtok_r(copy, "|", &save); w; w = strtok_r(NULL, "|", &save)) {
		if (!strcmp(w, word))
			return 1;
		found = suggest_near(word, w, best);
		if (found) {
			best = found;
			snprintf(near, size, "%s", w);
		}
	}
	return 0;
}

/* "a|b|c" as "a, b or c". */
static const char *validate_words(const char *words, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (const char *p = words; *p && used + 5 < size; p++) {
		const char *what = *p != '|' ? NULL : strchr(p + 1, '|') ? ", " : " or ";

		used += what ? snprintf(out + used, size - used, "%s", what)
			     : snprintf(out + used, size - used, "%c", *p);
	}
	return out;
}

static void validate_enum(const struct validate *v, const struct validate_at *at,
	const struct schema_key *key, const char *text)
{
	char near[64], ignored[64], words[256];

	if (validate_word(key->range, text, near, sizeof(near)))
		return;
	validate_words(key->range, words, sizeof(words));
	if (validate_word(key->later, text, ignored, sizeof(ignored)))
		validate_error(
			v, at, "\"%s\" is not available in this version, use %s", text, words);
	else if (near[0])
		validate_error(v, at, "\"%.*s\" is unknown (did you mean \"%s\"?), allowed are %s",
			VALIDATE_SHOWN, text, near, words);
	else
		validate_error(
			v, at, "\"%.*s\" is unknown, allowed are %s", VALIDATE_SHOWN, text, words);
}

static void validate_string(const struct validate *v, const struct validate_at *at,
	const struct schema_key *key, const char *text)
{
	int64_t len = strlen(text);

	if (key->type == SCHEMA_PATH && text[0] != '/')
		validate_error(v, at, "\"%.*s\" is not an absolute path, it must begin with '/'",
			VALIDATE_SHOWN, text);
	else if (key->type == SCHEMA_NAME && !validate_name_ok(text))
		validate_error(v, at,
			"\"%.*s\" is not a name, allowed are 1 to 63 of A-Z a-z 0-9 _ . -",
			VALIDATE_SHOWN, text);
	else if (key->max && (len < key->min || len > key->max))
		validate_error(v, at, "is %" PRId64 " bytes long, allowed %" PRId64 "..%" PRId64,
			len, key->min, key->max);
}

static void validate_text(const struct validate *v, const struct validate_at *at,
	const struct schema_key *key, const char *text)
{
	for (const char *p = text; *p; p++)
		if (iscntrl((unsigned char)*p)) {
			validate_error(v, at, "holds a control character (byte %d)", *p);
			return;
		}
	if (key->type == SCHEMA_ENUM)
		validate_enum(v, at, key, text);
	else if (units_hint(key->type))
		validate_amount(v, at, key, text);
	else if (key->type == SCHEMA_ADDRESS)
		validate_address(v, at, text);
	else if (key->type == SCHEMA_ENDPOINT)
		validate_endpoint(v, at, text);
	else if (key->type == SCHEMA_CPUS)
		validate_cpus(v, at, text);
	else
		validate_string(v, at, key, text);
}

/* What is wrong with a value that should be a quoted string. */
static void validate_not_text(
	const struct validate *v, const struct validate_at *at, const struct schema_key *key)
{
	const char *hint = units_hint(key->type);
	char shown[32];

	if (config_setting_is_aggregate(at->s))
		validate_error(v, at, "is a group or a list, but one value belongs here%s%s",
			key->fallback && key->fallback[0] ? ", such as " : "",
			key->fallback ? key->fallback : "");
	else if (hint)
		validate_error(v, at, "%s has no quotes: write, in quotes, %s",
			validate_shown(at->s, shown, sizeof(shown)), hint);
	else
		validate_error(v, at, "%s has no quotes: write \"%s\"",
			validate_shown(at->s, shown, sizeof(shown)), shown);
}

void validate_value(
	const struct validate *v, const struct validate_at *at, const struct schema_key *key)
{
	const char *text = config_setting_get_string(at->s);

	if (key->type == SCHEMA_INT)
		validate_int(v, at, key);
	else if (key->type == SCHEMA_BOOL)
		validate_bool(v, at);
	else if (key->type == SCHEMA_PREFIXES)
		validate_prefixes(v, at, key);
	else if (text)
		validate_text(v, at, key, text);
	else
		validate_not_text(v, at, key);
}
