// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/* For the veth peer of a load balancer's port: what XDP or AF_XDP sends over a veth reaches the
 * other end only if an XDP program is attached there.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int weir_pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
