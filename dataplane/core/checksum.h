/* SPDX-License-Identifier: BSD-3-Clause */
/* The Internet checksum (RFC 1071). */
#pragma once

#include <stdint.h>

/* One's complement sum of @len bytes, added to @sum. @len up to 65,535, at any alignment; only the
 * last piece of what is summed may be odd. Words are taken as they stand in memory, so the result is
 * in network order whatever the host's. It is folded to at most 0xffff and not complemented: the
 * caller may add 65,000 words of its own before csum_finish().
 */
uint32_t csum_add(const void *data, uint32_t len, uint32_t sum);

/* Fold to 16 bits and complement: what stands in a header, in network order as stored. A header
 * with its checksum in place is right when this gives 0.
 */
uint16_t csum_finish(uint32_t sum);
