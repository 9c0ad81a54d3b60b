// SPDX-License-Identifier: BSD-3-Clause
/* Who gets the packet. The flow table speaks first, the row on a miss:
 *
 *	hit, backend lives    SYN, and the backend takes no new flows or the flow was closing:
 *	                          target, entry repointed
 *	                      otherwise: keep, refresh the timer
 *	hit, backend gone     start: target; else base; entry repointed
 *	miss                  start: target; else base; new embryonic entry
 *
 * A start is a SYN, or any UDP packet, since UDP shows none. The timers are the service's: embryonic,
 * idle (confirmed) and closing (FIN or RST seen), none longer than idle. A spoofed RST or FIN can only
 * shorten a timer, and the next data sets it back; a spoofed SYN does nothing to a healthy flow.
 *
 * Fragments and ICMP errors change nothing in the table: stage_steer.c.
 */
#include <netinet/in.h>

#include <rte_branch_prediction.h>

#include "stages.h"
#include "steer.h"

/* One packet and what decides about it. */
struct pick {
	struct worker *w;
	const struct service *svc;
	const struct parsed *p;
	uint64_t hash;
	uint8_t data;  /* carries payload */
	uint8_t *flow; /* out: enum batch_flow */
};

static uint32_t at_most_idle(const struct service *svc, uint32_t s)
{
	return s < svc->idle_s ? s : svc->idle_s;
}

static int is_start(const struct parsed *p)
{
	return (p->flags & PARSE_START) != 0 || p->proto == IPPROTO_UDP;
}

/* The backend that the row gives to this packet, or NULL if it gives none. */
static const struct backend *by_row(const struct pick *c, uint16_t *slot)
{
	const struct snapshot *s = c->w->table->snap;
	uint32_t row = service_row(c->svc, snapshot_row_hash(s, c->svc, c->p, c->hash));
	uint32_t wanted = is_start(c->p) ? weir_row_target(row) : weir_row_base(row);
	const struct backend *be = snapshot_backend(s, wanted);

	if (unlikely(wanted == WEIR_SLOT_NONE || be->state == WEIR_BACKEND_NONE))
		return NULL;
	*slot = (uint16_t)wanted;
	return be;
}

static void count_new_flow(const struct pick *c, uint16_t slot)
{
	c->w->backends[slot].new_flows++;
	c->w->services[c->svc->slot].new_flows++;
}

/* Timer and class of an entry that keeps its backend. */
static void refresh(const struct pick *c, struct flow_entry *e)
{
	enum flow_class class = flow_entry_class(e);
	uint8_t flags = c->p->flags;

	if ((flags & PARSE_START) != 0) {
		if (class == FLOW_EMBRYONIC)
			flow_table_touch(
				e, class, c->w->now, at_most_idle(c->svc, c->svc->embryonic_s));
		return;
	}
	if ((flags & PARSE_SYNACK) != 0)
		return;
	if (class == FLOW_EMBRYONIC && (flags & (PARSE_FIN | PARSE_RST)) != 0)
		return;
	/* The acknowledgement of the other side's FIN must not bring a closed flow back for long. */
	if ((flags & (PARSE_FIN | PARSE_RST)) != 0 || (class == FLOW_CLOSING && !c->data))
		flow_table_touch(
			e, FLOW_CLOSING, c->w->now, at_most_idle(c->svc, c->svc->closing_s));
	else
		flow_table_touch(e, FLOW_CONFIRMED, c->w->now, c->svc->idle_s);
}

static const struct backend *repoint(const struct pick *c, struct flow_entry *e, uint16_t *slot)
{
	const struct backend *be = by_row(c, slot);

	if (unlikely(be == NULL))
		return NULL;
	flow_table_repoint(c->w->flows, e, *slot, be->incarnation, c->w->now,
		at_most_idle(c->svc, c->svc->embryonic_s));
	count_new_flow(c, *slot);
	*c->flow = BATCH_FLOW_NEW;
	return be;
}

static const struct backend *on_hit(const struct pick *c, struct flow_entry *e, uint16_t *slot)
{
	const struct backend *be = snapshot_backend(c->w->table->snap, e->slot);

	if (unlikely(be->state == WEIR_BACKEND_NONE || be->incarnation != e->incarnation))
		return repoint(c, e, slot);
	if ((c->p->flags & PARSE_START) != 0 &&
		(be->state != WEIR_BACKEND_UP || flow_entry_class(e) == FLOW_CLOSING))
		return repoint(c, e, slot);
	refresh(c, e);
	*slot = e->slot;
	return be;
}

static const struct backend *on_miss(const struct pick *c, uint16_t *slot)
{
	const struct backend *be = by_row(c, slot);

	if (unlikely(be == NULL))
		return NULL;
	/* A client does not answer SYNs: whatever this is, it gets no memory. */
	if (unlikely((c->p->flags & PARSE_SYNACK) != 0))
		return be;
	/* A full table counts the refusal itself; the packet goes by the row all the same. */
	if (unlikely(flow_table_insert(c->w->flows, c->hash, *slot, be->incarnation, c->w->now,
			     at_most_idle(c->svc, c->svc->embryonic_s)) == NULL))
		return be;
	count_new_flow(c, *slot);
	*c->flow = BATCH_FLOW_NEW;
	return be;
}

static enum weir_drop select_flow(struct worker *w, struct batch *b, uint8_t k)
{
	const struct pick c = {
		.w = w,
		.svc = b->service[k],
		.p = &b->parsed[k],
		.hash = b->hash[k],
		.data = b->data[k],
		.flow = &b->flow[k],
	};
	struct flow_entry *e = flow_table_find(w->flows, c.hash, w->now);

	if (e != NULL) {
		w->count->flow_hits++;
		b->flow[k] = BATCH_FLOW_HIT;
		b->backend[k] = on_hit(&c, e, &b->slot[k]);
	} else {
		w->count->flow_misses++;
		b->flow[k] = BATCH_FLOW_MISS;
		b->backend[k] = on_miss(&c, &b->slot[k]);
	}
	return unlikely(b->backend[k] == NULL) ? WEIR_DROP_no_backend : WEIR_DROP_NONE;
}

static enum weir_drop select_one(struct worker *w, struct batch *b, uint8_t k)
{
	if (unlikely(b->parsed[k].kind != PARSE_FLOW))
		return steer(w, b, k);
	return select_flow(w, b, k);
}

void stage_select(struct worker *w, struct batch *b)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < b->n_live; i++)
		batch_keep(b, &kept, b->live[i], select_one(w, b, b->live[i]));
	b->n_live = kept;
}
