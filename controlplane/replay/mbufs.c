/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "mbufs.h"

/* The largest there is, so that no packet is dropped for its chain: a port's pool is made to fit too. */
#define ROOM	   UINT16_MAX
#define ROOM_DATA  (ROOM - RTE_PKTMBUF_HEADROOM)
#define MBUF_BYTES (ROOM + 512u) /* with its header, rounded up */
#define SLACK_MB   32u		 /* what EAL itself needs */
#define TABLES	   4u		 /* two tables in use at once, and holes between them */

#define CPU_TEXT 4096

/* Every CPU that we may use, for the one lcore: EAL would start a thread on each. */
static void cpus_text(char *out)
{
	size_t at = (size_t)snprintf(out, CPU_TEXT, "0@(");
	cpu_set_t set;
	const char *comma = "";

	CPU_ZERO(&set);
	sched_getaffinity(0, sizeof(set), &set);
	for (int i = 0; i < CPU_SETSIZE && at < CPU_TEXT - 8; i++) {
		if (!CPU_ISSET(i, &set))
			continue;
		at += (size_t)snprintf(out + at, CPU_TEXT - at, "%s%d", comma, i);
		comma = ",";
	}
	snprintf(out + at, CPU_TEXT - at, ")");
}

static int start_eal(uint64_t megabytes)
{
	static char cpus[CPU_TEXT], memory[24], prefix[32];
	static char *args[] = {"weir-replay", "--no-huge", "--no-shconf", "--no-pci",
		"--no-telemetry", "--iova-mode", "va", "--log-level", "error", "--file-prefix",
		prefix, "-m", memory, "--lcores", cpus, NULL};

	cpus_text(cpus);
	snprintf(memory, sizeof(memory), "%lu", megabytes);
	snprintf(prefix, sizeof(prefix), "weir-replay-%d", getpid());
	return rte_eal_init((int)(sizeof(args) / sizeof(args[0])) - 1, args);
}

/* EAL makes directories, even if it puts nothing there, and leaves them behind: ours stand in one of
 * our own, which goes with them.
 */
static char runtime_dir[PATH_MAX];

static int make_runtime_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(runtime_dir, sizeof(runtime_dir), "%s/weir-replay-XXXXXX",
		tmp != NULL && *tmp == '/' ? tmp : "/tmp");
	if (mkdtemp(runtime_dir) == NULL)
		return -errno;
	return setenv("RUNTIME_DIRECTORY", runtime_dir, 1) == 0 ? 0 : -ENOMEM;
}

static void remove_runtime_dir(void)
{
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%s", rte_eal_get_runtime_dir());
	while (strlen(dir) > strlen(runtime_dir) && rmdir(dir) == 0)
		*strrchr(dir, '/') = '\0';
	rmdir(runtime_dir);
}

/* Each part, and one more where a packet is longer than a buffer. */
static uint32_t buffers(const struct options *o)
{
	uint32_t parts = o->n_cuts > 0 ? o->n_cuts + 1 : o->segments;

	return o->burst * (parts + 1);
}

int mbufs_start(struct mbufs *p, const struct options *o, uint64_t table_bytes, struct weir_diag *d)
{
	int rc = make_runtime_dir();
	uint64_t bytes = (uint64_t)buffers(o) * MBUF_BYTES + TABLES * table_bytes;

	if (rc != 0) {
		diag_error(d, runtime_dir, 0, "no directory can be made there: %s", strerror(-rc));
		return rc;
	}
	if (start_eal((bytes >> 20) + SLACK_MB) < 0) {
		diag_error(d, NULL, 0, "DPDK does not start: %s", rte_strerror(rte_errno));
		remove_runtime_dir();
		return -EIO;
	}
	p->n = buffers(o);
	p->pool = rte_pktmbuf_pool_create("replay", p->n, 0, 0, ROOM, SOCKET_ID_ANY);
	if (p->pool != NULL)
		return 0;
	diag_error(d, NULL, 0, "no buffers for packets: %s", rte_strerror(rte_errno));
	rte_eal_cleanup();
	remove_runtime_dir();
	return -ENOMEM;
}

void mbufs_stop(struct mbufs *p)
{
	if (p->pool == NULL)
		return;
	rte_mempool_free(p->pool);
	rte_eal_cleanup();
	remove_runtime_dir();
}

/* Where the part that holds byte @at ends. */
static uint32_t part_end(const struct options *o, uint32_t at, uint32_t len)
{
	uint32_t n = o->segments < len ? o->segments : len;
	uint32_t part = n > 0 ? len / n : 0;

	for (uint32_t i = 0; i < o->n_cuts; i++)
		if (at < o->cut[i] && o->cut[i] < len)
			return o->cut[i];
	if (o->n_cuts > 0 || n == 0 || at >= part * (n - 1))
		return len;
	return (at / part + 1) * part;
}

static int add(struct mbufs *p, struct rte_mbuf **chain, const uint8_t *data, uint32_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(p->pool);

	if (m == NULL)
		return -ENOMEM;
	memcpy(rte_pktmbuf_append(m, (uint16_t)len), data, len);
	if (*chain == NULL)
		*chain = m;
	else
		rte_pktmbuf_chain(*chain, m);
	return 0;
}

struct rte_mbuf *mbufs_make(
	struct mbufs *p, const struct options *o, const uint8_t *data, uint32_t len)
{
	struct rte_mbuf *chain = NULL;
	uint32_t at = 0;

	do {
		uint32_t take = part_end(o, at, len) - at;

		if (take > ROOM_DATA)
			take = ROOM_DATA;
		if (add(p, &chain, data + at, take) != 0) {
			rte_pktmbuf_free(chain);
			return NULL;
		}
		at += take;
	} while (at < len);
	return chain;
}

uint32_t mbufs_out(const struct mbufs *p)
{
	return p->n - rte_mempool_avail_count(p->pool);
}
