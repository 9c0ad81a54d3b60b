/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the decapsulating backend of the lab counts. Includes nothing, see weir_abi.h. */
#pragma once

/* Map `lab_received`, BPF_MAP_TYPE_ARRAY, index = enum lab_received_kind. */
enum lab_received_kind {
	LAB_DECAPSULATED, /* ipip, GUE or GRE, IPv4 or IPv6 in either: unwrapped and passed on */
	LAB_L2DSR,	  /* plain, to 10.99.0.0/24 or fd99::/64: passed on */
	LAB_OTHER,	  /* passed on untouched: ARP, ND, checks, ... */
	LAB_BAD_OUTER,	  /* an outer header that a kernel would refuse: dropped */
	LAB_RECEIVED__COUNT
};

struct lab_received {
	__u64 packets;
	__u64 bytes; /* of the frame without its outer headers, as weir counts them */
};
