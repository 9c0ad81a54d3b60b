/* SPDX-License-Identifier: BSD-3-Clause */
/* ICMP and ICMPv6 frames, made byte by byte apart from the code under test: addresses as in frames.h,
 * so that the client sends to the VIP; l4 is the ICMP header.
 */
#pragma once

#include "frames.h"

#define ICMP_LEN 8

/* An echo request with @payload bytes. */
void icmp_echo(struct frame *f, int v6, uint32_t payload);

/* Port unreachable about a packet from the VIP, port 80, to the client, port 40000: its whole IP header
 * and 8 bytes of TCP or UDP. @kind chooses family and protocol.
 */
void icmp_error(struct frame *f, enum frame_kind kind);

/* Where the quoted packet is. */
static inline uint32_t icmp_quote(const struct frame *f)
{
	return f->l4 + ICMP_LEN;
}
static inline uint32_t icmp_quote_l4(const struct frame *f)
{
	return icmp_quote(f) + (frame_is_v6(f) ? 40 : 20);
}

/* IPv6: hop-by-hop and destination options in front of ICMP. */
void icmp_ext(struct frame *f);

/* The checksum over what the IP header says is there; nothing if there is no ICMP header. */
void icmp_fix_csum(struct frame *f);
/* One's complement sum over the message as it stands (with the pseudo header): 0xffff if right. */
uint32_t icmp_sum(const struct frame *f);
/* IP length, IP checksum, ICMP checksum. */
void icmp_fix(struct frame *f);
