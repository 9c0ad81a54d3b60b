/* SPDX-License-Identifier: BSD-3-Clause */
/* The Internet checksum (RFC 1071) and its incremental update (RFC 1624). */
#pragma once

#include <stdint.h>

/* One's complement sum of @len bytes, added to @sum; not folded. @len up to 65,535. */
uint32_t csum_add(const void *data, uint32_t len, uint32_t sum);

/* Fold to 16 bits and complement: what stands in a header, in network order as stored. */
uint16_t csum_finish(uint32_t sum);
