// SPDX-License-Identifier: BSD-3-Clause
/* Writes tables to start fuzz_table from, without their rows, into the folder given. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "blobs.h"

#define FIXED offsetof(struct blob, rows)

static void save(const char *folder, const char *name, const struct blob *b)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "we");
	if (out == NULL || fwrite(b, FIXED, 1, out) != 1 || fclose(out) != 0)
		abort();
}

/* GUE, affinity, fragments, a fallback; one pool left out. */
static void make_rich(struct blob *b)
{
	b->service[2].forward = WEIR_FWD_GUE;
	b->service[2].gue_port = WEIR_GUE_PORT;
	b->service[2].flags = WEIR_SVC_FRAG_HASH3 | WEIR_SVC_AFFINITY_SOURCE;
	b->service[3].forward = WEIR_FWD_GRE;
	b->service[3].port = WEIR_PORT_ANY;
	b->service[3].port_last = WEIR_PORT_ANY_LAST;
	b->pool[0].rows_offset = 0;
}

int main(int argc, char **argv)
{
	struct blob b;

	if (argc != 2)
		return EXIT_FAILURE;
	blob_make(&b);
	save(argv[1], "plain", &b);
	make_rich(&b);
	save(argv[1], "rich", &b);
	return EXIT_SUCCESS;
}
