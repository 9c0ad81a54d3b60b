/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api.h"
#include "cp.h"
#include "log.h"

enum { EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_CONFIG = 5 };

static const char usage[] =
	"usage: weir-controlplane -c FILE [-t]\n"
	"  -c, --config FILE   the configuration\n"
	"  -t, --test          check the configuration and exit: 0 = good, 5 = not\n"
	"      --help          this text\n"
	"      --version       the version\n"
	"\n"
	"Runs in the foreground and logs to stderr. SIGHUP reads the configuration again; SIGTERM "
	"and\n"
	"SIGINT save the state and exit: the data plane goes on forwarding with the table it "
	"has.\n";

struct options {
	const char *config;
	int test;
};

/* -1: go on; else the exit code. */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{"config", required_argument, NULL, 'c'},
		{"test", no_argument, NULL, 't'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:thV", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 't':
			o->test = 1;
			break;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		case 'V':
			puts("weir-controlplane " WEIR_VERSION);
			return EXIT_SUCCESS;
		default:
			fputs(usage, stderr);
			return EXIT_USAGE;
		}
	}
	if (o->config && optind == argc)
		return -1;
	fputs(usage, stderr);
	return EXIT_USAGE;
}

static void on_reload(int signal, short what, void *arg)
{
	struct weir_diag d = {0};
	int rc = cp_reload(arg, &d);

	cp_say(&d);
	if (rc < 0)
		log_error("reload failed: nothing has changed");
	else
		log_info("reloaded the configuration");
}

static void on_stop(int signal, short what, void *arg)
{
	log_info("stopping: the data plane goes on with the table it has");
	event_base_loopexit(arg, NULL);
}

/* Adds the signals, runs until one of them ends it. */
static int run(struct event_base *base, struct cp *cp)
{
	struct event *hup = evsignal_new(base, SIGHUP, on_reload, cp);
	struct event *term = evsignal_new(base, SIGTERM, on_stop, base);
	struct event *intr = evsignal_new(base, SIGINT, on_stop, base);
	int rc = -ENOMEM;

	if (hup && term && intr && event_add(hup, NULL) == 0 && event_add(term, NULL) == 0 &&
		event_add(intr, NULL) == 0) {
		log_info("started with %u services and %u pools, version " WEIR_VERSION,
			cp->model->n_services, cp->model->n_pools);
		rc = event_base_dispatch(base) < 0 ? -EIO : 0;
	}
	if (hup)
		event_free(hup);
	if (term)
		event_free(term);
	if (intr)
		event_free(intr);
	return rc < 0 ? EXIT_REFUSED : EXIT_SUCCESS;
}

static int serve(struct conf *conf, struct weir_diag *d)
{
	struct event_base *base = event_base_new();
	int rc = EXIT_REFUSED;
	struct api *api;
	struct cp *cp;

	if (!base) {
		conf_free(conf);
		return rc;
	}
	cp = cp_new(base, conf, d);
	api = cp ? api_new(cp, d) : NULL;
	cp_say(d);
	if (api)
		rc = run(base, cp);
	if (api)
		api_free(api);
	if (cp)
		cp_free(cp);
	event_base_free(base);
	return rc;
}

/* A socket for each check, client and port. */
static void raise_limits(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0)
		return;
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
}

static int start(const char *config)
{
	static struct weir_diag d; /* 50 KB */
	struct conf *conf = conf_load(config, &d);

	diag_print(&d, stderr);
	if (!conf)
		return EXIT_CONFIG;
	if (geteuid() != 0) {
		log_error("needs root to load XDP programs and to follow routes; start it with "
			  "sudo or as a system service (`-t` checks a configuration as any user)");
		conf_free(conf);
		return EXIT_REFUSED;
	}
	memset(&d, 0, sizeof(d));
	raise_limits();
	return serve(conf, &d);
}

int main(int argc, char **argv)
{
	struct options o = {0};
	int rc;

	health_checker_main(argc, argv); /* the checker process is this program, too */
	signal(SIGPIPE, SIG_IGN);
	rc = parse(argc, argv, &o);
	if (rc >= 0)
		return rc;
	return o.test ? conf_check_main(o.config) : start(o.config);
}
