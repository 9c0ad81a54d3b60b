/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "schema.h"
#include "units.h"

static const char *const markdown_types[] = {
	[SCHEMA_GROUP] = "group",
	[SCHEMA_NAMED] = "groups by name",
	[SCHEMA_STRING] = "string",
	[SCHEMA_ENUM] = "word",
	[SCHEMA_INT] = "number",
	[SCHEMA_BOOL] = "true or false",
	[SCHEMA_SIZE] = "size",
	[SCHEMA_COUNT] = "count",
	[SCHEMA_DURATION] = "duration",
	[SCHEMA_PERCENT] = "percent",
	[SCHEMA_ADDRESS] = "address",
	[SCHEMA_PREFIXES] = "prefixes",
	[SCHEMA_ENDPOINT] = "endpoint",
	[SCHEMA_CPUS] = "CPUs",
	[SCHEMA_PATH] = "absolute path",
	[SCHEMA_NAME] = "name",
};

static const char *const markdown_reloads[] = {
	[RELOAD_LIVE] = "reload",
	[RELOAD_RESTART_DATAPLANE] = "restart of weir-dataplane",
	[RELOAD_RESTART_CONTROLPLANE] = "restart of weir-controlplane",
};

static void markdown_range(const struct schema_key *k, FILE *out)
{
	char low[24], high[24];

	if (k->range)
		for (const char *p = k->range; *p; p++)
			fputs(*p == '|' ? ", " : (char[]){*p, 0}, out);
	else if (k->min || k->max)
		fprintf(out, "%s..%s", units_text(k->type, k->min, low, sizeof(low)),
			units_text(k->type, k->max, high, sizeof(high)));
}

static void markdown_row(const struct schema_key *k, FILE *out)
{
	fputs("| `", out);
	for (const char *p = k->path; *p; p++)
		fputs(*p == '*' ? "NAME" : (char[]){*p, 0}, out);
	fprintf(out, "` | %s | ", markdown_types[k->type]);
	markdown_range(k, out);
	fprintf(out, " | %s | %s | %s%s |\n",
		k->required   ? "required"
		: k->fallback ? k->fallback
			      : "",
		markdown_reloads[k->reload], k->help,
		k->effect == SCHEMA_INERT ? " (no effect in this version)" : "");
}

void schema_print_markdown(const struct schema_key *keys, size_t n, void *stdio_file)
{
	FILE *out = stdio_file;

	fputs("| Key | Type | Allowed | Default | A change needs | Meaning |\n", out);
	fputs("|---|---|---|---|---|---|\n", out);
	for (size_t i = 0; i < n; i++)
		markdown_row(&keys[i], out);
}
