// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <linux/neighbour.h>
#include <stdlib.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "route_private.h"

/* Neighbours asked for in one go. */
#define ASK_MAX 512

static int by_hop(const void *va, const void *vb)
{
	const struct hop *a = va, *b = vb;

	if (a->ifindex != b->ifindex)
		return a->ifindex < b->ifindex ? -1 : 1;
	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

struct hop *route_hop_find(struct route *r, uint32_t ifindex, const struct weir_addr *addr)
{
	struct hop key = {.addr = *addr, .ifindex = ifindex};

	return r->n_hops ? bsearch(&key, r->hops, r->n_hops, sizeof(key), by_hop) : NULL;
}

/* Entries that we brought into being and that nobody here needs any more: without this the kernel
 * would go on asking for a backend that left long ago.
 */
static void release_missing(struct route *r, struct hop *next, uint32_t n)
{
	struct hop **gone = calloc(r->n_hops ? r->n_hops : 1, sizeof(*gone));
	uint32_t n_gone = 0;

	for (uint32_t i = 0; gone && i < r->n_hops; i++) {
		struct hop *h = &r->hops[i];

		if (h->owned && h->managed && !bsearch(h, next, n, sizeof(*h), by_hop))
			gone[n_gone++] = h;
	}
	if (n_gone)
		route_query_release(r, gone, n_gone);
	free(gone);
}

int route_hop_rebuild(struct route *r)
{
	struct hop *next = calloc(r->n_watches + 1, sizeof(*next));
	uint32_t n = 0, kept = 0;
	int fresh = 0;

	if (!next)
		return -ENOMEM;
	for (uint32_t i = 0; i < r->n_watches; i++) {
		const struct path *p = &r->watches[i].path;

		if (p->ifindex)
			next[n++] = (struct hop){.addr = p->via, .ifindex = p->ifindex};
	}
	qsort(next, n, sizeof(*next), by_hop);
	for (uint32_t i = 0; i < n; i++) {
		const struct hop *old = route_hop_find(r, next[i].ifindex, &next[i].addr);

		if (kept && by_hop(&next[kept - 1], &next[i]) == 0)
			continue;
		fresh |= !old;
		next[kept++] = old ? *old : next[i];
	}
	release_missing(r, next, kept);
	free(r->hops);
	r->hops = next;
	r->n_hops = kept;
	return fresh;
}

static void hop_absent(struct hop *h)
{
	*h = (struct hop){.addr = h->addr, .ifindex = h->ifindex};
}

void route_hop_forget(struct route *r)
{
	for (uint32_t i = 0; i < r->n_hops; i++)
		hop_absent(&r->hops[i]);
}

static void hop_present(struct hop *h, const struct ndmsg *nd, struct nlattr **tb)
{
	h->present = 1;
	h->nud = nd->ndm_state;
	h->managed = tb[NDA_FLAGS_EXT] && nla_get_u32(tb[NDA_FLAGS_EXT]) & NTF_EXT_MANAGED;
	h->owned = tb[NDA_PROTOCOL] && nla_get_u8(tb[NDA_PROTOCOL]) == ROUTE_PROTOCOL;
	h->has_mac = tb[NDA_LLADDR] && nla_len(tb[NDA_LLADDR]) == sizeof(h->mac);
	if (h->has_mac)
		memcpy(h->mac, nla_data(tb[NDA_LLADDR]), sizeof(h->mac));
}

int route_hop_update(struct route *r, const struct nlmsghdr *nlh)
{
	const struct ndmsg *nd = nlmsg_data(nlh);
	struct nlattr *tb[NDA_MAX + 1];
	struct weir_addr addr;
	struct hop *h;

	if (nlmsg_parse((struct nlmsghdr *)nlh, sizeof(*nd), tb, NDA_MAX, NULL) < 0 ||
		nd->ndm_flags & NTF_PROXY || route_addr_get(tb[NDA_DST], &addr))
		return 0;
	h = route_hop_find(r, (uint32_t)nd->ndm_ifindex, &addr);
	if (!h)
		return 0;
	if (nlh->nlmsg_type == RTM_DELNEIGH)
		hop_absent(h);
	else
		hop_present(h, nd, tb);
	return 1;
}

/* Entries that an operator made permanent, or that need no resolution, are left alone: to ask for
 * them would take the operator's mark away.
 */
static int hop_fixed(const struct hop *h)
{
	return (h->nud & (NUD_PERMANENT | NUD_NOARP)) != 0;
}

static int hop_is_new(const struct hop *h)
{
	return !h->managed && !h->asked && !hop_fixed(h);
}

/* On kernels before 5.16 nothing is ever `managed`: there this is what keeps a neighbour fresh. */
static int hop_needs_care(const struct hop *h)
{
	return !h->managed && !hop_fixed(h) && !(h->nud & (NUD_REACHABLE | NUD_INCOMPLETE));
}

void route_hop_ask_new(struct route *r)
{
	struct hop *ask[ASK_MAX];
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->n_hops; i++) {
		if (hop_is_new(&r->hops[i]))
			ask[n++] = &r->hops[i];
		if (n == ASK_MAX || (n && i + 1 == r->n_hops)) {
			route_query_resolve(r, ask, n);
			n = 0;
		}
	}
}

/* Bounded, since a neighbour table that is full lets the kernel search it for each request. */
void route_hop_ask_again(struct route *r)
{
	struct hop *ask[ASK_MAX];
	uint32_t n = 0, seen;

	for (seen = 0; seen < r->n_hops && n < ASK_MAX; seen++) {
		struct hop *h = &r->hops[(r->care_next + seen) % r->n_hops];

		if (hop_needs_care(h))
			ask[n++] = h;
	}
	if (n)
		route_query_resolve(r, ask, n);
	r->care_next += seen;
}
