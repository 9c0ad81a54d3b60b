// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <sys/socket.h>

#include <netlink/attr.h>

#include "route_private.h"

int route_addr_get(const struct nlattr *attr, struct weir_addr *out)
{
	switch (attr ? nla_len(attr) : 0) {
	case 4:
		*out = weir_addr_v4(nla_data(attr));
		return 0;
	case 16:
		memcpy(out->b, nla_data(attr), 16);
		return 0;
	default:
		return -EINVAL;
	}
}

int route_addr_family(const struct weir_addr *a)
{
	return weir_addr_is_v4(a) ? AF_INET : AF_INET6;
}

const void *route_addr_bytes(const struct weir_addr *a, int *len)
{
	*len = weir_addr_is_v4(a) ? 4 : 16;
	return a->b + 16 - *len;
}
