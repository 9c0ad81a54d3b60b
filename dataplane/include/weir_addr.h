/* SPDX-License-Identifier: BSD-3-Clause */
/* An IP address as both planes keep it: 16 bytes in network order, IPv4 as ::ffff:a.b.c.d, so that
 * one comparison serves both families. The family is what the bytes say: see weir_addr_is_v4().
 */
#pragma once

#include <stdint.h>
#include <stdbool.h>
#include <string.h>

struct weir_addr {
	union {
		uint8_t b[16];
		uint32_t w32[4];
		uint64_t w64[2];
	};
};

_Static_assert(sizeof(struct weir_addr) == 16, "an address is 16 bytes");

static inline bool weir_addr_is_v4(const struct weir_addr *a)
{
	return a->w64[0] == 0 && a->b[8] == 0 && a->b[9] == 0 && a->b[10] == 0xff &&
	       a->b[11] == 0xff;
}

static inline bool weir_addr_eq(const struct weir_addr *a, const struct weir_addr *b)
{
	return a->w64[0] == b->w64[0] && a->w64[1] == b->w64[1];
}

/* @v4: four bytes in network order. */
static inline struct weir_addr weir_addr_v4(const void *v4)
{
	struct weir_addr a = {.b = {[10] = 0xff, [11] = 0xff}};

	memcpy(a.b + 12, v4, 4);
	return a;
}

/* A prefix over mapped addresses: an IPv4 /24 is stored as length 120. */
struct weir_prefix {
	struct weir_addr addr;
	uint8_t len; /* 0..128 */
};

static inline bool weir_prefix_has(const struct weir_prefix *p, const struct weir_addr *a)
{
	unsigned int full = p->len / 8, rest = p->len % 8;

	if (memcmp(p->addr.b, a->b, full) != 0)
		return false;
	return rest == 0 || ((p->addr.b[full] ^ a->b[full]) & (0xff00 >> rest) & 0xff) == 0;
}
