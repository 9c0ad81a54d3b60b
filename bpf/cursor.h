/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A header cursor for BPF programs: each helper checks that a header is there, steps over it and
 * returns it, or the type of what follows. Forced inline, since the verifier must see the check and
 * the access in one function.
 */
#pragma once

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define CURSOR_MAX_VLANS 2
#define CURSOR_NO_TYPE	 (-1) /* the frame ends before the type is known */

struct cursor {
	void *pos, *end;
};

struct cursor_vlan {
	__be16 tci, type;
};

static __always_inline struct cursor cursor_of(const struct xdp_md *ctx)
{
	struct cursor c = {(void *)(long)ctx->data, (void *)(long)ctx->data_end};

	return c;
}

/* The next @size bytes, stepped over, or NULL. @size must be a constant. */
static __always_inline void *cursor_take(struct cursor *c, __u32 size)
{
	void *header = c->pos;

	if (header + size > c->end)
		return 0;
	c->pos = header + size;
	return header;
}

static __always_inline int cursor_is_vlan(int eth_type)
{
	return eth_type == bpf_htons(ETH_P_8021Q) || eth_type == bpf_htons(ETH_P_8021AD);
}

/* Step over the Ethernet header and at most CURSOR_MAX_VLANS tags. Returns the EtherType in network
 * order (that of a tag if there are more of them), or CURSOR_NO_TYPE.
 */
static __always_inline int cursor_ethernet(struct cursor *c)
{
	struct ethhdr *eth = cursor_take(c, sizeof(*eth));
	struct cursor_vlan *tag;
	int eth_type, i;

	if (!eth)
		return CURSOR_NO_TYPE;
	eth_type = eth->h_proto;
#pragma unroll
	for (i = 0; i < CURSOR_MAX_VLANS && cursor_is_vlan(eth_type); i++) {
		tag = cursor_take(c, sizeof(*tag));
		if (!tag)
			return CURSOR_NO_TYPE;
		eth_type = tag->type;
	}
	return eth_type;
}
