// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon.h"
#include "dataplane_conf.h"
#include "options.h"

#define EXIT_USAGE  2
#define EXIT_CONFIG 5

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		daemon_note_reload();
	else
		daemon_request_stop();
}

static void catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_signal};

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int load(const char *file, struct dataplane_conf *conf)
{
	struct weir_diag *d = calloc(1, sizeof(*d));
	int err = d == NULL ? -1 : dataplane_conf_load(file, conf, d);

	if (d != NULL)
		diag_print(d, stderr);
	free(d);
	return err;
}

int main(int argc, char **argv)
{
	static struct dataplane_conf conf;
	struct options o;
	struct daemon *d;
	int go = options_parse(&o, argc, argv);

	if (go <= 0)
		return go == 0 ? EXIT_SUCCESS : EXIT_USAGE;
	if (load(o.file, &conf) != 0)
		return EXIT_CONFIG;
	if (o.check_only) {
		puts("the group `dataplane` is valid");
		return EXIT_SUCCESS;
	}
	catch_signals();
	d = daemon_start(&conf);
	if (d == NULL)
		return EXIT_FAILURE;
	daemon_run(d);
	daemon_stop(d);
	return EXIT_SUCCESS;
}
