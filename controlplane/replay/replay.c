/* SPDX-License-Identifier: BSD-3-Clause */
/* Burst after burst:
 *
 *	capture -> mbufs -> deal -> each worker's stages -> frames and verdicts, in the packets' order
 *
 * What leaves is written where a worker would transmit; queues are never full here.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "deal.h"
#include "replay.h"
#include "verdicts.h"

/* Where a packet of the burst went, and when it came. */
struct dealt {
	uint8_t lane, place;
	uint64_t ns;
};

struct burst {
	uint32_t n;
	uint64_t first; /* number of its first packet */
	uint64_t ns;	/* its clock */
	struct dealt at[BATCH_MAX];
};

static int take(struct replay *r, struct burst *b, const struct capture_packet *p)
{
	struct dealt *at = &b->at[b->n];
	struct rte_mbuf *m = mbufs_make(&r->mbufs, r->o, p->data, p->len);
	struct batch *batch;

	if (m == NULL) {
		diag_error(r->d, NULL, 0, "no buffer left for packet %" PRIu64, r->in.n);
		return -ENOMEM;
	}
	at->lane = (uint8_t)deal_packet(r->o, r->in.n, p->data, p->len);
	at->ns = p->ns;
	batch = &r->lanes.lane[at->lane].b;
	at->place = (uint8_t)batch->n;
	batch->mbuf[batch->n++] = m;
	b->n++;
	return 0;
}

/* Returns the number of packets, 0 = the capture has ended, or -errno. */
static int read_burst(struct replay *r, struct burst *b)
{
	const struct capture_packet *p;
	int rc;

	b->n = 0;
	b->first = r->in.n;
	for (uint32_t i = 0; i < r->lanes.n; i++)
		r->lanes.lane[i].b.n = 0;
	while (b->n < r->o->burst) {
		rc = capture_peek(&r->in, &p, r->d);
		if (rc < 0)
			return rc;
		if (rc == 0)
			break;
		if (r->o->clock == OPTIONS_CLOCK_PCAP && b->n > 0 && p->ns != b->at[0].ns)
			break;
		rc = take(r, b, p);
		if (rc < 0)
			return rc;
		capture_take(&r->in);
	}
	return (int)b->n;
}

/* A capture from several queues may step back a little; a worker's clock does not. */
static void set_clock(const struct replay *r, struct burst *b, uint64_t number)
{
	uint64_t ns = r->o->clock == OPTIONS_CLOCK_PCAP ? b->at[0].ns
							: r->o->start_ns + number * r->o->step_ns;

	if (ns > b->ns || number == 0)
		b->ns = ns;
}

static int change_table(struct replay *r, uint64_t now_ns)
{
	int rc;

	if (states_apply(&r->states, r->plan.model, now_ns) == 0)
		return 0;
	rc = plan_write(&r->plan, r->d);
	return rc < 0 ? rc : plan_publish(&r->plan, r->d);
}

static void run_lanes(struct replay *r, const struct burst *b)
{
	lanes_set(&r->lanes, plan_table(&r->plan), b->ns);
	for (uint32_t i = 0; i < r->lanes.n; i++) {
		struct lane *l = &r->lanes.lane[i];

		if (l->b.n == 0)
			continue;
		l->b.port = 0;
		batch_start(&l->b, l->b.n);
		lane_run(l);
	}
}

static uint64_t write_frame(struct replay *r, const struct verdict *v, uint64_t ns)
{
	const struct rte_mbuf *m = v->b->mbuf[v->place];

	if (v->b->reason[v->place] != WEIR_DROP_NONE)
		return VERDICTS_NO_FRAME;
	return capture_write(
		&r->out, ns, rte_pktmbuf_mtod(m, const void *), rte_pktmbuf_data_len(m));
}

static int write_burst(struct replay *r, const struct burst *b)
{
	for (uint32_t i = 0; i < b->n; i++) {
		const struct dealt *at = &b->at[i];
		struct verdict v = {
			.n = b->first + i,
			.lane = at->lane,
			.b = &r->lanes.lane[at->lane].b,
			.place = at->place,
		};
		int rc;

		v.out = write_frame(r, &v, at->ns);
		rc = verdicts_write(r->verdicts, &r->plan, &v);
		rte_pktmbuf_free(v.b->mbuf[at->place]);
		if (rc < 0) {
			diag_error(r->d, r->o->verdicts, 0, "cannot be written: %s", strerror(-rc));
			return rc;
		}
	}
	return 0;
}

static int check_mbufs(const struct replay *r, const struct burst *b)
{
	if (mbufs_out(&r->mbufs) == 0)
		return 0;
	diag_error(r->d, NULL, 0, "%u buffers did not come back from the burst of packet %" PRIu64,
		mbufs_out(&r->mbufs), b->first);
	return -EIO;
}

static int run_burst(struct replay *r, struct burst *b, uint64_t number)
{
	int rc;

	set_clock(r, b, number);
	rc = change_table(r, b->ns);
	if (rc < 0)
		return rc;
	run_lanes(r, b);
	rc = write_burst(r, b);
	return rc < 0 ? rc : check_mbufs(r, b);
}

int replay_run(struct replay *r)
{
	struct burst b = {0};
	uint64_t number = 0;
	int rc;

	while ((rc = read_burst(r, &b)) > 0) {
		rc = run_burst(r, &b, number++);
		if (rc < 0)
			return rc;
	}
	return rc < 0 ? rc : lanes_check(&r->lanes, r->d);
}
