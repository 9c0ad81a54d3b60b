// SPDX-License-Identifier: BSD-3-Clause
/* The judgement. Sums are of 64 bits and wrap like the counters that they are made of. */
#include "plane.h"
#include "verify.h"

#define BOTH (1u << WEIR_VERIFY_PACKETS | 1u << WEIR_VERIFY_FLOWS)

/* Over all workers. */
struct totals {
	struct weir_verify_packets packets;
	struct weir_verify_flows flows;
	uint32_t answered;
	int packets_hold, flows_hold;
};

static int packets_hold(const struct weir_verify_packets *p)
{
	return p->rx == p->forwarded + p->replied + p->dropped;
}

static int flows_hold(const struct weir_verify_flows *f)
{
	return f->inserts - f->removes == f->live && f->counted == f->live && f->wrong == 0;
}

static void add(
	struct totals *t, const struct weir_verify_packets *p, const struct weir_verify_flows *f)
{
	t->packets.rx += p->rx;
	t->packets.forwarded += p->forwarded;
	t->packets.replied += p->replied;
	t->packets.dropped += p->dropped;
	t->flows.inserts += f->inserts;
	t->flows.removes += f->removes;
	t->flows.live += f->live;
	t->flows.counted += f->counted;
	t->flows.wrong += f->wrong;
	t->packets_hold &= packets_hold(p);
	t->flows_hold &= flows_hold(f);
	t->answered++;
}

static json_t *packets_json(const struct weir_verify_packets *p, int hold)
{
	return json_pack("{s:b, s:I, s:I, s:I, s:I}", "hold", hold, "rx", (json_int_t)p->rx,
		"forwarded", (json_int_t)p->forwarded, "replied", (json_int_t)p->replied, "dropped",
		(json_int_t)p->dropped);
}

static json_t *flows_json(const struct weir_verify_flows *f, int hold)
{
	return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I}", "hold", hold, "inserts",
		(json_int_t)f->inserts, "removes", (json_int_t)f->removes, "live",
		(json_int_t)f->live, "counted", (json_int_t)f->counted, "gauges_wrong",
		(json_int_t)f->wrong);
}

/* The first backend whose gauge is wrong; null if none is, or if nobody has the slot any more. */
static json_t *wrong_backend(const struct model *m, const struct weir_verify_flows *f)
{
	const struct model_backend *b = NULL;

	if (f->wrong > 0 && f->first_wrong < WEIR_MAX_BACKENDS)
		b = m->by_slot[f->first_wrong];
	return b ? json_string(b->name) : json_null();
}

static json_t *worker_json(const struct model *m, const struct link_accounts *a, uint32_t i)
{
	const struct weir_verify_packets *p = &a->worker[i].packets;
	const struct weir_verify_flows *f = &a->worker[i].flows;

	if (a->worker[i].parts != BOTH)
		return json_pack("{s:i, s:b}", "worker", (int)i, "answered", 0);
	return json_pack("{s:i, s:b, s:o, s:o, s:o}", "worker", (int)i, "answered", 1, "packets",
		packets_json(p, packets_hold(p)), "flows", flows_json(f, flows_hold(f)),
		"wrong_backend", wrong_backend(m, f));
}

static json_t *workers_json(const struct model *m, const struct link_accounts *a, struct totals *t)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < a->n_workers; i++) {
		if (a->worker[i].parts == BOTH)
			add(t, &a->worker[i].packets, &a->worker[i].flows);
		json_array_append_new(list, worker_json(m, a, i));
	}
	return list;
}

/* Buffers that are not in the pool, and between what they may be. */
struct outside {
	uint64_t now, least, most;
};

static struct outside outside(const struct weir_verify_mbufs *m)
{
	uint64_t more = m->still ? m->slack : m->moving;
	struct outside o = {
		.now = m->total - m->free,
		.least = m->at_rest > m->slack ? m->at_rest - m->slack : 0,
		.most = m->at_rest + more < m->total ? m->at_rest + more : m->total,
	};

	return o;
}

static int mbufs_hold(const struct weir_verify_mbufs *m)
{
	struct outside o = outside(m);

	return m->free <= m->total && o.now >= o.least && o.now <= o.most;
}

static json_t *mbufs_json(const struct weir_verify_mbufs *m)
{
	struct outside o = outside(m);

	return json_pack("{s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "hold", mbufs_hold(m), "still",
		m->still != 0, "total", (json_int_t)m->total, "free", (json_int_t)m->free,
		"outside", (json_int_t)o.now, "at_rest", (json_int_t)m->at_rest, "least",
		(json_int_t)o.least, "most", (json_int_t)o.most);
}

json_t *verify_answer(const struct model *m, const struct link_accounts *a, uint64_t took_ms)
{
	struct totals t = {.packets_hold = 1, .flows_hold = 1};
	json_t *workers = workers_json(m, a, &t);
	int all = t.answered == a->n_workers && a->n_workers > 0;

	return json_pack("{s:b, s:I, s:o, s:o, s:o, s:o}", "hold",
		all && t.packets_hold && t.flows_hold && mbufs_hold(&a->mbufs), "took_ms",
		(json_int_t)took_ms, "packets", packets_json(&t.packets, t.packets_hold), "flows",
		flows_json(&t.flows, t.flows_hold), "mbufs", mbufs_json(&a->mbufs), "workers",
		workers);
}
