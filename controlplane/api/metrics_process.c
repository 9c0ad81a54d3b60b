// SPDX-License-Identifier: BSD-3-Clause
/* The usual process_* family, of the control plane. */
#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "metrics.h"

static double cpu_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Pages of /proc/self/statm: 0 = virtual, 1 = resident. */
static void memory_pages(unsigned long pages[2])
{
	FILE *f = fopen("/proc/self/statm", "re");

	pages[0] = pages[1] = 0;
	if (!f)
		return;
	if (fscanf(f, "%lu %lu", &pages[0], &pages[1]) != 2)
		pages[0] = pages[1] = 0;
	fclose(f);
}

static uint64_t open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	uint64_t n = 0;
	struct dirent *e;

	if (!d)
		return 0;
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return n - 1; /* the one that reads the directory */
}

void metrics_process(struct metrics_writer *w, const struct cp *cp)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct rlimit fds = {0};
	unsigned long pages[2];

	memory_pages(pages);
	getrlimit(RLIMIT_NOFILE, &fds);
	writer_family(w, "process_cpu_seconds_total", "counter",
		"CPU time of the control plane in seconds.");
	writer_double(w, cpu_seconds(), NULL);
	writer_family(w, "process_resident_memory_bytes", "gauge",
		"Resident memory of the control plane.");
	writer_u64(w, pages[1] * page, NULL);
	writer_family(
		w, "process_virtual_memory_bytes", "gauge", "Virtual memory of the control plane.");
	writer_u64(w, pages[0] * page, NULL);
	writer_family(w, "process_open_fds", "gauge", "Open file descriptors.");
	writer_u64(w, open_fds(), NULL);
	writer_family(w, "process_max_fds", "gauge", "Limit of open file descriptors.");
	writer_u64(w, fds.rlim_cur, NULL);
	writer_family(w, "process_start_time_seconds", "gauge",
		"Start of the control plane, seconds since 1970.");
	writer_u64(w, (uint64_t)cp->started, NULL);
}
