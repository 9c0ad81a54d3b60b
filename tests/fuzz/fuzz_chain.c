// SPDX-License-Identifier: BSD-3-Clause
/* The input is two places to cut, 16 bits each, and a frame. As a chain of one to three mbufs it must
 * be parsed as the same bytes in one piece are.
 *
 * EAL's memory is not known to a sanitizer, and a mbuf has room around its data that would hide a read
 * too far. So the room is poisoned under ASan; in every build it is filled with one pattern and then
 * another, which must not make a difference.
 */
#include <string.h>

#include <sanitizer/asan_interface.h>

#include <rte_eal.h>
#include <rte_mbuf.h>

#include "frame_check.h"
#include "frame_fix.h"
#include "fuzz.h"
#include "stages.h"

#define CUTS	  2
#define CUT_BYTES (2 * CUTS)
#define FRAME_MAX RTE_MBUF_DEFAULT_DATAROOM
#define MBUFS	  63

static struct rte_mempool *pool;
static struct worker worker;
static struct batch batch;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char *args[] = {"fuzz", "--no-huge", "-m", "32", "--no-pci", "--no-shconf",
		"--no-telemetry", "-l", "0", "--log-level", "error"};

	if (rte_eal_init((int)(sizeof(args) / sizeof(args[0])), args) < 0)
		abort();
	pool = rte_pktmbuf_pool_create(
		"fuzz", MBUFS, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool == NULL)
		abort();
	worker.port[0] = (struct worker_port){.max_frame = 1518, .open = 1};
	return 0;
}

static struct rte_mbuf *segment(const uint8_t *data, size_t len, uint8_t fill)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	FUZZ_MUST(m != NULL);
	ASAN_UNPOISON_MEMORY_REGION(m->buf_addr, m->buf_len);
	memset(m->buf_addr, fill, m->buf_len);
	if (len > 0)
		memcpy(rte_pktmbuf_append(m, (uint16_t)len), data, len);
	return m;
}

/* @used: bytes of the data room that may be touched. */
static void poison_around(struct rte_mbuf *m, uint32_t used)
{
	uint8_t *data = rte_pktmbuf_mtod(m, uint8_t *);

	ASAN_POISON_MEMORY_REGION(m->buf_addr, m->data_off);
	ASAN_POISON_MEMORY_REGION(data + used, m->buf_len - m->data_off - used);
}

/* The bounds of piece @i: the cuts in rising order, taken modulo the length. */
static size_t bound(const uint8_t *cuts, size_t len, unsigned int i)
{
	size_t a = (cuts[0] << 8 | cuts[1]) % (len + 1), b = (cuts[2] << 8 | cuts[3]) % (len + 1);

	if (i == 0)
		return a < b ? a : b;
	return i == 1 ? (a < b ? b : a) : len;
}

/* Empty pieces are left out, but for the first: a driver may hand over an empty first segment. */
static struct rte_mbuf *chain(const uint8_t *cuts, const uint8_t *data, size_t len, uint8_t fill)
{
	size_t at = bound(cuts, len, 0);
	struct rte_mbuf *head = segment(data, at, fill);

	for (unsigned int i = 1; i <= CUTS; i++) {
		size_t end = bound(cuts, len, i);
		struct rte_mbuf *m;

		if (end == at)
			continue;
		m = segment(data + at, end - at, fill);
		FUZZ_MUST(rte_pktmbuf_chain(head, m) == 0);
		poison_around(m, m->data_len);
		at = end;
	}
	/* One piece is made in the room of the first. */
	poison_around(head, rte_pktmbuf_pkt_len(head));
	return head;
}

/* What the stage made of it; the frame it leaves is the one that came. */
static enum weir_drop run(
	const uint8_t *cuts, const uint8_t *data, size_t len, uint8_t fill, struct parsed *out)
{
	enum weir_drop drop;

	batch.mbuf[0] = chain(cuts, data, len, fill);
	memset(&batch.parsed[0], fill, sizeof(batch.parsed[0]));
	batch_start(&batch, 1);
	stage_parse(&worker, &batch);
	drop = (enum weir_drop)batch.reason[0];
	FUZZ_MUST(batch.n_live == (drop == WEIR_DROP_NONE));
	if (drop == WEIR_DROP_NONE) {
		FUZZ_MUST(batch.mbuf[0]->nb_segs == 1 && batch.mbuf[0]->data_len == len);
		FUZZ_MUST(memcmp(rte_pktmbuf_mtod(batch.mbuf[0], void *), data, len) == 0);
	}
	*out = batch.parsed[0];
	rte_pktmbuf_free(batch.mbuf[0]);
	FUZZ_MUST(rte_mempool_avail_count(pool) == MBUFS);
	return drop;
}

static void check(const uint8_t *cuts, const uint8_t *data, size_t len, uint8_t fill)
{
	struct parsed want, got;
	enum weir_drop drop = frame_parse(data, (uint32_t)len, 0, &want);

	if (len > worker.port[0].max_frame)
		drop = WEIR_DROP_l2_long;
	FUZZ_MUST(run(cuts, data, len, fill, &got) == drop);
	if (drop == WEIR_DROP_NONE)
		FUZZ_MUST(memcmp(&want, &got, sizeof(want)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < CUT_BYTES || size > CUT_BYTES + FRAME_MAX)
		return -1;
	check(data, data + CUT_BYTES, size - CUT_BYTES, 0x00);
	check(data, data + CUT_BYTES, size - CUT_BYTES, 0xff);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	return frame_mutate(data, size, max_size, seed, CUT_BYTES);
}
