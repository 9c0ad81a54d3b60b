// SPDX-License-Identifier: BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "huge.h"
#include "log.h"

#define HUGE_DIR "/sys/kernel/mm/hugepages"
#define KB_2M	 2048u

/* Pages of one size. */
struct huge_size {
	uint64_t kb, total, free;
};

static uint64_t read_count(const char *dir, const char *file)
{
	char path[512];
	unsigned long n = 0;
	FILE *f;

	snprintf(path, sizeof(path), HUGE_DIR "/%s/%s", dir, file);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%lu", &n) != 1)
		n = 0;
	fclose(f);
	return n;
}

static int read_size(const char *dir, struct huge_size *out)
{
	unsigned long kb;

	if (sscanf(dir, "hugepages-%lukB", &kb) != 1)
		return 0;
	*out = (struct huge_size){
		.kb = kb,
		.total = read_count(dir, "nr_hugepages"),
		.free = read_count(dir, "free_hugepages"),
	};
	return 1;
}

/* Free bytes over all sizes; @small: the pages of 2 MiB. */
static uint64_t count_free(struct huge_size *small)
{
	struct huge_size s;
	struct dirent *e;
	uint64_t sum = 0;
	DIR *d = opendir(HUGE_DIR);

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!read_size(e->d_name, &s))
			continue;
		sum += s.free * s.kb * 1024;
		if (s.kb == KB_2M)
			*small = s;
	}
	if (d != NULL)
		closedir(d);
	return sum;
}

int huge_check(uint64_t bytes)
{
	struct huge_size small = {.kb = KB_2M};
	uint64_t have = count_free(&small), pages;

	if (have >= bytes)
		return 0;
	pages = (bytes - have + KB_2M * 1024 - 1) / (KB_2M * 1024);
	log_error("dataplane.memory asks for %lu MB of huge pages, but %lu MB are free (%lu of %lu "
		  "pages of 2 MB); reserve them: "
		  "echo %lu > " HUGE_DIR "/hugepages-2048kB/nr_hugepages",
		bytes >> 20, have >> 20, small.free, small.total, small.total + pages);
	return -ENOMEM;
}
