// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "route_private.h"

/* A tunnel of less than this is none; the data plane refuses a hop outside of these bounds. */
#define MTU_MIN 576u
#define MTU_MAX 65535u

static int by_addr(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct weir_addr));
}

struct watch *route_path_find(struct route *r, const struct weir_addr *addr)
{
	/* The address is the first member: it can be compared as the whole. */
	return r->n_watches ? bsearch(addr, r->watches, r->n_watches, sizeof(*r->watches), by_addr)
			    : NULL;
}

static void path_mark(struct route *r, struct watch *w)
{
	r->n_dirty += !w->dirty;
	w->dirty = 1;
}

int route_path_watch(struct route *r, const struct weir_addr *addrs, uint32_t n)
{
	struct watch *next = calloc(n ? n : 1, sizeof(*next));
	uint32_t kept = 0;

	if (!next)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		next[i].addr = addrs[i];
	qsort(next, n, sizeof(*next), by_addr);
	r->n_dirty = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct watch *old = route_path_find(r, &next[i].addr);

		if (kept && weir_addr_eq(&next[kept - 1].addr, &next[i].addr))
			continue;
		next[kept] = old ? *old : (struct watch){.addr = next[i].addr, .dirty = 1};
		r->n_dirty += (uint32_t)next[kept++].dirty;
	}
	free(r->watches);
	r->watches = next;
	r->n_watches = kept;
	return 0;
}

void route_path_dirty_all(struct route *r)
{
	for (uint32_t i = 0; i < r->n_watches; i++)
		path_mark(r, &r->watches[i]);
}

void route_path_dirty(struct route *r, const struct weir_prefix *p)
{
	uint32_t low = 0, high = r->n_watches;

	/* The members of a prefix stand together, from its first address on. */
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (by_addr(&r->watches[mid].addr, &p->addr) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < r->n_watches && weir_prefix_has(p, &r->watches[low].addr); low++)
		path_mark(r, &r->watches[low]);
}

/* An IPv4 route may lead over an IPv6 neighbour (RFC 8950): the kernel then says RTA_VIA. */
static int path_gateway(struct nlattr **tb, struct weir_addr *via)
{
	const struct rtvia *v;

	if (tb[RTA_GATEWAY])
		return route_addr_get(tb[RTA_GATEWAY], via);
	if (!tb[RTA_VIA])
		return 0;
	v = nla_data(tb[RTA_VIA]);
	if (nla_len(tb[RTA_VIA]) != (int)(sizeof(*v) + 16) || v->rtvia_family != AF_INET6)
		return -EINVAL;
	memcpy(via->b, v->rtvia_addr, 16);
	return 0;
}

static uint32_t path_mtu(struct nlattr *metrics)
{
	struct nlattr *tb[RTAX_MAX + 1];

	if (!metrics || nla_parse_nested(tb, RTAX_MAX, metrics, NULL) < 0 || !tb[RTAX_MTU])
		return 0;
	return nla_get_u32(tb[RTAX_MTU]);
}

void route_path_set(struct route *r, struct watch *w, const struct nlmsghdr *nlh)
{
	const struct rtmsg *rt = nlh ? nlmsg_data(nlh) : NULL;
	struct nlattr *tb[RTA_MAX + 1];
	struct path path = {.via = w->addr};

	r->n_dirty -= w->dirty != 0;
	w->dirty = 0;
	w->path = (struct path){0};
	if (!nlh || nlmsg_parse((struct nlmsghdr *)nlh, sizeof(*rt), tb, RTA_MAX, NULL) < 0)
		return;
	if (rt->rtm_type != RTN_UNICAST || !tb[RTA_OIF] || path_gateway(tb, &path.via))
		return;
	path.ifindex = nla_get_u32(tb[RTA_OIF]);
	path.mtu = path_mtu(tb[RTA_METRICS]);
	route_addr_get(tb[RTA_PREFSRC], &path.src);
	if (route_port_of(r, path.ifindex))
		w->path = path;
}

static uint16_t effective_mtu(const struct path *path, const struct port *port)
{
	uint32_t mtu = path->mtu && path->mtu < port->mtu ? path->mtu : port->mtu;

	return (uint16_t)(mtu > MTU_MAX ? MTU_MAX : mtu);
}

/* What the kernel would put on the wire itself is good: a stale entry as well as a fresh one. */
static int hop_usable(const struct hop *h)
{
	return h && h->has_mac && !(h->nud & (NUD_FAILED | NUD_INCOMPLETE)) && h->nud;
}

/* A group bit or all zeros: no host can be meant; the data plane would refuse the whole table. */
static int mac_unicast(const uint8_t mac[6])
{
	static const uint8_t zero[6];

	return !(mac[0] & 1) && memcmp(mac, zero, sizeof(zero)) != 0;
}

static void path_answer(struct route *r, const struct watch *w, struct weir_table_next_hop *out)
{
	const struct path *path = &w->path;
	const struct port *port = route_port_of(r, path->ifindex);
	const struct hop *hop = port ? route_hop_find(r, path->ifindex, &path->via) : NULL;

	memset(out, 0, sizeof(*out));
	out->state = WEIR_HOP_PENDING;
	if (!hop_usable(hop) || !mac_unicast(hop->mac) || !mac_unicast(port->mac))
		return;
	if (weir_addr_is_v4(&w->addr) != weir_addr_is_v4(&path->src) ||
		effective_mtu(path, port) < MTU_MIN)
		return;
	out->src = path->src;
	out->port = (uint16_t)(port - r->ports);
	out->mtu = effective_mtu(path, port);
	memcpy(out->dst_mac, hop->mac, sizeof(out->dst_mac));
	memcpy(out->src_mac, port->mac, sizeof(out->src_mac));
	out->state = WEIR_HOP_READY;
}

int route_path_answers(struct route *r)
{
	struct weir_table_next_hop answer;
	int differs = 0;

	r->status.ready = 0;
	for (uint32_t i = 0; i < r->n_watches; i++) {
		struct watch *w = &r->watches[i];

		path_answer(r, w, &answer);
		r->status.ready += answer.state == WEIR_HOP_READY;
		if (memcmp(&answer, &w->answer, sizeof(answer)) == 0)
			continue;
		w->answer = answer;
		differs = 1;
	}
	return differs;
}
