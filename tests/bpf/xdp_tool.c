/* SPDX-License-Identifier: BSD-3-Clause */
/* xdp_tool: the loader of the control plane by hand, for shell tests and experiments.
 *
 *	xdp_tool attach NODE PORT INTERFACE FRESH_MS [VIP...]   attach or adopt, set the VIPs, status
 *	xdp_tool beat   NODE PORT INTERFACE FRESH_MS SECONDS    ... and beat for every queue meanwhile
 *	xdp_tool remove NODE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>

#include "dataplane_conf.h"
#include "xdp.h"

static const char *const counter_names[WEIR_XDP_COUNTER__COUNT] = {
	[WEIR_XDP_PASS] = "pass",
	[WEIR_XDP_REDIRECT] = "redirect",
	[WEIR_XDP_NO_WORKER] = "no_worker",
	[WEIR_XDP_REDIRECT_FAILED] = "redirect_failed",
};

static int usage(void)
{
	fputs("usage: xdp_tool attach|beat NODE PORT INTERFACE FRESH_MS [VIP...|SECONDS]\n"
	      "       xdp_tool remove NODE\n",
		stderr);
	return 2;
}

static void print_status(const struct xdp *x)
{
	struct xdp_status s;

	xdp_status(x, 0, &s);
	printf("attached %d native %d prog %u", s.attached, s.native, s.prog_id);
	for (int i = 0; i < WEIR_XDP_COUNTER__COUNT; i++)
		printf(" %s %llu", counter_names[i], (unsigned long long)s.counters[i]);
	printf("\n");
}

static int set_vips(struct xdp *x, char **text, int n)
{
	struct weir_addr *vips = calloc((size_t)n, sizeof(*vips));
	int rc = vips ? 0 : -1;

	for (int i = 0; i < n && rc == 0; i++)
		rc = addr_parse(text[i], &vips[i]);
	if (rc == 0)
		rc = xdp_set_vips(x, vips, (uint32_t)n);
	free(vips);
	return rc;
}

static int beat(int fd, int seconds)
{
	size_t size = WEIR_XDP_MAX_QUEUES * sizeof(struct weir_beat);
	struct weir_beat *beats = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	struct timespec now;

	if (beats == MAP_FAILED)
		return -1;
	for (int turn = 0; turn < seconds * 200; turn++, usleep(5000)) {
		clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
		for (int q = 0; q < WEIR_XDP_MAX_QUEUES; q++)
			beats[q].time_ns = (uint64_t)now.tv_sec * 1000000000 +
					   (uint64_t)now.tv_nsec;
	}
	munmap(beats, size);
	return 0;
}

int main(int argc, char **argv)
{
	static struct weir_diag d;
	struct xdp *x;
	int fd, rc = 0;

	if (argc == 3 && strcmp(argv[1], "remove") == 0) {
		xdp_remove_all(argv[2]);
		return 0;
	}
	if (argc < 6 || (strcmp(argv[1], "attach") && strcmp(argv[1], "beat")))
		return usage();
	x = xdp_new(argv[2], &d);
	fd = x ? xdp_attach(x, argv[3], argv[4], strtoull(argv[5], NULL, 10) * 1000000, &d) : -1;
	diag_print(&d, stderr);
	if (fd >= 0 && argv[1][0] == 'b')
		rc = argc > 6 ? beat(fd, atoi(argv[6])) : usage();
	else if (fd >= 0 && argc > 6)
		rc = set_vips(x, argv + 6, argc - 6);
	if (fd >= 0)
		print_status(x);
	xdp_free(x);
	return fd < 0 || rc ? 1 : 0;
}
