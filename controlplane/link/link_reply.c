/* SPDX-License-Identifier: BSD-3-Clause */
/* The reply ring. It has no descriptor to wait for, so it is looked at by a timer, and only while an
 * answer is expected: after 1 ms, then ever more rarely down to each 10 ms.
 */
#include <errno.h>
#include <inttypes.h>

#include "link_priv.h"

#define POLL_MIN_US 1000u
#define POLL_MAX_US 10000u

static void arm(struct link *l)
{
	const struct timeval tv = {.tv_usec = l->poll_us};

	event_add(l->poll, &tv);
}

int link_command(struct link_peer *p, struct weir_msg *msg)
{
	int rc;

	msg->seq = p->seq + 1;
	weir_msg_seal(msg);
	rc = weir_ring_put(&p->command, msg);
	if (rc == 0)
		p->seq++;
	return rc;
}

void link_reply_expect(struct link *l)
{
	l->poll_us = POLL_MIN_US;
	arm(l);
}

static void take(struct link *l, const struct weir_msg *reply)
{
	if (weir_msg_verify(reply) < 0) {
		l->peer->bad_replies++;
		return;
	}
	switch (reply->type) {
	case WEIR_MSG_APPLIED:
	case WEIR_MSG_REFUSED:
		link_table_answer(l, reply);
		break;
	case WEIR_MSG_FLOW:
		link_query_answer(l, reply);
		break;
	case WEIR_MSG_VERIFIED:
		link_verify_answer(l, reply);
		break;
	default:
		l->peer->bad_replies++;
	}
}

void link_reply_poll(int fd, short what, void *arg)
{
	struct link *l = arg;
	struct weir_msg reply;
	int rc = -EAGAIN;

	l->poll_us = l->poll_us * 3 / 2 < POLL_MAX_US ? l->poll_us * 3 / 2 : POLL_MAX_US;
	/* One turn of the ring at most, so that a peer that writes for ever cannot hold the loop. */
	for (uint32_t i = 0; l->peer && i < WEIR_RING_SLOTS; i++) {
		rc = weir_ring_get(&l->peer->reply, &reply);
		if (rc < 0)
			break;
		take(l, &reply);
	}
	if (l->peer && rc == -EPROTO)
		link_peer_drop(l, "dropped: it broke the reply ring");
	if (!l->peer)
		return;
	link_query_expire(l);
	link_verify_expire(l);
	link_table_check_late(l);
	if (l->peer && (l->peer->table.seq || l->peer->audit.seq || link_query_open(l->peer)))
		arm(l);
}
