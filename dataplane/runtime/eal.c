// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "eal.h"
#include "log.h"

#define MAX_ARGS 64
#define ARG_SIZE 1024

/* An argv that rte_eal_init() may reorder; the words live as long as the process. */
struct eal_args {
	int n;
	char *word[MAX_ARGS];
	char text[MAX_ARGS][ARG_SIZE];
};

__attribute__((format(printf, 2, 3))) static void add_arg(struct eal_args *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->text[a->n], ARG_SIZE, fmt, ap);
	va_end(ap);
	a->word[a->n] = a->text[a->n];
	a->n++;
}

int eal_workers(const struct dataplane_conf *conf)
{
	unsigned int cpu[WEIR_MAX_WORKERS + 1];
	int n = cpus_parse(conf->lcores, cpu, WEIR_MAX_WORKERS + 1);
	long online = sysconf(_SC_NPROCESSORS_CONF);

	for (int i = 0; i < n; i++)
		if (cpu[i] >= (unsigned long)online) {
			log_error("dataplane.lcores names CPU %u, but this machine has 0 to %ld",
				cpu[i], online - 1);
			return -EINVAL;
		}
	if (n < 1) {
		log_error("dataplane.lcores \"%s\" is not a list of CPUs", conf->lcores);
		return -EINVAL;
	}
	return n == 1 ? 1 : n - 1;
}

/* "0@2,1@3,2@4": lcore@CPU. */
static void add_lcores(struct eal_args *a, const struct dataplane_conf *conf)
{
	unsigned int cpu[WEIR_MAX_WORKERS + 1];
	int n = cpus_parse(conf->lcores, cpu, WEIR_MAX_WORKERS + 1), at = 0;
	char map[ARG_SIZE] = "";

	if (n == 1)
		cpu[n++] = cpu[0]; // main lcore and worker share it
	for (int i = 0; i < n; i++)
		at += snprintf(map + at, sizeof(map) - (size_t)at, "%s%d@%u", i == 0 ? "" : ",", i,
			cpu[i]);
	add_arg(a, "--lcores");
	add_arg(a, "%s", map);
}

static int add_devices(struct eal_args *a, const struct dataplane_conf *conf)
{
	int n = 0;

	for (uint32_t i = 0; i < conf->n_ports; i++)
		if (conf->port[i].device[0] != '\0') {
			add_arg(a, "--allow");
			add_arg(a, "%s", conf->port[i].device);
			n++;
		}
	return n;
}

/* Huge pages without files in a hugetlbfs: nothing stays behind when the process is killed. AF_XDP
 * needs the packet pool in one piece of virtual memory, a device without IOMMU physical addresses.
 */
static void fill_args(struct eal_args *a, const struct dataplane_conf *conf)
{
	add_arg(a, "weir-dataplane");
	add_lcores(a, conf);
	add_arg(a, "--in-memory");
	add_arg(a, "--no-telemetry");
	/* EAL makes a directory of this name even if it puts nothing there: one for all, not one more for
	 * each start that was killed.
	 */
	add_arg(a, "--file-prefix");
	add_arg(a, "weir");
	add_arg(a, "--log-level");
	add_arg(a, "error");
	add_arg(a, "-m");
	add_arg(a, "%lu", conf->memory >> 20);
	if (add_devices(a, conf) == 0) {
		add_arg(a, "--no-pci");
		add_arg(a, "--iova-mode");
		add_arg(a, "va");
	}
}

int eal_start(const struct dataplane_conf *conf)
{
	static struct eal_args args;

	args.n = 0;
	fill_args(&args, conf);
	/* A service manager sets it for our files; EAL would follow it and complain about what it
	 * finds there.
	 */
	unsetenv("RUNTIME_DIRECTORY");
	if (rte_eal_init(args.n, args.word) >= 0)
		return 0;
	log_error("DPDK does not start: %s (its own words stand above; CPUs \"%s\", %lu MB of huge "
		  "pages)",
		rte_strerror(rte_errno), conf->lcores, conf->memory >> 20);
	return -EIO;
}

void eal_stop(void)
{
	const char *dir = rte_eal_get_runtime_dir();

	rte_eal_cleanup();
	rmdir(dir); // empty, or another instance's too: then it stays
}
