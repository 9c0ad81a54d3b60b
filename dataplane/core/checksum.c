// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "checksum.h"

static uint32_t fold32(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	return (sum >> 16) + (sum & 0xffff);
}

static uint32_t fold64(uint64_t sum)
{
	sum = (sum >> 32) + (uint32_t)sum;
	return fold32((uint32_t)((sum >> 32) + sum));
}

/* The last 0..7 bytes, padded with zeros as the RFC pads an odd one. No loop and no call: most sums
 * are of an IPv4 header, which leaves four bytes.
 */
static uint64_t tail(const uint8_t *at, uint32_t len)
{
	uint64_t sum = 0;
	uint32_t word;
	uint16_t half[2] = {0};

	if ((len & 4) != 0) {
		memcpy(&word, at, 4);
		sum = word;
		at += 4;
	}
	if ((len & 2) != 0) {
		memcpy(&half[0], at, 2);
		at += 2;
	}
	if ((len & 1) != 0)
		memcpy(&half[1], at, 1);
	return sum + half[0] + half[1];
}

/* 2^16 is 1 modulo 65,535, so 32-bit words may be added instead of 16-bit ones and folded at the
 * end. 16,384 of them cannot overflow 64 bits, so there is no carry to look after.
 */
uint32_t csum_add(const void *data, uint32_t len, uint32_t sum)
{
	const uint8_t *at = data;
	uint64_t even = sum, odd = 0;
	uint32_t half[2];

	for (; len >= sizeof(half); len -= sizeof(half), at += sizeof(half)) {
		memcpy(half, at, sizeof(half));
		even += half[0];
		odd += half[1];
	}
	if (len > 0)
		even += tail(at, len);
	return fold64(even + odd);
}

uint16_t csum_finish(uint32_t sum)
{
	return (uint16_t)~fold32(sum);
}
