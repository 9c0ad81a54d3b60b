// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/* A backend of the lab: takes the outer header off (4in4, 6in6, 4in6, 6in4) as an ipip device would
 * where the kernel has none, and counts what arrives, so that tests can compare it with what weir
 * says it sent. Untagged frames only.
 */
#include <linux/in.h>

#include "cursor.h"
#include "lab_decap.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LAB_RECEIVED__COUNT);
	__type(key, __u32);
	__type(value, struct lab_received);
} lab_received SEC(".maps");

/* The outer header: its length, and the EtherType of what is in it (0: not a tunnel). */
struct outer {
	__u64 length;
	__be16 inner_type;
	int bad;
};

static __always_inline int count(enum lab_received_kind kind, __u64 bytes, int verdict)
{
	__u32 index = kind;
	struct lab_received *r = bpf_map_lookup_elem(&lab_received, &index);

	if (r) {
		__sync_fetch_and_add(&r->packets, 1);
		__sync_fetch_and_add(&r->bytes, bytes);
	}
	return verdict;
}

static __always_inline __be16 inner_type(__u8 protocol)
{
	if (protocol == IPPROTO_IPIP)
		return bpf_htons(ETH_P_IP);
	if (protocol == IPPROTO_IPV6)
		return bpf_htons(ETH_P_IPV6);
	return 0;
}

/* Sum over a header without options; right headers give 0. */
static __always_inline int checksum_is_wrong(const struct iphdr *ip)
{
	const __u16 *word = (const void *)ip;
	__u32 sum = 0;
	int i;

#pragma unroll
	for (i = 0; i < 10; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum != 0xffff;
}

/* weir writes no options, no fragments and a length that fills the frame: anything else is bad. */
static __always_inline struct outer outer_v4(const struct iphdr *ip, __u64 ip_bytes)
{
	struct outer o = {.length = sizeof(*ip), .inner_type = inner_type(ip->protocol)};

	o.bad = ip->version != 4 || ip->ihl != 5 || ip->ttl == 0 || checksum_is_wrong(ip) ||
		(ip->frag_off & bpf_htons(0x3fff)) || bpf_ntohs(ip->tot_len) > ip_bytes;
	return o;
}

static __always_inline struct outer outer_v6(const struct ipv6hdr *ip6, __u64 ip_bytes)
{
	struct outer o = {.length = sizeof(*ip6), .inner_type = inner_type(ip6->nexthdr)};

	o.bad = ip6->version != 6 || ip6->hop_limit == 0 ||
		bpf_ntohs(ip6->payload_len) + sizeof(*ip6) > ip_bytes;
	return o;
}

/* 10.99.0.0/24 and fd99::/64 are the VIPs of the lab. */
static __always_inline int is_vip_v4(const struct iphdr *ip)
{
	return (bpf_ntohl(ip->daddr) & 0xffffff00) == 0x0a630000;
}

static __always_inline int is_vip_v6(const struct ipv6hdr *ip6)
{
	return ip6->daddr.s6_addr32[0] == bpf_htonl(0xfd990000) && ip6->daddr.s6_addr32[1] == 0;
}

/* Move the Ethernet header up to the inner packet. */
static __always_inline int unwrap(struct xdp_md *ctx, struct outer o)
{
	struct cursor c = cursor_of(ctx);
	__u64 bytes = c.end - c.pos - o.length;
	struct ethhdr *eth = cursor_take(&c, sizeof(*eth)), copy;

	if (!eth)
		return count(LAB_OTHER, 0, XDP_PASS);
	copy = *eth;
	copy.h_proto = o.inner_type;
	if (bpf_xdp_adjust_head(ctx, o.length))
		return count(LAB_BAD_OUTER, bytes, XDP_DROP);
	c = cursor_of(ctx);
	eth = cursor_take(&c, sizeof(*eth));
	if (!eth)
		return count(LAB_BAD_OUTER, bytes, XDP_DROP);
	*eth = copy;
	return count(LAB_DECAPSULATED, bytes, XDP_PASS);
}

/* Read the IP header at @c; 1 if it goes to a VIP of the lab. */
static __always_inline int look(struct cursor *c, struct outer *o)
{
	struct ethhdr *eth = cursor_take(c, sizeof(*eth));
	__u64 ip_bytes = c->end - c->pos;

	if (eth && eth->h_proto == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = cursor_take(c, sizeof(*ip));

		if (ip)
			*o = outer_v4(ip, ip_bytes);
		return ip && is_vip_v4(ip);
	}
	if (eth && eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip6 = cursor_take(c, sizeof(*ip6));

		if (ip6)
			*o = outer_v6(ip6, ip_bytes);
		return ip6 && is_vip_v6(ip6);
	}
	return 0;
}

SEC("xdp")
int lab_decap(struct xdp_md *ctx)
{
	struct cursor c = cursor_of(ctx);
	__u64 bytes = c.end - c.pos;
	struct outer o = {};
	int vip = look(&c, &o);

	if (o.inner_type == 0)
		return count(vip ? LAB_L2DSR : LAB_OTHER, bytes, XDP_PASS);
	if (o.bad)
		return count(LAB_BAD_OUTER, bytes, XDP_DROP);
	return unwrap(ctx, o);
}

char _license[] SEC("license") = "Dual BSD/GPL";
