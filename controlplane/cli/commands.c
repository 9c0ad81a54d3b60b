// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "nearest.h"

#define LIST   (COMMAND_READS | COMMAND_LISTS | COMMAND_JSON)
#define SHOW   (COMMAND_READS | COMMAND_JSON)
#define CHANGE (COMMAND_REASON | COMMAND_JSON)

/* clang-format off */
const struct command commands[] = {
	{ "status", NULL, { ARG_END }, SHOW, status_run,
		"the node at a glance: plane, generation, ports, workers" },
	{ "service", "list", { ARG_END }, LIST, service_list_run, "services and their counters" },
	{ "backend", "list", { ARG_SERVICE_OPTIONAL }, LIST, backend_list_run,
		"backends, of all services or of one" },
	{ "backend", "show", { ARG_BACKEND }, SHOW, backend_show_run,
		"everything about one backend" },
	{ "backend", "drain", { ARG_BACKEND }, CHANGE, backend_drain_run,
		"keep its flows, give it no new ones" },
	{ "backend", "up", { ARG_BACKEND }, CHANGE, backend_up_run,
		"give it flows again (ends drain and maint)" },
	{ "backend", "maint", { ARG_BACKEND }, CHANGE, backend_maint_run,
		"take it out: as if its checks failed" },
	{ "backend", "weight", { ARG_BACKEND, ARG_WEIGHT }, CHANGE, backend_weight_run,
		"give it another weight, or `default` for the configured one" },
	{ "drops", NULL, { ARG_END }, LIST | COMMAND_ALL, drops_run,
		"packets dropped, by reason" },
	{ "worker", "list", { ARG_END }, LIST, worker_list_run, "workers of the data plane" },
	{ "port", "list", { ARG_END }, LIST, port_list_run, "ports, links and XDP programs" },
	{ "trace", NULL, { ARG_CLIENT, ARG_VIP }, SHOW, trace_run,
		"which backend a flow goes to, and why" },
	{ "verify", NULL, { ARG_END }, SHOW, verify_run,
		"do packets, flows and buffers add up, while it runs" },
	{ "config", "check", { ARG_FILE }, COMMAND_JSON, config_check_run,
		"validate a configuration file (needs no daemon)" },
	{ "config", "schema", { ARG_END }, COMMAND_JSON, config_schema_run,
		"all configuration keys, their ranges and defaults" },
	{ "config", "reload", { ARG_END }, COMMAND_JSON, config_reload_run,
		"make the daemon read its configuration file again" },
	{ "version", NULL, { ARG_END }, COMMAND_JSON, version_run, "version of weirctl" },
	{ "help", NULL, { ARG_END }, 0, help_run, "this text" },
	{ "completion", NULL, { ARG_SHELL }, 0, completion_run,
		"completion script for bash or zsh" },
};
/* clang-format on */
const size_t n_commands = sizeof(commands) / sizeof(commands[0]);

static const struct {
	const char *shape;
	int optional;
} shapes[ARG_KIND__COUNT] = {
	[ARG_END] = {"", 1},
	[ARG_SERVICE_OPTIONAL] = {"[SERVICE]", 1},
	[ARG_BACKEND] = {"SERVICE/BACKEND", 0},
	[ARG_WEIGHT] = {"N|default", 0},
	[ARG_CLIENT] = {"CLIENT:PORT", 0},
	[ARG_VIP] = {"VIP:PORT/PROTO", 0},
	[ARG_FILE] = {"FILE", 0},
	[ARG_SHELL] = {"bash|zsh", 0},
};

const char *arg_shape(enum arg_kind kind)
{
	return shapes[kind].shape;
}

int arg_optional(enum arg_kind kind)
{
	return shapes[kind].optional;
}

static int usage(const struct command *cmd)
{
	fprintf(stderr, "usage: weirctl %s", cmd->noun);
	if (cmd->verb)
		fprintf(stderr, " %s", cmd->verb);
	for (const enum arg_kind *a = cmd->args; *a != ARG_END; a++)
		fprintf(stderr, " %s", arg_shape(*a));
	if (cmd->flags & COMMAND_REASON)
		fprintf(stderr, " [--reason TEXT]");
	if (cmd->flags & COMMAND_ALL)
		fprintf(stderr, " [--all]");
	fputc('\n', stderr);
	return EXIT_USAGE;
}

static int weight_fits(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	return strcmp(text, "default") == 0 ||
	       (text[0] >= '0' && text[0] <= '9' && *end == '\0' && n <= 1000);
}

/* What can be said without the daemon. */
static int arg_fits(enum arg_kind kind, const char *text)
{
	const char *slash = strchr(text, '/');

	switch (kind) {
	case ARG_BACKEND:
		return slash && slash != text && slash[1] != '\0';
	case ARG_WEIGHT:
		return weight_fits(text);
	case ARG_CLIENT:
		return strrchr(text, ':') != NULL && !slash;
	case ARG_VIP:
		return slash && (strcmp(slash, "/tcp") == 0 || strcmp(slash, "/udp") == 0);
	case ARG_SHELL:
		return strcmp(text, "bash") == 0 || strcmp(text, "zsh") == 0;
	default:
		return text[0] != '\0';
	}
}

static int bind_args(const struct command *cmd, char **word, int n, struct invocation *in)
{
	int i = 0;

	for (; cmd->args[i] != ARG_END; i++) {
		if (i >= n && arg_optional(cmd->args[i]))
			return 0;
		if (i >= n) {
			fprintf(stderr, "weirctl: %s is missing\n", arg_shape(cmd->args[i]));
			return usage(cmd);
		}
		if (!arg_fits(cmd->args[i], word[i])) {
			fprintf(stderr, "weirctl: '%s' is not %s%s\n", word[i],
				arg_shape(cmd->args[i]),
				cmd->args[i] == ARG_WEIGHT ? ", allowed 0..1000" : "");
			return usage(cmd);
		}
		in->arg[i] = word[i];
	}
	if (i < n) {
		fprintf(stderr, "weirctl: '%s' is one argument too many\n", word[i]);
		return usage(cmd);
	}
	return 0;
}

/* @noun: in front of the word, or "". */
static int unknown(const char *noun, const char *word, const struct nearest *near)
{
	fprintf(stderr, "weirctl: no command '%s%s%s'", noun, noun[0] ? " " : "", word);
	if (nearest_found(near))
		fprintf(stderr, "; did you mean '%s'?", near->best);
	fprintf(stderr, " (weirctl help lists all)\n");
	return EXIT_USAGE;
}

static int unknown_noun(const char *word)
{
	struct nearest near = nearest_to(word);

	for (size_t i = 0; i < n_commands; i++)
		nearest_try(&near, commands[i].noun);
	return unknown("", word, &near);
}

/* @noun exists; @verb is none of its own, or missing. */
static int unknown_verb(const char *noun, const char *verb)
{
	struct nearest near = nearest_to(verb ? verb : "");
	const char *sep = "";

	for (size_t i = 0; verb && i < n_commands; i++)
		if (strcmp(commands[i].noun, noun) == 0)
			nearest_try(&near, commands[i].verb);
	if (verb)
		unknown(noun, verb, &near);
	fprintf(stderr, "usage: weirctl %s ", noun);
	for (size_t i = 0; i < n_commands; i++) {
		if (strcmp(commands[i].noun, noun) != 0)
			continue;
		fprintf(stderr, "%s%s", sep, commands[i].verb);
		sep = "|";
	}
	fprintf(stderr, " ...\n");
	return EXIT_USAGE;
}

int command_find(char **word, int n, const struct command **cmd, struct invocation *in)
{
	int noun_known = 0;

	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = &commands[i];

		if (strcmp(c->noun, word[0]) != 0)
			continue;
		noun_known = 1;
		if (c->verb && (n < 2 || strcmp(c->verb, word[1]) != 0))
			continue;
		*cmd = c;
		return bind_args(c, word + (c->verb ? 2 : 1), n - (c->verb ? 2 : 1), in);
	}
	return noun_known ? unknown_verb(word[0], n > 1 ? word[1] : NULL) : unknown_noun(word[0]);
}

int command_accepts(const struct command *cmd, const struct options *o)
{
	const char *option = NULL;

	if (o->json && !(cmd->flags & COMMAND_JSON))
		option = "--json";
	else if (o->watch_s > 0 && !(cmd->flags & COMMAND_READS))
		option = "--watch";
	else if ((o->columns || o->raw || o->no_headings) && !(cmd->flags & COMMAND_LISTS))
		option = o->columns ? "--output" : o->raw ? "--raw" : "--no-headings";
	else if (o->reason && !(cmd->flags & COMMAND_REASON))
		option = "--reason";
	else if (o->all && !(cmd->flags & COMMAND_ALL))
		option = "--all";
	if (!option)
		return 0;
	fprintf(stderr, "weirctl: %s has no meaning for this command\n", option);
	return usage(cmd);
}
