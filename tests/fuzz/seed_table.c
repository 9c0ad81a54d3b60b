// SPDX-License-Identifier: BSD-3-Clause
/* Writes tables to start fuzz_table from into the folder given: good ones, and for each rule that guards
 * a lookup one that just breaks it. Cut behind the first rows.
 */
#include <stdio.h>
#include <stdlib.h>

#include "blobs.h"

#define KEPT 1000

static void plain(struct blob *b)
{
}

static void left_out(struct blob *b)
{
	b->pool[0].rows_offset = 0;
}

static void gue_fragments(struct blob *b)
{
	b->service[2].forward = WEIR_FWD_GUE;
	b->service[2].gue_port = WEIR_GUE_PORT;
	b->service[2].flags = WEIR_SVC_FRAG_HASH3 | WEIR_SVC_AFFINITY_SOURCE;
	b->service[3].forward = WEIR_FWD_GRE;
}

/* Takes what service 1 leaves. */
static void fallback(struct blob *b)
{
	b->service[0].port = WEIR_PORT_ANY;
	b->service[0].port_last = WEIR_PORT_ANY_LAST;
}

static void ports_overlap(struct blob *b)
{
	b->service[0].port_last = b->service[1].port;
}

static void pool_behind_last(struct blob *b)
{
	b->service[3].pool = BLOB_POOLS;
}

static void hop_behind_last(struct blob *b)
{
	b->backend[0].next_hop = BLOB_HOPS;
}

static void port_behind_last(struct blob *b)
{
	b->hop[0].port = BLOB_PORTS;
}

static void backend_is_vip(struct blob *b)
{
	b->backend[0].addr = b->service[0].vip;
}

static void row_of_hole(struct blob *b)
{
	b->rows[0].row[0] = weir_row(1, 0, WEIR_STABLE);
}

static void row_behind_last(struct blob *b)
{
	b->rows[0].row[0] = weir_row(0, BLOB_BACKENDS, WEIR_STABLE);
}

static void phase_unknown(struct blob *b)
{
	b->rows[0].row[0] = weir_row(0, 0, WEIR_PHASE__COUNT);
}

static void rows_cut(struct blob *b)
{
	b->head.length -= 2 * sizeof(uint64_t);
}

static void rows_in_front(struct blob *b)
{
	b->pool[0].rows_offset -= sizeof(uint64_t);
}

#define SEED(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}
static const struct {
	const char *name;
	void (*make)(struct blob *b);
} seeds[] = {SEED(plain), SEED(left_out), SEED(gue_fragments), SEED(fallback), SEED(ports_overlap),
	SEED(pool_behind_last), SEED(hop_behind_last), SEED(port_behind_last), SEED(backend_is_vip),
	SEED(row_of_hole), SEED(row_behind_last), SEED(phase_unknown), SEED(rows_cut),
	SEED(rows_in_front)};

static void save(const char *folder, const char *name, const struct blob *b)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "we");
	if (out == NULL || fwrite(b, KEPT, 1, out) != 1 || fclose(out) != 0)
		abort();
}

int main(int argc, char **argv)
{
	struct blob b;

	if (argc != 2)
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		blob_make(&b);
		seeds[i].make(&b);
		save(argv[1], seeds[i].name, &b);
	}
	return EXIT_SUCCESS;
}
