// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/* The program on each AF_XDP port. Frames to a VIP go to the worker of their queue while it is
 * alive, and are dropped and counted while it is not; everything else is the kernel's.
 *
 * A VIP frame never reaches the kernel, whatever its protocol or port. A frame too short to say
 * where it is going is not ours. There are no global variables on purpose: libxdp takes the first
 * word of .data for a reference counter of its own.
 */
#include "cursor.h"
#include "weir_abi.h"

/* libxdp reads this from the BTF alone: an array of one element, in this section. */
__uint(xsk_prog_version, 1) SEC("xdp_metadata");

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, WEIR_XDP_MAX_QUEUES);
	__type(key, __u32);
	__type(value, __u32);
} xsks_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, WEIR_XDP_MAX_QUEUES);
	__type(key, __u32);
	__type(value, struct weir_beat);
} weir_beats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_xdp_conf);
} weir_xdp_conf SEC(".maps");

/* Twice the limit: a new set is added before the old one is removed. Memory is taken as used. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 2 * WEIR_XDP_MAX_VIPS);
	__type(key, struct weir_vip_key);
	__type(value, struct weir_vip_value);
} weir_vips SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEIR_XDP_COUNTER__COUNT);
	__type(key, __u32);
	__type(value, __u64);
} weir_xdp_counters SEC(".maps");

/* Every frame ends here, once. */
static __always_inline int count(enum weir_xdp_counter which, int verdict)
{
	__u32 index = which;
	__u64 *n = bpf_map_lookup_elem(&weir_xdp_counters, &index);

	if (n)
		++*n;
	return verdict;
}

/* 1 and the destination in @key, or 0 if there is none to be read. */
static __always_inline int destination(const struct xdp_md *ctx, struct weir_vip_key *key)
{
	struct cursor c = cursor_of(ctx);
	int eth_type = cursor_ethernet(&c);

	if (eth_type == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = cursor_take(&c, sizeof(*ip));

		if (!ip)
			return 0;
		key->addr[10] = 0xff;
		key->addr[11] = 0xff;
		__builtin_memcpy(key->addr + 12, &ip->daddr, 4);
		return 1;
	}
	if (eth_type == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip6 = cursor_take(&c, sizeof(*ip6));

		if (!ip6)
			return 0;
		__builtin_memcpy(key->addr, &ip6->daddr, 16);
		return 1;
	}
	return 0;
}

/* Has the worker of @queue beaten within fresh_ns? The clock is the one that the worker reads in the
 * vDSO, so a beat is never ahead of it by more than a tick; one further ahead is not a beat of this
 * boot (or of this time namespace).
 */
static __always_inline int worker_is_alive(__u32 queue)
{
	__u32 zero = 0;
	const struct weir_xdp_conf *conf = bpf_map_lookup_elem(&weir_xdp_conf, &zero);
	const volatile struct weir_beat *beat = bpf_map_lookup_elem(&weir_beats, &queue);
	__u64 beat_ns, now_ns;

	if (!conf || !beat)
		return 0;
	beat_ns = beat->time_ns;
	if (beat_ns == 0)
		return 0;
	now_ns = bpf_ktime_get_coarse_ns();
	return (now_ns >= beat_ns ? now_ns - beat_ns : beat_ns - now_ns) <= conf->fresh_ns;
}

SEC("xdp")
int xsk_def_prog(struct xdp_md *ctx)
{
	struct weir_vip_key key = {};
	__u32 queue = ctx->rx_queue_index;

	if (!destination(ctx, &key) || !bpf_map_lookup_elem(&weir_vips, &key))
		return count(WEIR_XDP_PASS, XDP_PASS);
	if (!worker_is_alive(queue))
		return count(WEIR_XDP_NO_WORKER, XDP_DROP);
	if (bpf_redirect_map(&xsks_map, queue, XDP_DROP) != XDP_REDIRECT)
		return count(WEIR_XDP_REDIRECT_FAILED, XDP_DROP);
	return count(WEIR_XDP_REDIRECT, XDP_REDIRECT);
}

char _license[] SEC("license") = "Dual BSD/GPL";
