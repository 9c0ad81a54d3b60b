/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the BPF programs and user space agree on: map names, keys and values.
 *
 * This header includes nothing, so that clang -target bpf and gcc read it alike; the includer
 * brings the fixed-width __uNN types (<linux/types.h>). All multi-byte integers are in host order
 * unless a name ends in _be.
 *
 * Who writes and who reads stands at every value.
 */
#pragma once

#define WEIR_XDP_ABI 1

/* The program must bear this name, own a map called `xsks_map` and carry the BTF metadata
 * xsk_prog_version = 1, or libxdp 1.3 inside Debian's DPDK loads a program of its own instead,
 * and that one takes ALL traffic, ARP included.
 */
#define WEIR_XDP_PROG_NAME "xsk_def_prog"

#define WEIR_XDP_MAX_QUEUES 64
#define WEIR_XDP_MAX_VIPS   32768

/* Map `weir_beats`, BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, index = receive queue of the port.
 * Worker: writes through its mapping, once per loop. XDP: reads, once per VIP packet.
 * One element is a cache line, so that two workers never share one.
 */
struct weir_beat {
	__u64 time_ns;	  /* CLOCK_MONOTONIC_COARSE of the worker; 0 = never beat */
	__u64 generation; /* the snapshot that the worker holds (read from step 4 on) */
	__u64 pad[6];
};

/* Map `weir_xdp_conf`, BPF_MAP_TYPE_ARRAY of one element. Control plane: writes. XDP: reads. */
struct weir_xdp_conf {
	__u32 abi; /* WEIR_XDP_ABI */
	__u32 pad;
	__u64 fresh_ns; /* a beat older than this is a dead worker */
};

/* Map `weir_vips`, BPF_MAP_TYPE_HASH: the frames that are ours. IPv4 addresses are stored as
 * ::ffff:a.b.c.d. Control plane: writes. XDP: reads.
 */
struct weir_vip_key {
	__u8 addr[16];
};
struct weir_vip_value {
	__u32 flags; /* none yet */
};

/* Map `weir_xdp_counters`, BPF_MAP_TYPE_PERCPU_ARRAY, index = enum weir_xdp_counter.
 * XDP: writes. Control plane: reads. Packets, never reset.
 */
enum weir_xdp_counter {
	WEIR_XDP_PASS,		  /* not a frame to a VIP: left to the kernel */
	WEIR_XDP_REDIRECT,	  /* handed to the worker's AF_XDP socket */
	WEIR_XDP_NO_WORKER,	  /* to a VIP, and no fresh heartbeat: dropped */
	WEIR_XDP_REDIRECT_FAILED, /* fresh heartbeat but no socket on this queue: dropped */
	WEIR_XDP_COUNTER__COUNT
};
