/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of the encapsulation only: what stands between the outer IP header and the inner
 * packet.
 */
#pragma once

#include "encap.h"

#define ENCAP_IP4_LEN 20
#define ENCAP_IP6_LEN 40

#define ENCAP_ETHERTYPE_IP4 0x0800
#define ENCAP_ETHERTYPE_IP6 0x86dd

static inline void encap_put16(uint8_t *at, uint32_t host)
{
	at[0] = (uint8_t)(host >> 8);
	at[1] = (uint8_t)host;
}

static inline uint32_t encap_ethertype(uint32_t family)
{
	return family == 4 ? ENCAP_ETHERTYPE_IP4 : ENCAP_ETHERTYPE_IP6;
}

/* Protocol number of the outer IP header. */
uint8_t encap_shim_proto(enum weir_forward forward, const struct parsed *p);

/* @at: behind the outer IP header. Nothing is written for ipip. */
void encap_shim_write(const struct encap *e, struct encap_way way, uint8_t *at,
	const struct parsed *p, uint64_t hash);
