/* SPDX-License-Identifier: BSD-3-Clause */
/* The one list of reasons for which a packet is dropped.
 *
 * The list yields the enum, the counters, the metric labels, the CLI texts and the documentation.
 * Names are an interface: append, never rename. The BPF program reads the same list.
 *
 * X(name, "what it means, for a person")
 */
#pragma once

#define WEIR_DROP_LIST(X)                                                                          \
	X(l2_short, "frame shorter than an Ethernet header")                                       \
	X(l2_long, "frame longer than the port takes")                                             \
	X(l2_dst, "destination MAC is not this port's")                                            \
	X(l2_src, "source MAC is zero, multicast or our own")                                      \
	X(vlan_unknown, "VLAN tag with an id that is not configured")                              \
	X(vlan_depth, "more VLAN tags than allowed")                                               \
	X(ethertype, "EtherType that no stage handles")                                            \
	X(l3_short, "no room for the IP header")                                                   \
	X(ip_version, "IP version does not match the EtherType")                                   \
	X(ip_ihl, "IPv4 header length out of range")                                               \
	X(ip_len, "IP length field contradicts the frame")                                         \
	X(ip_csum, "wrong IPv4 header checksum")                                                   \
	X(ip_ttl, "TTL or hop limit 0")                                                            \
	X(ip_opt, "IPv4 options present")                                                          \
	X(frag, "IP fragment")                                                                     \
	X(frag_bad, "malformed IP fragment")                                                       \
	X(ext_bad, "malformed IPv6 extension header")                                              \
	X(ext_rh, "IPv6 routing header with segments left, or of a forbidden type")                \
	X(ext_chain, "more IPv6 extension headers than allowed")                                   \
	X(martian_src, "source address that must not be on the wire")                              \
	X(src_is_vip, "source address is a VIP")                                                   \
	X(dst_bcast, "destination address is multicast or broadcast")                              \
	X(not_local, "destination is not a VIP")                                                   \
	X(no_vip_port, "VIP without a service on this protocol and port")                          \
	X(l4_proto, "protocol that is not balanced")                                               \
	X(l4_short, "no room for the TCP, UDP or ICMP header")                                     \
	X(tcp_doff, "TCP data offset out of range")                                                \
	X(tcp_flags, "TCP flags that no stack sends")                                              \
	X(udp_len, "UDP length field contradicts the packet")                                      \
	X(udp_csum0_v6, "UDP over IPv6 without a checksum")                                        \
	X(port0, "source or destination port 0")                                                   \
	X(segments, "packet in more segments than the port may deliver")                           \
	X(no_table, "no backend table received yet")                                               \
	X(stale_generation, "worker slept and holds an outdated table")                            \
	X(no_backend, "no backend for the service")                                                \
	X(neigh_pending, "next hop of the backend is not resolved")                                \
	X(too_big, "does not fit the path to the backend after encapsulation")                     \
	X(tx_full, "transmit queue of the port is full")                                           \
	X(no_worker, "XDP: no fresh heartbeat of a worker")                                        \
	X(icmp_short, "no room for the ICMP header")                                               \
	X(icmp_inner, "ICMP error that does not quote the beginning of a TCP or UDP packet")       \
	X(icmp_not_ours, "ICMP error about a packet that no service of this VIP sent")             \
	X(icmp_mtu_floor, "ICMP error that asks for an MTU below the minimum")                     \
	X(icmp_type, "ICMP type that is not handled")                                              \
	X(icmp_csum, "wrong ICMP checksum")                                                        \
	X(icmp_rate, "more ICMP echo requests than are answered")

enum weir_drop {
	WEIR_DROP_NONE, /* not dropped */
#define X(name, text) WEIR_DROP_##name,
	WEIR_DROP_LIST(X)
#undef X
		WEIR_DROP__COUNT
};

/* Name and text of a reason; "none" for WEIR_DROP_NONE, "unknown" out of range. Never NULL. */
const char *weir_drop_name(enum weir_drop reason);
const char *weir_drop_text(enum weir_drop reason);
