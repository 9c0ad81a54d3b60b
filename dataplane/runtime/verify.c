// SPDX-License-Identifier: BSD-3-Clause
#include "clock.h"
#include "verify.h"

#define TRIES 5

static void ask_workers(struct verify *v)
{
	for (uint32_t i = 0; i < v->n_workers; i++)
		audit_ask(&v->workers[i]->audit);
}

void verify_ask(struct verify *v, uint64_t seq, uint64_t region, uint64_t now_ns)
{
	v->seq = seq;
	v->region = region;
	v->deadline_ns = now_ns + VERIFY_DEADLINE_NS;
	v->tries = TRIES;
	ask_workers(v);
}

/* Workers count up on their own: a sum that is a few packets old is still one that was true. */
static void watch_traffic(struct verify *v, uint64_t now_ns)
{
	uint64_t rx = 0;

	for (uint32_t i = 0; i < v->n_workers; i++)
		rx += __atomic_load_n(&v->workers[i]->w.count->rx_packets, __ATOMIC_RELAXED);
	if (rx == v->rx)
		return;
	v->rx = rx;
	v->rx_ns = now_ns;
}

static int is_complete(const struct verify *v)
{
	for (uint32_t i = 0; i < v->n_workers; i++)
		if (audit_state(&v->workers[i]->audit) != AUDIT_DONE)
			return 0;
	return 1;
}

static void say(
	const struct verify *v, uint32_t worker, enum weir_verify_part part, const void *of_part)
{
	struct weir_msg m = weir_verify_msg(v->seq, worker, part, of_part);

	v->answer(v->answer_arg, &m);
}

static void say_worker(const struct verify *v, uint32_t i)
{
	const struct audit *a = &v->workers[i]->audit;

	if (audit_state(a) != AUDIT_DONE)
		return;
	say(v, i, WEIR_VERIFY_PACKETS, &a->packets);
	say(v, i, WEIR_VERIFY_FLOWS, &a->flows);
}

/* The workers have just taken back what was sent. */
static void count_mbufs(const struct verify *v, uint64_t now_ns, struct weir_verify_mbufs *out)
{
	struct verify_buffers b = {0};

	*out = (struct weir_verify_mbufs){
		.n_workers = v->n_workers,
		.still = now_ns - v->rx_ns >= VERIFY_STILL_NS,
	};
	if (v->pool == NULL)
		return;
	v->buffers(v->buffers_arg, &b);
	out->total = v->pool->size;
	out->free = rte_mempool_avail_count(v->pool);
	out->at_rest = b.at_rest;
	out->moving = b.moving;
	out->slack = b.slack + (out->still ? 0 : b.blur);
}

static int is_off(const struct weir_verify_mbufs *m)
{
	uint64_t out = m->total - m->free;

	return out > m->at_rest + m->slack || out + m->slack < m->at_rest;
}

void verify_poll(struct verify *v, uint64_t now_ns)
{
	struct weir_verify_mbufs mbufs;
	int complete;

	watch_traffic(v, now_ns);
	if (v->seq == 0)
		return;
	complete = is_complete(v);
	if (!complete && now_ns < v->deadline_ns)
		return;
	count_mbufs(v, now_ns, &mbufs);
	/* The first packet after the silence may be in hand just now, and the next turn will know of
	 * it; or the kernel has not let go of the last one.
	 */
	if (complete && mbufs.still && is_off(&mbufs) && v->tries-- > 0) {
		ask_workers(v);
		return;
	}
	for (uint32_t i = 0; i < v->n_workers; i++)
		say_worker(v, i);
	say(v, 0, WEIR_VERIFY_MBUFS, &mbufs);
	v->seq = 0;
}
