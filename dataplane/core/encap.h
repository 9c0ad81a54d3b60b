/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers in front of a packet on its way to a backend. The link header and the outer IP header are
 * built once per backend and finished per packet; what stands between the outer IP header and the
 * inner packet (the shim) is a service's choice and is written per packet.
 *
 *	l2dsr  Ethernet
 *	ipip   Ethernet, IP                  RFC 2003 (IPv4 outside), RFC 2473 (IPv6 outside)
 *	gue    Ethernet, IP, UDP, GUE        draft-ietf-intarea-gue-09, variant 0, no flags
 *	gre    Ethernet, IP, GRE             RFC 2784, no checksum, no key; RFC 7676 for IPv6
 *
 * ECN and DSCP by RFC 6040, normal mode, in all of them.
 */
#pragma once

#include <stdint.h>

#include "parse.h"
#include "weir_table.h"

#define ENCAP_TTL      64
#define ENCAP_GUE_LEN  (8 + 4) /* UDP, GUE */
#define ENCAP_GRE_LEN  4
#define ENCAP_TEMPLATE (14 + 4 + 40) /* Ethernet, one VLAN tag, IPv6 */
#define ENCAP_MAX      (ENCAP_TEMPLATE + ENCAP_GUE_LEN)

/* A template. @csum, a sum that is not complemented, so that a packet needs only additions: IPv4
 * outside, of the header with TOS, total length, id and protocol zero; IPv6 outside, of both addresses,
 * for the pseudo header of UDP.
 */
struct encap {
	uint8_t bytes[ENCAP_TEMPLATE]; /* link header, then the outer IP header */
	uint8_t l2_len;		       /* 14 or 18 */
	uint8_t outer_len;	       /* 20 or 40 */
	uint32_t csum;
};

/* How the packets of a service travel. */
struct encap_way {
	uint8_t forward; /* enum weir_forward */
	uint16_t gue_port;
};

/* @hop: where frames to the backend go; @dst: its address, which chooses the outer family. The outer
 * source is @hop's, of the same family (table_check() sees to that for a ready hop).
 */
void encap_init(
	struct encap *e, const struct weir_table_next_hop *hop, const struct weir_addr *dst);

static inline uint32_t encap_shim_len(enum weir_forward forward)
{
	if (forward == WEIR_FWD_GUE)
		return ENCAP_GUE_LEN;
	return forward == WEIR_FWD_GRE ? ENCAP_GRE_LEN : 0;
}

/* Bytes that the IP packet grows by: what the path's MTU must have room for. */
static inline uint32_t encap_overhead(const struct encap *e, enum weir_forward forward)
{
	return forward == WEIR_FWD_L2DSR ? 0 : e->outer_len + encap_shim_len(forward);
}

/* Bytes in front of the inner IP packet once it is written. */
static inline uint32_t encap_len(const struct encap *e, enum weir_forward forward)
{
	return e->l2_len + encap_overhead(e, forward);
}

/* Write the headers of one packet. @at points encap_len() bytes before the inner IP header. The
 * inner packet is not touched; GUE over IPv6 reads all of it (@p->l3_len bytes, in one piece behind the
 * headers) for the outer checksum, the others do not look at it. @hash gives the flow's entropy: IPv6
 * flow label, UDP source port. The caller has checked that inner packet and overhead fit the path's
 * MTU, hence the 16-bit length fields.
 */
void encap_write(const struct encap *e, struct encap_way way, uint8_t *at, const struct parsed *p,
	uint64_t hash);
