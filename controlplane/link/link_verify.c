/* SPDX-License-Identifier: BSD-3-Clause */
/* The data plane's accounts: one question, answered by a run of messages of which MBUFS is the last. */
#include "link_priv.h"

static void finish(struct link_audit *a, const struct link_accounts *accounts)
{
	a->seq = 0; /* first: the callback may ask again */
	a->answer(a->arg, accounts);
}

/* The answers of an earlier audit that ran out have another `seq`. */
void link_verify(
	struct link *l, void (*answer)(void *arg, const struct link_accounts *accounts), void *arg)
{
	struct link_peer *p = l->peer && l->peer->greeted ? l->peer : NULL;
	struct weir_msg msg = {.type = WEIR_MSG_VERIFY};

	if (!p || p->audit.seq) {
		answer(arg, NULL);
		return;
	}
	if (link_command(p, &msg) < 0) {
		answer(arg, NULL);
		return;
	}
	p->audit = (struct link_audit){
		.seq = msg.seq,
		.deadline_ms = link_now_ms() + LINK_VERIFY_S * 1000,
		.answer = answer,
		.arg = arg,
	};
	link_reply_expect(l);
}

/* 0, or -1: it fits nothing. */
static int take_worker_part(struct link_accounts *a, const struct weir_msg *m)
{
	uint32_t worker = m->reason >> 8, part = m->reason & 0xff;

	if (worker >= WEIR_MAX_WORKERS || part >= WEIR_VERIFY_MBUFS ||
		a->worker[worker].parts & 1u << part)
		return -1;
	if (part == WEIR_VERIFY_PACKETS)
		weir_verify_read(m, &a->worker[worker].packets);
	else
		weir_verify_read(m, &a->worker[worker].flows);
	a->worker[worker].parts |= 1u << part;
	return 0;
}

/* The last part, which says how many workers there are. 0 or -1. */
static int take_mbufs(struct link_accounts *a, const struct weir_msg *m)
{
	weir_verify_read(m, &a->mbufs);
	a->n_workers = a->mbufs.n_workers;
	return a->n_workers <= WEIR_MAX_WORKERS ? 0 : -1;
}

void link_verify_answer(struct link *l, const struct weir_msg *reply)
{
	struct link_audit *a = &l->peer->audit;
	struct link_accounts accounts;
	int is_last = reply->reason == WEIR_VERIFY_MBUFS;

	if (a->seq == 0 || reply->seq != a->seq ||
		(is_last ? take_mbufs(&a->accounts, reply)
			 : take_worker_part(&a->accounts, reply)) < 0) {
		l->peer->bad_replies++;
		return;
	}
	if (!is_last)
		return;
	accounts = a->accounts; /* the callback may ask again */
	finish(a, &accounts);
}

void link_verify_expire(struct link *l)
{
	struct link_audit *a = &l->peer->audit;

	if (a->seq && a->deadline_ms <= link_now_ms())
		finish(a, NULL);
}

void link_verify_fail(struct link_peer *p)
{
	if (p->audit.seq)
		finish(&p->audit, NULL);
}
