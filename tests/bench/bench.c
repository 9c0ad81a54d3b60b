// SPDX-License-Identifier: BSD-3-Clause
/* bench [--json] [--no-huge] [--cpu CPU] [CASE...]: see scripts/bench. */
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "cases.h"

struct options {
	int json, no_huge;
	const char *cpu;
	char **wanted;
	int n_wanted;
};

static struct world world;

static int usage(void)
{
	fprintf(stderr, "usage: bench [--json] [--no-huge] [--cpu CPU] [--list] [CASE...]\n"
			"CASE may have wildcards: 'ipip-v4-*'\n");
	return 2;
}

/* A case that is planned, but has no subject yet. */
static int is_exceptions(const char *name)
{
	size_t n = strlen(name), tail = strlen("-exceptions");

	return n > tail && strcmp(name + n - tail, "-exceptions") == 0;
}

static int check_wanted(const struct options *o, const struct bench_case *c, uint32_t n)
{
	for (int i = 0; i < o->n_wanted; i++) {
		uint32_t found = 0;

		for (uint32_t k = 0; k < n; k++)
			found += fnmatch(o->wanted[i], c[k].name, 0) == 0;
		if (found > 0)
			continue;
		if (is_exceptions(o->wanted[i]))
			fprintf(stderr,
				"bench: %s cannot be measured: this weir has no tracking = "
				"\"exceptions\" yet; %.*s-full has the same packets\n",
				o->wanted[i], (int)(strlen(o->wanted[i]) - strlen("-exceptions")),
				o->wanted[i]);
		else
			fprintf(stderr, "bench: no case is called %s; --list names all\n",
				o->wanted[i]);
		return -1;
	}
	return 0;
}

static int is_wanted(const struct options *o, const struct bench_case *c)
{
	for (int i = 0; i < o->n_wanted; i++)
		if (fnmatch(o->wanted[i], c->name, 0) == 0)
			return 1;
	return o->n_wanted == 0;
}

static int start_eal(const struct options *o)
{
	char *huge[] = {"bench", "-l", (char *)o->cpu, "--in-memory", "-m", "640", "--no-pci",
		"--no-telemetry", "--log-level", "error", "--iova-mode", "va"};
	char *plain[] = {"bench", "-l", (char *)o->cpu, "--no-huge", "--no-shconf", "-m", "640",
		"--no-pci", "--no-telemetry", "--log-level", "error", "--iova-mode", "va"};

	if (o->no_huge)
		return rte_eal_init((int)(sizeof(plain) / sizeof(*plain)), plain);
	return rte_eal_init((int)(sizeof(huge) / sizeof(*huge)), huge);
}

static void print_head(const struct options *o)
{
	if (o->json)
		return;
	printf("TSC %.3f GHz, CPU %s, %s pages; cycles per packet, maglev: ms\n",
		(double)rte_get_tsc_hz() / 1e9, o->cpu, o->no_huge ? "small" : "huge");
	printf("%-20s %8s %8s %8s %8s\n", "case", "net", "gross", "floor", "spread");
}

static void print_result(const struct options *o, const char *name, const struct measure *m)
{
	if (o->json)
		printf("{\"case\":\"%s\",\"gross\":%.2f,\"net\":%.2f,\"floor\":%.2f,\"spread\":%."
		       "2f}\n",
			name, m->gross, m->net, m->floor, m->spread);
	else
		printf("%-20s %8.2f %8.2f %8.2f %8.2f%s\n", name, m->net, m->gross, m->floor,
			m->spread, measure_is_noisy(m) ? "  noisy" : "");
	fflush(stdout);
}

static int run(const struct options *o, const struct bench_case *c, uint32_t n)
{
	uint32_t noisy = 0, done = 0;

	print_head(o);
	for (uint32_t i = 0; i < n; i++) {
		struct measure m;

		if (!is_wanted(o, &c[i]))
			continue;
		if (case_run(&world, &c[i], &m) != 0)
			return 1;
		print_result(o, c[i].name, &m);
		noisy += measure_is_noisy(&m);
		done++;
	}
	if (noisy > 0)
		fprintf(stderr,
			"bench: the machine was too noisy for %u of %u cases: more than 5 %% of "
			"the "
			"time went elsewhere, or rounds differ by more than 10 %%; stop what else "
			"runs, or take the figures as upper bounds\n",
			noisy, done);
	return 0;
}

static int read_options(struct options *o, int argc, char **argv)
{
	static const struct option known[] = {{"json", no_argument, NULL, 'j'},
		{"no-huge", no_argument, NULL, 'n'}, {"cpu", required_argument, NULL, 'c'},
		{"list", no_argument, NULL, 'l'}, {0}};
	int opt, list = 0;

	while ((opt = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (opt == 'j')
			o->json = 1;
		else if (opt == 'n')
			o->no_huge = 1;
		else if (opt == 'c')
			o->cpu = optarg;
		else if (opt == 'l')
			list = 1;
		else
			return -1;
	}
	o->wanted = argv + optind;
	o->n_wanted = argc - optind;
	return list;
}

int main(int argc, char **argv)
{
	struct options o = {.cpu = "0"};
	struct bench_case c[CASES_MAX];
	uint32_t n = cases_list(c);
	int rc = read_options(&o, argc, argv);

	if (rc < 0)
		return usage();
	for (uint32_t i = 0; i < n && rc == 1; i++)
		puts(c[i].name);
	if (rc == 1)
		return 0;
	if (check_wanted(&o, c, n) != 0)
		return 2;
	if (start_eal(&o) < 0 || world_init(&world, CASE_MAX_FLOWS) != 0) {
		fprintf(stderr, "bench: not enough memory: 640 MB of %s pages are needed\n",
			o.no_huge ? "small" : "huge");
		return 1;
	}
	return run(&o, c, n);
}
