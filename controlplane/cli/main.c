// SPDX-License-Identifier: BSD-3-Clause
/* weirctl: what an operator says to weir-controlplane, over the UNIX socket of its API. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "commands.h"

static int watch(const struct command *cmd, const struct invocation *in)
{
	double s = in->o->watch_s;
	struct timespec pause = {.tv_sec = (time_t)s, .tv_nsec = (long)((s - (time_t)s) * 1e9)};
	int terminal = isatty(STDOUT_FILENO);

	for (;;) {
		int rc;

		if (terminal)
			fputs("\033[H\033[2J", stdout);
		rc = cmd->run(in);
		/* A daemon that restarts comes back; a wrong name does not get right. */
		if (rc != EXIT_DONE && rc != EXIT_UNREACHABLE)
			return rc;
		if (!terminal)
			putchar('\n');
		if (fflush(stdout) != 0)
			return EXIT_DONE; /* the reader has gone */
		nanosleep(&pause, NULL);
	}
}

int main(int argc, char **argv)
{
	struct options o;
	struct invocation in = {.o = &o};
	const struct command *cmd;
	int first, rc = options_parse(argc, argv, &o, &first);

	if (rc != 0)
		return rc;
	if (o.help)
		return help_run(&in);
	if (first == argc) {
		fprintf(stderr, "usage: weirctl [OPTION]... COMMAND [ARGUMENT]...\n"
				"weirctl help lists the commands\n");
		return EXIT_USAGE;
	}
	rc = command_find(argv + first, argc - first, &cmd, &in);
	if (rc == 0)
		rc = command_accepts(cmd, &o);
	if (rc != 0)
		return rc;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	rc = o.watch_s > 0 ? watch(cmd, &in) : cmd->run(&in);
	if (fflush(stdout) != 0 && rc == EXIT_DONE)
		rc = EXIT_REFUSED;
	curl_global_cleanup();
	return rc;
}
