/* SPDX-License-Identifier: BSD-3-Clause */
/* The one table of commands: from it come the help, the completion, the usage errors and the call.
 * Every run function returns the exit code. Data goes to stdout, words go to stderr.
 */
#pragma once

#include <stddef.h>

#include "options.h"

enum exit_code {
	EXIT_DONE,
	EXIT_REFUSED, /* the daemon understood and said no; verify: the accounts do not hold */
	EXIT_USAGE,
	EXIT_UNREACHABLE, /* no daemon on the socket, or no data plane behind it */
	EXIT_NO_OBJECT,	  /* no service or backend of that name */
	EXIT_BAD_CONFIG,
};

/* Shape of an argument. */
enum arg_kind {
	ARG_END,
	ARG_SERVICE_OPTIONAL,
	ARG_BACKEND, /* SERVICE/BACKEND */
	ARG_WEIGHT,
	ARG_CLIENT,
	ARG_VIP,
	ARG_FILE,
	ARG_SHELL,
	ARG_KIND__COUNT
};
#define COMMAND_ARGS 2

/* Options that only some commands take. */
enum command_flag {
	COMMAND_READS = 1 << 0,	 /* shows something of the daemon: -w */
	COMMAND_LISTS = 1 << 1,	 /* a table: -o, -r, -n */
	COMMAND_REASON = 1 << 2, /* changes something: --reason */
	COMMAND_ALL = 1 << 3,	 /* --all */
	COMMAND_JSON = 1 << 4,	 /* -j */
};

struct invocation {
	const struct options *o;
	const char *arg[COMMAND_ARGS]; /* NULL: not given */
};

struct command {
	const char *noun, *verb; /* verb NULL: a command of one word */
	enum arg_kind args[COMMAND_ARGS + 1];
	unsigned int flags;
	int (*run)(const struct invocation *in);
	const char *help;
};

extern const struct command commands[];
extern const size_t n_commands;

const char *arg_shape(enum arg_kind kind); /* "SERVICE/BACKEND" */
int arg_optional(enum arg_kind kind);

/* Find the command that @word[0..n) begin with, and put the rest into @in as its arguments. 0, or
 * EXIT_USAGE after saying what is wrong and what would be right.
 */
int command_find(char **word, int n, const struct command **cmd, struct invocation *in);

/* 0, or EXIT_USAGE after saying which option the command does not take. */
int command_accepts(const struct command *cmd, const struct options *o);

/* The commands, in the files of their names. */
int status_run(const struct invocation *in);
int service_list_run(const struct invocation *in);
int backend_list_run(const struct invocation *in);
int backend_show_run(const struct invocation *in);
int backend_drain_run(const struct invocation *in);
int backend_up_run(const struct invocation *in);
int backend_maint_run(const struct invocation *in);
int backend_weight_run(const struct invocation *in);
int drops_run(const struct invocation *in);
int worker_list_run(const struct invocation *in);
int port_list_run(const struct invocation *in);
int trace_run(const struct invocation *in);
int verify_run(const struct invocation *in);
int config_check_run(const struct invocation *in);
int config_schema_run(const struct invocation *in);
int config_reload_run(const struct invocation *in);
int version_run(const struct invocation *in);
int help_run(const struct invocation *in);
int completion_run(const struct invocation *in);
