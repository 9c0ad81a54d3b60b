/* SPDX-License-Identifier: BSD-3-Clause */
/* Tuples that a linear hash cannot tell apart. CRC32-C is linear: of the 48 bits that a sender of IPv4
 * packets may choose (source address and port), 2^16 combinations leave it unchanged, whatever the seed.
 */
#pragma once

#include <stdint.h>

/* The differences, by the two halves of a 16-bit number: 4 KiB, no memory per tuple. */
struct collide {
	uint64_t low[256], high[256];
};

void collide_init(struct collide *c);

/* Source address << 16 | source port of tuple @i, host order. */
static inline uint64_t collide_who(const struct collide *c, uint32_t i)
{
	return c->low[i & 0xff] ^ c->high[i >> 8 & 0xff];
}

/* CRC32-C over source, destination and ports as a hash of tuples computes it. */
uint32_t collide_crc(uint64_t who);
