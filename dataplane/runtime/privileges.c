// SPDX-License-Identifier: BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include <cap-ng.h>

#include "log.h"
#include "privileges.h"

/* CAP_SYS_ADMIN: the kernel asks for it to look at a program or a map by its id. */
static const unsigned int needed[] = {
	CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_IPC_LOCK, CAP_SYS_ADMIN};

int privileges_check(void)
{
	capng_get_caps_process();
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (capng_have_capability(CAPNG_EFFECTIVE, needed[i]))
			continue;
		log_error("weir-dataplane needs root, or the capabilities CAP_NET_ADMIN, "
			  "CAP_NET_RAW, "
			  "CAP_BPF, CAP_IPC_LOCK and CAP_SYS_ADMIN until its ports are open: "
			  "cap_%s is "
			  "missing; start it with sudo",
			capng_capability_to_name(needed[i]));
		return -EPERM;
	}
	return 0;
}

void privileges_drop(void)
{
	capng_clear(CAPNG_SELECT_ALL);
	capng_apply(CAPNG_SELECT_ALL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* 1 if the thread has a capability, 0 if it has none or is gone. */
static int has_any(const char *tid)
{
	unsigned long long effective = 0;
	char path[300], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%s/status", tid);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return effective != 0;
}

int privileges_left(void)
{
	DIR *d = opendir("/proc/self/task");
	struct dirent *e;
	int n = 0;

	if (d == NULL)
		return -errno;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			n += has_any(e->d_name);
	closedir(d);
	return n;
}
