// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/socket.h>

#include "route_private.h"

#define RECEIVE_BUFFER (8 << 20)
/* Datagrams in one turn of the loop: others want to be served during a storm. */
#define TURN 512

/* Which of the watched addresses a route concerns: those inside of its prefix. */
static void on_route(struct route *r, const struct nlmsghdr *nlh)
{
	const struct rtmsg *rt = nlmsg_data(nlh);
	struct weir_prefix p = {.len = rt->rtm_dst_len};
	struct nlattr *tb[RTA_MAX + 1];

	if (rt->rtm_flags & RTM_F_CLONED ||
		nlmsg_parse((struct nlmsghdr *)nlh, sizeof(*rt), tb, RTA_MAX, NULL) < 0)
		return;
	if (rt->rtm_family == AF_INET) {
		p.addr = weir_addr_v4("\0\0\0\0");
		p.len = (uint8_t)(rt->rtm_dst_len + 96);
	}
	if (p.len > 128 || (tb[RTA_DST] && route_addr_get(tb[RTA_DST], &p.addr)))
		return;
	route_path_dirty(r, &p);
}

/* Routes on an interface that goes down vanish without an event of their own, and rules, addresses
 * and next-hop objects may touch any route: all paths are asked for again.
 */
static void on_message(struct route *r, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		if (route_hop_update(r, nlh))
			route_soon(r);
		return;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		on_route(r, nlh);
		break;
	case RTM_NEWLINK:
	case RTM_DELLINK:
		r->resync |= route_port_update(r, nlh);
		route_path_dirty_all(r);
		break;
	default:
		route_path_dirty_all(r);
	}
	if (r->n_dirty || r->resync)
		route_soon(r);
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct route *r = arg;

	r->status.events++;
	on_message(r, nlmsg_hdr(msg));
	return NL_OK;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct route *r = arg;
	int err = 0;

	for (int i = 0; i < TURN && !err; i++)
		err = nl_recvmsgs_default(r->events);
	/* An entry that went away is asked for at once: with luck it is back before the flush, and
	 * no table without it is ever made.
	 */
	route_hop_ask_new(r);
	if (err >= 0 || err == -NLE_AGAIN)
		return;
	/* ENOBUFS arrives as NOMEM. Whatever else it is, what we know may be old now. */
	r->status.lost++;
	r->resync = 1;
	route_soon(r);
}

static int subscribe(struct nl_sock *sk)
{
	return nl_socket_add_memberships(sk, RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR,
		RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE,
		RTNLGRP_IPV6_RULE, RTNLGRP_NEXTHOP, 0);
}

/* FORCE passes the limit net.core.rmem_max; without CAP_NET_ADMIN that limit holds. */
static void enlarge(int fd)
{
	int size = RECEIVE_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int route_event_open(struct route *r)
{
	r->events = nl_socket_alloc();
	if (!r->events)
		return -ENOMEM;
	nl_socket_disable_seq_check(r->events);
	nl_socket_modify_cb(r->events, NL_CB_VALID, NL_CB_CUSTOM, on_valid, r);
	if (nl_connect(r->events, NETLINK_ROUTE) < 0 || subscribe(r->events) < 0)
		return -EPROTO;
	nl_socket_set_nonblocking(r->events);
	nl_socket_set_msg_buf_size(r->events, 64 << 10);
	enlarge(nl_socket_get_fd(r->events));
	r->readable = event_new(
		r->base, nl_socket_get_fd(r->events), EV_READ | EV_PERSIST, on_readable, r);
	return r->readable && event_add(r->readable, NULL) == 0 ? 0 : -ENOMEM;
}

void route_event_close(struct route *r)
{
	if (r->readable)
		event_free(r->readable);
	nl_socket_free(r->events);
}
