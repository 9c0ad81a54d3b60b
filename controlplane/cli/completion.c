// SPDX-License-Identifier: BSD-3-Clause
/* Scripts that complete commands, options, and the names of services and backends (asked from the
 * daemon, silently nothing without one). Words come from the tables.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"

static int first_of_noun(size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(commands[j].noun, commands[i].noun) == 0)
			return 0;
	return 1;
}

static void print_nouns(void)
{
	for (size_t i = 0; i < n_commands; i++)
		if (first_of_noun(i))
			printf("%s%s", i ? " " : "", commands[i].noun);
}

static void print_options(void)
{
	for (size_t i = 0; i < n_option_rows; i++)
		printf("%s--%s", i ? " " : "", option_rows[i].name);
}

/* What stands for an argument: words, or a command that prints them. */
static const char *arg_words(enum arg_kind kind)
{
	switch (kind) {
	case ARG_SERVICE_OPTIONAL:
		return "$(weirctl -rn -o service service list 2>/dev/null)";
	case ARG_BACKEND:
		return "$(weirctl -rn -o service,backend backend list 2>/dev/null | tr ' ' /)";
	case ARG_WEIGHT:
		return "default";
	case ARG_SHELL:
		return "bash zsh";
	case ARG_FILE:
		return "$(compgen -f -- \"$cur\")";
	default:
		return "";
	}
}

static void print_case(const struct command *c)
{
	int at = c->verb ? 2 : 1;

	for (int i = 0; c->args[i] != ARG_END; i++)
		if (arg_words(c->args[i])[0])
			printf("\t%d:%s%s%s*) words=\"%s\" ;;\n", at + i, c->noun,
				c->verb ? "/" : "/", c->verb ? c->verb : "", arg_words(c->args[i]));
}

static void print_verbs(void)
{
	for (size_t i = 0; i < n_commands; i++) {
		if (!first_of_noun(i) || !commands[i].verb)
			continue;
		printf("\t1:%s/*) words=\"", commands[i].noun);
		for (size_t j = i; j < n_commands; j++)
			if (strcmp(commands[j].noun, commands[i].noun) == 0)
				printf("%s%s", j > i ? " " : "", commands[j].verb);
		printf("\" ;;\n");
	}
}

int completion_run(const struct invocation *in)
{
	if (strcmp(in->arg[0], "zsh") == 0)
		printf("#compdef weirctl\nautoload -U +X bashcompinit && bashcompinit\n");
	printf("# Completion of weirctl; load it with: . <(weirctl completion %s)\n"
	       "_weirctl() {\n"
	       "\tlocal cur=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\" plain=() i\n"
	       "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	       "\t\t[[ ${COMP_WORDS[i]} == -* ]] || plain+=(\"${COMP_WORDS[i]}\")\n"
	       "\tdone\n"
	       "\tcase \"${#plain[@]}:${plain[0]-}/${plain[1]-}\" in\n",
		in->arg[0]);
	printf("\t0:*) words=\"");
	print_nouns();
	printf("\" ;;\n");
	for (size_t i = 0; i < n_commands; i++)
		print_case(&commands[i]);
	print_verbs();
	printf("\tesac\n\t[[ $cur == -* ]] && words=\"");
	print_options();
	printf("\"\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
	       "complete -F _weirctl weirctl\n");
	return EXIT_DONE;
}
