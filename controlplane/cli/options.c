// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "nearest.h"
#include "options.h"

enum { LONG_REASON = 256, LONG_ALL, LONG_COLOR };

#define WATCH_DEFAULT_S 2.0
#define WATCH_MIN_S	0.1
#define WATCH_MAX_S	86400.0

/* clang-format off */
const struct option_row option_rows[] = {
	{ 'j', "json", NULL, "the answer of the API as it is" },
	{ 'r', "raw", NULL, "columns separated by one blank, for scripts" },
	{ 'n', "no-headings", NULL, "leave the line of headings out" },
	{ 'o', "output", "COL,..", "these columns, in this order" },
	{ 'w', "watch", "[SEC]", "repeat every SEC seconds (2)" },
	{ 's', "socket", "SOCKET", "API socket (" OPTIONS_SOCKET ", or $WEIR_SOCKET)" },
	{ LONG_COLOR, "color", "WHEN", "auto, always or never; NO_COLOR is honoured" },
	{ LONG_REASON, "reason", "TEXT", "why a backend is changed; kept with the change" },
	{ LONG_ALL, "all", NULL, "drops: show reasons that never occurred, too" },
	{ 'h', "help", NULL, "show the help" },
};
/* clang-format on */
const size_t n_option_rows = sizeof(option_rows) / sizeof(option_rows[0]);
#define N_ROWS (sizeof(option_rows) / sizeof(option_rows[0]))

static int has_arg(const struct option_row *r)
{
	return !r->arg ? no_argument : r->arg[0] == '[' ? optional_argument : required_argument;
}

static void make_tables(struct option longs[N_ROWS + 1], char shorts[3 * N_ROWS + 2])
{
	char *p = shorts;

	*p++ = ':'; /* a missing argument is told from an unknown option */
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct option_row *r = &option_rows[i];

		longs[i] = (struct option){r->name, has_arg(r), NULL, r->letter};
		if (r->letter > 255)
			continue;
		*p++ = (char)r->letter;
		for (int n = has_arg(r); n > 0; n--)
			*p++ = ':';
	}
	*p = '\0';
	longs[N_ROWS] = (struct option){0};
}

static int parse_color(const char *when, struct options *o)
{
	const char *no_color = getenv("NO_COLOR");

	if (strcmp(when, "always") == 0)
		o->color = 1;
	else if (strcmp(when, "never") == 0)
		o->color = 0;
	else if (strcmp(when, "auto") == 0)
		o->color = isatty(STDOUT_FILENO) && !(no_color && no_color[0] != '\0');
	else {
		fprintf(stderr, "weirctl: --color: '%s' is not auto, always or never\n", when);
		return EXIT_USAGE;
	}
	return 0;
}

static int is_number(const char *text, double *out)
{
	char *end;

	if (!text || text[0] < '0' || text[0] > '9')
		return 0;
	*out = strtod(text, &end);
	return *end == '\0';
}

/* `-w 5`: getopt knows only `-w5` for an argument that may be left out. */
static int parse_watch(int argc, char **argv, struct options *o)
{
	o->watch_s = WATCH_DEFAULT_S;
	if (!optarg) {
		if (optind < argc && is_number(argv[optind], &o->watch_s))
			optind++;
	} else if (!is_number(optarg, &o->watch_s)) {
		fprintf(stderr, "weirctl: --watch: '%s' is not a number of seconds\n", optarg);
		return EXIT_USAGE;
	}
	if (o->watch_s >= WATCH_MIN_S && o->watch_s <= WATCH_MAX_S)
		return 0;
	fprintf(stderr, "weirctl: --watch: %g seconds, allowed %g..%g\n", o->watch_s, WATCH_MIN_S,
		WATCH_MAX_S);
	return EXIT_USAGE;
}

static int unknown_option(char *const *argv)
{
	const char *word = argv[optind - 1];
	struct nearest near = nearest_to(strncmp(word, "--", 2) == 0 ? word + 2 : "");

	if (optopt > 0 && optopt < 256) {
		fprintf(stderr, "weirctl: no option -%c (weirctl help lists all)\n", optopt);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < N_ROWS; i++)
		nearest_try(&near, option_rows[i].name);
	fprintf(stderr, "weirctl: no option %s", word);
	if (nearest_found(&near))
		fprintf(stderr, "; did you mean --%s?", near.best);
	fprintf(stderr, " (weirctl help lists all)\n");
	return EXIT_USAGE;
}

static int missing_argument(void)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (option_rows[i].letter == optopt)
			fprintf(stderr, "weirctl: --%s needs %s\n", option_rows[i].name,
				option_rows[i].arg ? option_rows[i].arg : "an argument");
	return EXIT_USAGE;
}

static int apply(int c, int argc, char **argv, struct options *o)
{
	switch (c) {
	case 'j':
		o->json = 1;
		return 0;
	case 'r':
		o->raw = 1;
		return 0;
	case 'n':
		o->no_headings = 1;
		return 0;
	case 'o':
		o->columns = optarg;
		return 0;
	case 'w':
		return parse_watch(argc, argv, o);
	case 's':
		o->socket = optarg;
		return 0;
	case 'h':
		o->help = 1;
		return 0;
	case LONG_REASON:
		o->reason = optarg;
		return 0;
	case LONG_ALL:
		o->all = 1;
		return 0;
	case LONG_COLOR:
		return parse_color(optarg, o);
	case ':':
		return missing_argument();
	default:
		return unknown_option(argv);
	}
}

int options_parse(int argc, char **argv, struct options *o, int *first)
{
	const char *socket = getenv("WEIR_SOCKET");
	struct option longs[N_ROWS + 1];
	char shorts[3 * N_ROWS + 2];
	int c, rc;

	*o = (struct options){.socket = socket && socket[0] ? socket : OPTIONS_SOCKET};
	parse_color("auto", o);
	make_tables(longs, shorts);
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		rc = apply(c, argc, argv, o);
		if (rc != 0)
			return rc;
	}
	if (o->json && (o->columns || o->raw)) {
		fprintf(stderr, "weirctl: --json gives whole objects: leave %s out\n",
			o->columns ? "--output" : "--raw");
		return EXIT_USAGE;
	}
	*first = optind;
	return 0;
}
