// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "options.h"

static const char usage[] =
	"Usage: weir-dataplane -c FILE [-t]\n"
	"\n"
	"Forwards packets for the VIPs that weir-controlplane publishes. Reads only the group\n"
	"`dataplane` of FILE.\n"
	"\n"
	"  -c, --config FILE  configuration\n"
	"  -t, --check        check the group `dataplane` and exit\n"
	"  -h, --help         this text\n"
	"  -V, --version      version\n"
	"\n"
	"Exit codes: 0 done, 1 failed, 2 usage, 5 invalid configuration.\n";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"check", no_argument, NULL, 't'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static int wrong(const char *what)
{
	fprintf(stderr, "weir-dataplane: %s\n%s", what, usage);
	return -EINVAL;
}

int options_parse(struct options *o, int argc, char **argv)
{
	int c;

	*o = (struct options){0};
	while ((c = getopt_long(argc, argv, "c:thV", long_options, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->file = optarg;
			break;
		case 't':
			o->check_only = 1;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'V':
			puts("weir-dataplane " WEIR_VERSION);
			return 0;
		default:
			return wrong("unknown option");
		}
	}
	if (optind < argc)
		return wrong("unexpected argument");
	return o->file != NULL ? 1 : wrong("-c FILE is missing");
}
