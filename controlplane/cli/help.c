// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "commands.h"

#define SYNOPSIS_WIDTH 38

static void help_command(const struct command *c)
{
	char line[128];
	int n = snprintf(
		line, sizeof(line), "%s%s%s", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");

	for (const enum arg_kind *a = c->args; *a != ARG_END; a++)
		n += snprintf(line + n, sizeof(line) - (size_t)n, " %s", arg_shape(*a));
	printf("  %-*s %s\n", SYNOPSIS_WIDTH, line, c->help);
}

static void help_option(const struct option_row *r)
{
	char line[64], letter[8] = "    ";

	if (r->letter < 256)
		snprintf(letter, sizeof(letter), "-%c, ", r->letter);
	snprintf(line, sizeof(line), "%s--%s%s%s", letter, r->name, r->arg ? " " : "",
		r->arg ? r->arg : "");
	printf("  %-*s %s\n", SYNOPSIS_WIDTH, line, r->help);
}

int help_run(const struct invocation *in)
{
	printf("usage: weirctl [OPTION]... COMMAND [ARGUMENT]...\n\ncommands:\n");
	for (size_t i = 0; i < n_commands; i++)
		help_command(&commands[i]);
	printf("\noptions, before or after the command:\n");
	for (size_t i = 0; i < n_option_rows; i++)
		help_option(&option_rows[i]);
	printf("\nexit code: 0 done, 1 refused, 2 usage, 3 daemon unreachable, 4 no such object, "
	       "5 invalid configuration\n");
	return EXIT_DONE;
}

int version_run(const struct invocation *in)
{
	if (in->o->json)
		return client_print(json_pack("{s:s}", "version", WEIR_VERSION));
	printf("weirctl %s\n", WEIR_VERSION);
	return EXIT_DONE;
}
