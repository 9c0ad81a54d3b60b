// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/* A backend of the lab: takes the outer headers off (ipip, GUE and GRE, each 4in4, 6in6, 4in6 and 6in4)
 * as the kernel's devices would where it has none, and counts what arrives, so that tests can compare
 * it with what weir says it sent. Untagged frames only.
 */
#include <linux/in.h>
#include <linux/udp.h>

#include "cursor.h"
#include "lab_decap.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LAB_RECEIVED__COUNT);
	__type(key, __u32);
	__type(value, struct lab_received);
} lab_received SEC(".maps");

#define GUE_PORT 6080
#define MAX_UDP	 2048 /* bytes of it whose sum is looked at; longer is bad */

/* Variant 0 with hlen 0, so the rest of it is the protocol of what follows and no flag. */
struct gue {
	__u8 variant, proto;
	__be16 flags;
};

struct gre {
	__be16 flags, proto;
};

/* The outer headers: their length, and the EtherType of what is in them (0: not a tunnel). */
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
static __always_inline void judge_v4(struct outer *o, const struct iphdr *ip, __u64 ip_bytes)
{
	o->bad |= ip->version != 4 || ip->ihl != 5 || ip->ttl == 0 || checksum_is_wrong(ip) ||
		  (ip->frag_off & bpf_htons(0x3fff)) || bpf_ntohs(ip->tot_len) > ip_bytes;
}

static __always_inline void judge_v6(struct outer *o, const struct ipv6hdr *ip6, __u64 ip_bytes)
{
	o->bad |= ip6->version != 6 || ip6->hop_limit == 0 ||
		  bpf_ntohs(ip6->payload_len) + sizeof(*ip6) > ip_bytes;
}

/* One's complement sum to the end of the packet, words as they stand in memory. */
static __noinline __u64 sum_of(void *at, void *end)
{
	__u64 sum = 0;
	int i;

	for (i = 0; i < MAX_UDP / 4 && at + 4 <= end; i++, at += 4)
		sum += *(__u32 *)at;
	if (at + 2 <= end) {
		sum += *(__u16 *)at;
		at += 2;
	}
	if (at + 1 <= end)
		sum += *(__u8 *)at;
	return sum;
}

static __always_inline __u64 sum_of_addresses(const struct ipv6hdr *ip6)
{
	__u64 sum = 0;
	int i;

#pragma unroll
	for (i = 0; i < 4; i++)
		sum += (__u64)ip6->saddr.s6_addr32[i] + ip6->daddr.s6_addr32[i];
	return sum;
}

static __always_inline int folds_to_zero(__u64 sum)
{
	int i;

#pragma unroll
	for (i = 0; i < 4; i++)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* Over IPv6 a UDP tunnel without a checksum is refused unless somebody allows it (RFC 6935). */
static __always_inline int is_udp6_bad(const struct ipv6hdr *ip6, struct udphdr *udp, void *end)
{
	__u64 sum = sum_of_addresses(ip6) + udp->len + bpf_htons(IPPROTO_UDP) + sum_of(udp, end);

	return udp->check == 0 || end - (void *)udp > MAX_UDP || !folds_to_zero(sum);
}

static __always_inline void open_gue(struct outer *o, struct cursor *c, const struct ipv6hdr *ip6)
{
	struct udphdr *udp = cursor_take(c, sizeof(*udp));
	struct gue *gue;

	if (!udp || udp->dest != bpf_htons(GUE_PORT))
		return;
	gue = cursor_take(c, sizeof(*gue));
	o->length += sizeof(*udp) + sizeof(*gue);
	o->inner_type = gue ? inner_type(gue->proto) : bpf_htons(ETH_P_IP);
	o->bad = !gue || gue->variant || gue->flags || !o->inner_type ||
		 bpf_ntohs(udp->len) != c->end - (void *)udp;
	if (!o->inner_type)
		o->inner_type = bpf_htons(ETH_P_IP); // a tunnel, and bad
	if (ip6 && !o->bad)
		o->bad = is_udp6_bad(ip6, udp, c->end);
}

static __always_inline void open_gre(struct outer *o, struct cursor *c)
{
	struct gre *gre = cursor_take(c, sizeof(*gre));

	o->length += sizeof(*gre);
	o->inner_type = bpf_htons(ETH_P_IP);
	o->bad = !gre || gre->flags ||
		 (gre->proto != bpf_htons(ETH_P_IP) && gre->proto != bpf_htons(ETH_P_IPV6));
	if (!o->bad)
		o->inner_type = gre->proto;
}

/* What the IP header has behind it. @ip6: NULL if it is IPv4. */
static __always_inline void open_tunnel(
	struct outer *o, struct cursor *c, __u8 proto, const struct ipv6hdr *ip6)
{
	if (proto == IPPROTO_UDP)
		open_gue(o, c, ip6);
	else if (proto == IPPROTO_GRE)
		open_gre(o, c);
	else
		o->inner_type = inner_type(proto);
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

/* Read the headers at @c; 1 if the packet goes to a VIP of the lab as it is. */
static __always_inline int look(struct cursor *c, struct outer *o)
{
	struct ethhdr *eth = cursor_take(c, sizeof(*eth));
	__u64 ip_bytes = c->end - c->pos;

	if (eth && eth->h_proto == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = cursor_take(c, sizeof(*ip));

		if (!ip || is_vip_v4(ip))
			return ip != 0;
		o->length = sizeof(*ip);
		open_tunnel(o, c, ip->protocol, 0);
		judge_v4(o, ip, ip_bytes);
		return 0;
	}
	if (eth && eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip6 = cursor_take(c, sizeof(*ip6));

		if (!ip6 || is_vip_v6(ip6))
			return ip6 != 0;
		o->length = sizeof(*ip6);
		open_tunnel(o, c, ip6->nexthdr, ip6);
		judge_v6(o, ip6, ip_bytes);
		return 0;
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
