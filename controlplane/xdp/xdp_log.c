/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "xdp_internal.h"

static char complaint[256];

static int keep(enum libbpf_print_level level, const char *format, va_list ap)
{
	size_t n;

	if (level != LIBBPF_WARN || complaint[0])
		return 0;
	vsnprintf(complaint, sizeof(complaint), format, ap);
	n = strcspn(complaint, "\n");
	complaint[n] = '\0';
	return 0;
}

void xdp_log_start(void)
{
	complaint[0] = '\0';
	libbpf_set_print(keep);
}

const char *xdp_log_complaint(void)
{
	const char *prefix = "libbpf: ";

	return strncmp(complaint, prefix, strlen(prefix)) ? complaint : complaint + strlen(prefix);
}
