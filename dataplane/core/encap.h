/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers in front of a packet on its way to a backend: Ethernet alone (l2dsr), or Ethernet and an
 * outer IP header (ipip: RFC 2003 for IPv4 outside, RFC 2473 for IPv6 outside; ECN and DSCP by
 * RFC 6040, normal mode). Built once per backend, finished per packet.
 */
#pragma once

#include <stdint.h>

#include "parse.h"
#include "weir_table.h"

#define ENCAP_TTL 64
#define ENCAP_MAX (14 + 4 + 40) /* Ethernet, one VLAN tag, IPv6 */

/* A template. The outer IPv4 checksum is that of the header with TOS, total length, id and protocol
 * zero, as a sum that is not complemented, so that a packet needs only additions.
 */
struct encap {
	uint8_t bytes[ENCAP_MAX]; /* link header, then the outer IP header */
	uint8_t l2_len;		  /* 14 or 18 */
	uint8_t outer_len;	  /* 20 or 40 */
	uint32_t csum;		  /* IPv4 outside: partial sum */
};

/* @hop: where frames to the backend go; @dst: its address, which chooses the outer family. The outer
 * source is @hop's, of the same family (table_check() sees to that for a ready hop).
 */
void encap_init(
	struct encap *e, const struct weir_table_next_hop *hop, const struct weir_addr *dst);

/* Bytes in front of the inner IP packet once it is written: l2dsr l2_len, ipip l2_len + outer_len. */
static inline uint32_t encap_len(const struct encap *e, enum weir_forward forward)
{
	return forward == WEIR_FWD_L2DSR ? e->l2_len : e->l2_len + e->outer_len;
}

/* Write the headers of one packet. @at points encap_len() bytes before the inner IP header. The
 * inner packet is not touched. @hash gives the flow's entropy (IPv6 flow label). The caller has
 * checked that inner and outer header fit the path's MTU, hence the 16-bit length fields.
 */
void encap_write(const struct encap *e, enum weir_forward forward, uint8_t *at,
	const struct parsed *p, uint64_t hash);
