// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "receiver.h"

void receiver_attach(struct receiver *r, struct weir_region *region)
{
	r->region = region;
	r->region_count++;
	r->broken = 0;
	/* Where the reader of commands stopped and the writer of replies stopped: zero in a new
	 * region, else where an earlier data plane left it.
	 */
	r->command = (struct weir_ring_end){
		.mem = &region->command,
		.pos = __atomic_load_n(&region->command.ring.cons.tail, __ATOMIC_ACQUIRE),
	};
	r->reply = (struct weir_ring_end){
		.mem = &region->reply,
		.pos = __atomic_load_n(&region->reply.ring.prod.tail, __ATOMIC_ACQUIRE),
	};
}

void receiver_detach(struct receiver *r)
{
	r->region = NULL;
}

static void send_reply(struct receiver *r, struct weir_msg m)
{
	weir_msg_seal(&m);
	if (weir_ring_put(&r->reply, &m) != 0)
		r->broken = 1;
}

#define REFUSALS_SAID_PER_S 10

/* A peer that has gone mad must not fill the disk; the counter goes on. */
static int may_say(struct receiver *r)
{
	uint64_t s = clock_now_ns() / CLOCK_S_NS;

	if (s != r->said_s) {
		r->said_s = s;
		r->said = 0;
	}
	return r->said++ < REFUSALS_SAID_PER_S;
}

static void refuse(struct receiver *r, const struct weir_msg *m, struct table_verdict v)
{
	r->counters->refused[v.reason]++;
	if (may_say(r))
		log_warning("table %lu refused: %s (%s, element %lu)", m->generation,
			weir_refusal_text(v.reason), weir_refusal_name(v.reason), v.detail);
	send_reply(r, (struct weir_msg){
			      .type = WEIR_MSG_REFUSED,
			      .reason = v.reason,
			      .seq = m->seq,
			      .generation = m->generation,
			      .detail = v.detail,
		      });
}

static void refuse_message(struct receiver *r, const struct weir_msg *m)
{
	refuse(r, m, (struct table_verdict){.reason = WEIR_REFUSAL_message});
}

static int is_in_blob_area(const struct weir_msg *m)
{
	return m->length >= sizeof(struct weir_table_head) && m->length <= WEIR_MAX_TABLE &&
	       m->length <= WEIR_BLOB_SIZE && m->offset <= WEIR_BLOB_SIZE - m->length;
}

/* Does the message speak of the table that was copied? The peer may have written on meanwhile. */
static int is_of_blob(const struct weir_msg *m, const struct weir_table_head *head)
{
	return m->checksum == head->checksum && m->generation == head->generation;
}

static void take_blob(struct receiver *r, const struct weir_msg *m, const void *blob)
{
	const struct publish_ticket ticket = {.region = r->region_count, .seq = m->seq};
	struct table_verdict v = {.reason = WEIR_REFUSAL_checksum};

	if (is_of_blob(m, blob))
		v = publish_table(r->publish, blob, m->length, ticket);
	if (v.reason != WEIR_REFUSAL_NONE)
		refuse(r, m, v);
}

static void take_table(struct receiver *r, const struct weir_msg *m)
{
	void *blob;

	if (!is_in_blob_area(m)) {
		refuse(r, m, (struct table_verdict){.reason = WEIR_REFUSAL_length});
		return;
	}
	blob = malloc(m->length);
	if (blob == NULL) {
		refuse(r, m, (struct table_verdict){.reason = WEIR_REFUSAL_no_memory});
		return;
	}
	memcpy(blob, r->region->blob + m->offset, m->length);
	take_blob(r, m, blob);
	free(blob);
}

/* The worker that knows the flow, or NULL. */
static const struct lcore *find_flow(
	const struct receiver *r, uint64_t hash, flow_time now, struct flow_entry *e)
{
	for (uint32_t i = 0; i < r->n_workers; i++)
		if (flow_table_peek(r->workers[i]->w.flows, hash, now, e))
			return r->workers[i];
	return NULL;
}

static void answer_flow(struct receiver *r, const struct weir_msg *m)
{
	flow_time now = clock_flow_time(clock_coarse_ns());
	const struct table *t = publish_load(r->publish);
	struct flow_entry e = {0};
	const struct lcore *l = find_flow(r, m->offset, now, &e);
	struct weir_msg reply = {
		.type = WEIR_MSG_FLOW,
		.reason = l != NULL,
		.seq = m->seq,
		.generation = t == NULL ? 0 : t->generation,
		.offset = m->offset,
	};

	if (l != NULL) {
		reply.length = (uint64_t)l->index << 32 | e.slot;
		reply.checksum = (uint64_t)flow_entry_class(&e) << 32 | flow_entry_left_s(&e, now);
		reply.detail = e.incarnation;
	}
	send_reply(r, reply);
}

static void dispatch(struct receiver *r, const struct weir_msg *m)
{
	/* The ring counts messages as their sender does, so one bad slot spoils only itself. */
	if (weir_msg_verify(m) != 0 || (uint32_t)m->seq != r->command.pos)
		refuse_message(r, m);
	else if (m->type == WEIR_MSG_TABLE)
		take_table(r, m);
	else if (m->type == WEIR_MSG_FLOW_QUERY)
		answer_flow(r, m);
	else if (m->type == WEIR_MSG_VERIFY && r->verify != NULL)
		verify_ask(r->verify, m->seq, r->region_count, clock_now_ns());
	else
		refuse_message(r, m);
}

int receiver_poll(struct receiver *r)
{
	struct weir_msg m;
	int err = 0;

	if (r->region == NULL)
		return 0;
	for (int i = 0; i < (int)WEIR_RING_SLOTS && err == 0 && !r->broken; i++) {
		err = weir_ring_get(&r->command, &m);
		if (err == 0)
			dispatch(r, &m);
	}
	return r->broken || err == -EPROTO ? -EPROTO : 0;
}

void receiver_verified(void *arg, const struct weir_msg *m)
{
	struct receiver *r = arg;

	if (r->region != NULL && r->verify->region == r->region_count)
		send_reply(r, *m);
}

void receiver_applied(void *arg, struct publish_ticket ticket, const struct table *t)
{
	struct receiver *r = arg;
	struct weir_counters_head *c = r->counters;

	__atomic_store_n(&c->generation, t->generation, __ATOMIC_RELAXED);
	__atomic_store_n(&c->table_checksum, t->content, __ATOMIC_RELAXED);
	c->applied++;
	if (r->region != NULL && ticket.region == r->region_count)
		send_reply(r, (struct weir_msg){
				      .type = WEIR_MSG_APPLIED,
				      .seq = ticket.seq,
				      .generation = t->generation,
			      });
}
