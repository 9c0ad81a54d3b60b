// SPDX-License-Identifier: BSD-3-Clause
#include <net/if.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "route_private.h"

struct port *route_port_of(struct route *r, uint32_t ifindex)
{
	for (uint32_t i = 0; ifindex && i < r->n_ports; i++) {
		if (r->ports[i].ifindex == ifindex)
			return &r->ports[i];
	}
	return NULL;
}

static void unbind(struct port *p)
{
	p->ifindex = 0;
	memcpy(p->mac, p->said.mac, sizeof(p->mac));
	p->mtu = p->said.mtu;
}

void route_port_forget(struct route *r)
{
	for (uint32_t i = 0; i < r->n_ports; i++)
		unbind(&r->ports[i]);
}

static int bind_port(struct port *p, uint32_t ifindex, struct nlattr **tb)
{
	int moved = p->ifindex != ifindex;

	p->ifindex = ifindex;
	if (tb[IFLA_ADDRESS] && nla_len(tb[IFLA_ADDRESS]) == sizeof(p->mac))
		memcpy(p->mac, nla_data(tb[IFLA_ADDRESS]), sizeof(p->mac));
	if (tb[IFLA_MTU])
		p->mtu = nla_get_u32(tb[IFLA_MTU]);
	return moved;
}

/* Interfaces are known to the operator by name and to netlink by index; either may change. */
int route_port_update(struct route *r, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = nlmsg_data(nlh);
	struct nlattr *tb[IFLA_MAX + 1];
	int moved = 0;

	if (nlmsg_parse((struct nlmsghdr *)nlh, sizeof(*ifi), tb, IFLA_MAX, NULL) < 0 ||
		!tb[IFLA_IFNAME])
		return 0;
	for (uint32_t i = 0; i < r->n_ports; i++) {
		struct port *p = &r->ports[i];
		int same = p->said.interface[0] &&
			   nla_strcmp(tb[IFLA_IFNAME], p->said.interface) == 0;

		if (same && nlh->nlmsg_type == RTM_NEWLINK) {
			moved |= bind_port(p, (uint32_t)ifi->ifi_index, tb);
		} else if (p->ifindex == (uint32_t)ifi->ifi_index) {
			unbind(p);
			moved = 1;
		}
	}
	return moved;
}
