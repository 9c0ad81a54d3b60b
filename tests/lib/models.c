// SPDX-License-Identifier: BSD-3-Clause
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "models.h"

static char dir[64];
static pid_t owner; /* check forks for each test */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return remove(path);
}

static void remove_dir(void)
{
	if (owner == getpid())
		nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *test_dir(void)
{

	if (owner == getpid())
		return dir;
	owner = getpid();
	strcpy(dir, "/tmp/weir-unit-XXXXXX");
	if (!mkdtemp(dir))
		abort();
	atexit(remove_dir);
	return dir;
}

const char *test_path(const char *name)
{
	static char path[8][128];
	static unsigned int next;
	char *out = path[next++ % 8];

	snprintf(out, sizeof(path[0]), "%s/%s", test_dir(), name);
	return out;
}

static const char head[] = "node: { name = \"test\"; state-dir = \"/tmp/weir-unit-none\"; };\n"
			   "dataplane: { allow: { vips = [\"192.0.2.0/24\", \"2001:db8:1::/64\"];\n"
			   "  backends = [\"10.0.0.0/8\", \"2001:db8:2::/64\"]; };\n"
			   "  ports: { p0: { interface = \"eth0\"; queues = 1; }; }; };\n"
			   "defaults: { check: { type = \"tcp\"; rise = 2; fall = 3; }; };\n";

struct conf *test_conf(const char *objects)
{
	const char *path = test_path("weir.conf");
	struct weir_diag *d = calloc(1, sizeof(*d));
	FILE *f = fopen(path, "w");
	struct conf *c;

	if (!f || !d)
		abort();
	fprintf(f, "%s%s\n", head, objects);
	fclose(f);
	c = conf_load(path, d);
	if (!c) {
		diag_print(d, stderr);
		abort();
	}
	free(d);
	return c;
}

struct model *test_model(const char *objects)
{
	struct model *m = model_new(test_conf(objects));

	if (!m)
		abort();
	return m;
}

static void resolve(struct model_backend *b)
{
	static const uint8_t dst[6] = {2, 0, 0, 0, 1, 1}, src[6] = {2, 0, 0, 0, 0, 1};
	int v4 = weir_addr_is_v4(&b->addr);

	b->hop = (struct weir_table_next_hop){.state = WEIR_HOP_READY, .mtu = 1500};
	memcpy(b->hop.dst_mac, dst, sizeof(dst));
	memcpy(b->hop.src_mac, src, sizeof(src));
	b->hop.dst_mac[5] = b->addr.b[14]; /* another gateway for each third byte */
	b->hop.src = b->addr;
	b->hop.src.b[15] = 254;
	if (!v4)
		b->hop.dst_mac[4] = 6;
}

void test_resolve(struct model *m)
{
	for (uint32_t i = 0; i < m->n_pools; i++)
		for (uint32_t j = 0; j < m->pools[i]->n_backends; j++)
			resolve(m->pools[i]->backends[j]);
}
