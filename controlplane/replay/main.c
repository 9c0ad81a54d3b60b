/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "replay.h"

enum { EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_CONFIG = 5 };

static int prepare_hops(struct replay *r)
{
	uint8_t mac[6];
	int rc = capture_first_mac(r->o->in, mac, r->d);

	if (rc < 0)
		return rc;
	hops_default(&r->hops, r->plan.model, mac);
	return r->o->next_hops == NULL ? 0
				       : hops_load(&r->hops, r->plan.model, r->o->next_hops, r->d);
}

/* The two sides of the table, and the workers. */
static int prepare(struct replay *r)
{
	int rc = prepare_hops(r);

	if (rc == 0 && r->o->states != NULL)
		rc = states_load(&r->states, r->plan.model, r->o->states, r->d);
	if (rc == 0)
		rc = plan_write(&r->plan, r->d);
	if (rc == 0)
		rc = mbufs_start(&r->mbufs, r->o, (uint64_t)r->plan.length, r->d);
	if (rc == 0)
		rc = plan_publish(&r->plan, r->d);
	if (rc == 0)
		rc = lanes_init(
			&r->lanes, r->o->workers, &r->plan.model->conf->dataplane, &r->hops, r->d);
	return rc;
}

/* What is written must not be what is read. */
static int check_output(const struct replay *r, const char *file)
{
	struct stat in, out;

	if (stat(r->o->in, &in) != 0 || stat(file, &out) != 0)
		return 0;
	if (in.st_dev != out.st_dev || in.st_ino != out.st_ino)
		return 0;
	diag_error(r->d, file, 0, "is the capture itself, which would be lost; name another file");
	return -EINVAL;
}

static int open_files(struct replay *r)
{
	int rc = capture_open(&r->in, r->o->in, r->d);

	if (rc == 0)
		rc = check_output(r, r->o->out);
	if (rc == 0)
		rc = check_output(r, r->o->verdicts);
	if (rc == 0)
		rc = capture_create(&r->out, r->o->out, r->d);
	if (rc != 0)
		return rc;
	r->verdicts = fopen(r->o->verdicts, "we");
	if (r->verdicts != NULL)
		return 0;
	rc = -errno;
	diag_error(r->d, r->o->verdicts, 0, "cannot be written: %s", strerror(errno));
	return rc;
}

/* Disks fill up when files are closed, not before. */
static int close_files(struct replay *r, int rc)
{
	capture_close(&r->in);
	if (r->out.dump != NULL && capture_finish(&r->out) != 0 && rc == 0) {
		rc = -EIO;
		diag_error(r->d, r->o->out, 0, "could not be written whole");
	}
	if (r->verdicts != NULL && fclose(r->verdicts) != 0 && rc == 0) {
		rc = -errno;
		diag_error(
			r->d, r->o->verdicts, 0, "could not be written whole: %s", strerror(-rc));
	}
	return rc;
}

static void release(struct replay *r)
{
	states_free(&r->states);
	lanes_free(&r->lanes);
	plan_free(&r->plan);
	mbufs_stop(&r->mbufs);
}

static int run(struct replay *r)
{
	int rc;

	if (plan_load(&r->plan, r->o->config, r->d) < 0)
		return EXIT_CONFIG;
	rc = prepare(r);
	if (rc == 0)
		rc = open_files(r);
	if (rc == 0)
		rc = replay_run(r);
	return close_files(r, rc) == 0 ? EXIT_SUCCESS : EXIT_REFUSED;
}

int main(int argc, char **argv)
{
	static struct weir_diag d; /* 50 KB */
	static struct replay r = {.d = &d};
	struct options o;
	int rc = options_parse(&o, argc, argv);

	if (rc != 1)
		return rc == 0 ? EXIT_SUCCESS : EXIT_USAGE;
	r.o = &o;
	rc = run(&r);
	diag_print(&d, stderr);
	if (rc != EXIT_SUCCESS && d.n_errors == 0)
		fputs("error: no memory\n", stderr);
	release(&r);
	return rc;
}
