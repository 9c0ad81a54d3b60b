/* SPDX-License-Identifier: BSD-3-Clause */
/* Questions about single flows: several may be open, each is answered or runs out. */
#include "link_priv.h"

static struct link_query *find(struct link_peer *p, uint64_t seq)
{
	for (int i = 0; i < LINK_MAX_QUERIES; i++)
		if (p->query[i].seq == seq)
			return &p->query[i];
	return NULL;
}

static void finish(struct link_query *q, const struct weir_msg *reply)
{
	struct link_query done = *q;

	q->seq = 0; /* first: the callback may ask again */
	done.answer(done.arg, reply);
}

void link_flow_query(struct link *l, uint64_t hash,
	void (*answer)(void *arg, const struct weir_msg *reply), void *arg)
{
	struct link_peer *p = l->peer && l->peer->greeted ? l->peer : NULL;
	struct link_query *q = p ? find(p, 0) : NULL;
	struct weir_msg msg = {.type = WEIR_MSG_FLOW_QUERY, .offset = hash};

	if (!q) {
		answer(arg, NULL);
		return;
	}
	if (link_command(p, &msg) < 0) {
		answer(arg, NULL);
		return;
	}
	*q = (struct link_query){
		.seq = msg.seq,
		.hash = hash,
		.deadline_ms = link_now_ms() + LINK_QUERY_S * 1000,
		.answer = answer,
		.arg = arg,
	};
	link_reply_expect(l);
}

void link_query_answer(struct link *l, const struct weir_msg *reply)
{
	struct link_query *q = reply->seq ? find(l->peer, reply->seq) : NULL;

	if (q && reply->offset == q->hash && reply->reason <= 1)
		finish(q, reply);
	else
		l->peer->bad_replies++;
}

void link_query_expire(struct link *l)
{
	struct link_peer *p = l->peer;
	uint64_t now = link_now_ms();

	for (int i = 0; i < LINK_MAX_QUERIES; i++)
		if (p->query[i].seq && p->query[i].deadline_ms <= now)
			finish(&p->query[i], NULL);
}

void link_query_fail_all(struct link_peer *p)
{
	for (int i = 0; i < LINK_MAX_QUERIES; i++)
		if (p->query[i].seq)
			finish(&p->query[i], NULL);
}

int link_query_open(const struct link_peer *p)
{
	for (int i = 0; i < LINK_MAX_QUERIES; i++)
		if (p->query[i].seq)
			return 1;
	return 0;
}
