/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables on their way to the data plane: one at a time, always the newest, never one that it already
 * has or has refused.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "link_priv.h"
#include "log.h"
#include "tables.h"

static int by_id(const void *a, const void *b)
{
	const struct link_held *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

void link_held_free(struct link_held_set *set)
{
	free(set->pool);
	*set = (struct link_held_set){0};
}

/* The pools of @m as they are now. Without memory the set stays empty and more rows are sent. */
static struct link_held_set held_now(const struct model *m)
{
	struct link_held_set set = {.pool = calloc(m->n_pools + 1, sizeof(*set.pool))};

	if (!set.pool)
		return set;
	for (; set.n < m->n_pools; set.n++) {
		const struct model_pool *p = m->pools[set.n];

		set.pool[set.n] = (struct link_held){
			p->id, p->n_rows, p->version, p->rows_checksum};
	}
	qsort(set.pool, set.n, sizeof(*set.pool), by_id);
	return set;
}

static int is_held(const struct model_pool *p, void *arg)
{
	const struct link_held_set *set = arg;
	struct link_held key = {.id = p->id};
	const struct link_held *h;

	h = set->n ? bsearch(&key, set->pool, set->n, sizeof(key), by_id) : NULL;
	return h && h->n_rows == p->n_rows && h->version == p->version &&
	       h->rows_checksum == p->rows_checksum;
}

/* The data plane already says what we would say: take over its generation, send nothing. */
static int adopt(struct link *l)
{
	struct link_peer *p = l->peer;

	if (p->generation < l->model->generation || p->generation == 0 ||
		p->content != tables_content(l->model))
		return 0;
	if (l->model->generation != p->generation)
		log_info("the data plane uses this table as generation %" PRIu64
			 ": nothing to push",
			p->generation);
	l->model->generation = p->generation;
	link_held_free(&p->held);
	p->held = held_now(l->model);
	return 1;
}

static int64_t write_blob(struct link *l)
{
	struct link_peer *p = l->peer;

	if (p->send_whole)
		link_held_free(&p->held);
	return tables_write(l->model, l->model->generation, is_held, &p->held, p->region->blob);
}

static void table_sent(struct link *l, const struct weir_table_head *head)
{
	struct link_peer *p = l->peer;

	link_held_free(&p->table.held);
	p->table = (struct link_table){
		.seq = p->seq,
		.generation = l->model->generation,
		.content = head->content,
		.sent_ms = link_now_ms(),
		.whole = p->held.n == 0,
		.held = held_now(l->model),
	};
	l->status.pushes++;
	link_reply_expect(l);
}

static int send_blob(struct link *l, uint64_t length)
{
	struct link_peer *p = l->peer;
	struct weir_table_head head;
	struct weir_msg msg;
	int rc;

	memcpy(&head, p->region->blob, sizeof(head));
	msg = (struct weir_msg){
		.type = WEIR_MSG_TABLE,
		.generation = l->model->generation,
		.length = length,
		.checksum = head.checksum,
	};
	rc = link_command(p, &msg);
	if (rc == 0)
		table_sent(l, &head);
	return rc;
}

static void retry_later(struct link *l)
{
	const struct timeval tv = {.tv_usec = LINK_RETRY_MS * 1000};

	event_add(l->retry, &tv);
}

static void push(struct link *l)
{
	int64_t length = write_blob(l);
	int rc = length < 0 ? (int)length : send_blob(l, (uint64_t)length);

	if (rc == 0)
		return;
	if (rc == -EPROTO) {
		link_peer_drop(l, "dropped: it broke the command ring");
		return;
	}
	if (rc == -E2BIG)
		log_error("generation %" PRIu64 " is not sent: a table has at most %" PRIu64
			  " MiB; use fewer rows or pools",
			l->model->generation, WEIR_BLOB_SIZE >> 20);
	else
		retry_later(l);
	l->peer->refused_generation = rc == -E2BIG ? l->model->generation : 0;
}

void link_table_sync(struct link *l)
{
	struct link_peer *p = l->peer;
	struct model *m = l->model;

	if (!l->armed || !p || !p->greeted || p->table.seq)
		return;
	if (m->generation == p->refused_generation && m->generation != 0)
		return;
	if (p->content && !p->send_whole && adopt(l))
		return;
	if (m->generation <= p->generation)
		m->generation = p->generation + 1;
	push(l);
}

static void applied(struct link *l)
{
	struct link_peer *p = l->peer;

	p->generation = p->table.generation;
	p->content = p->table.content;
	link_held_free(&p->held);
	p->held = p->table.held;
	p->table.held = (struct link_held_set){0};
	p->send_whole = 0;
	p->refused_generation = 0;
	l->status.applied++;
	l->status.applied_generation = p->generation;
}

static void refused(struct link *l, const struct link_table *t, const struct weir_msg *reply)
{
	struct link_peer *p = l->peer;

	l->status.refused++;
	if (reply->reason == WEIR_REFUSAL_pool_unknown && !t->whole) {
		p->send_whole = 1;
		return;
	}
	p->send_whole = 0;
	l->status.last_refusal = reply->reason;
	l->status.last_refused_generation = t->generation;
	l->status.last_refused_detail = reply->detail;
	l->status.last_refused_at = time(NULL);
	if (reply->reason == WEIR_REFUSAL_backlog)
		retry_later(l);
	else
		p->refused_generation = t->generation;
}

/* @reply has a good checksum and type; everything else in it is still the data plane's word. */
void link_table_answer(struct link *l, const struct weir_msg *reply)
{
	struct link_peer *p = l->peer;
	struct link_table *t = &p->table, done;
	enum weir_refusal reason = WEIR_REFUSAL_NONE;

	if (reply->type == WEIR_MSG_REFUSED)
		reason = reply->reason;
	if (!t->seq || reply->seq != t->seq || reply->generation != t->generation ||
		(reply->type == WEIR_MSG_REFUSED &&
			(reason == WEIR_REFUSAL_NONE || reason >= WEIR_REFUSAL__COUNT))) {
		p->bad_replies++;
		return;
	}
	done = *t;
	if (reason == WEIR_REFUSAL_NONE)
		applied(l);
	else
		refused(l, t, reply);
	t->seq = 0;
	if (l->hooks.answer && !p->send_whole)
		l->hooks.answer(l->hooks.arg, done.generation, reason, reply->detail);
	if (reason != WEIR_REFUSAL_backlog)
		link_table_sync(l);
}

/* The data plane may be stopped or starved. Its table must not be overwritten while it might be
 * reading it, so there is nothing to do but say so; the newest state follows its answer.
 */
void link_table_check_late(struct link *l)
{
	struct link_table *t = &l->peer->table;

	if (!t->seq || t->late_said || link_now_ms() - t->sent_ms < LINK_TABLE_S * 1000)
		return;
	t->late_said = 1;
	log_warning("the data plane has not answered generation %" PRIu64
		    " for %d s; it goes on with the table it has",
		t->generation, LINK_TABLE_S);
}
