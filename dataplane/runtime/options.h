/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

struct options {
	const char *file;
	int check_only; /* -t */
};

/* 1 = go on; 0 = done (--help, --version); -EINVAL = wrong usage, said on stderr. */
int options_parse(struct options *o, int argc, char **argv);
