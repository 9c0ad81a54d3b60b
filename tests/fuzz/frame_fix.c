// SPDX-License-Identifier: BSD-3-Clause
/* Headers are walked here apart from the code under test, and with little care for validity. */
#include "frame_fix.h"
#include "fuzz.h"

#define ETH_LEN 14
#define ICMP	1
#define ICMP6	58

#pragma weak LLVMFuzzerMutate // absent in the replay, which never calls the mutator

static uint32_t be16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t add(const uint8_t *at, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += i % 2 == 0 ? (uint32_t)at[i] << 8 : at[i];
	return sum;
}

static void put_sum(uint8_t *at, uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	at[0] = (uint8_t)(~sum >> 8);
	at[1] = (uint8_t)~sum;
}

static void fix_icmp(uint8_t *icmp, size_t n, uint32_t pseudo)
{
	if (n < 4)
		return;
	icmp[2] = icmp[3] = 0;
	put_sum(icmp + 2, add(icmp, n, pseudo));
}

static size_t lesser(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void fix_ip4(uint8_t *ip, size_t room)
{
	size_t header = (ip[0] & 15) * 4u, end = lesser(room, be16(ip + 2));

	if (header < 20 || header > room)
		return;
	ip[10] = ip[11] = 0;
	put_sum(ip + 10, add(ip, header, 0));
	if (ip[9] == ICMP && end > header)
		fix_icmp(ip + header, end - header, 0);
}

static void fix_ip6(uint8_t *ip, size_t room)
{
	size_t at = 40, end = lesser(room, 40 + be16(ip + 4));
	uint8_t next = ip[6];

	while ((next == 0 || next == 43 || next == 44 || next == 60) && at + 8 <= end) {
		size_t n = next == 44 ? 8 : (ip[at + 1] + 1u) * 8;

		next = ip[at];
		at += n;
	}
	if (next == ICMP6 && at < end)
		fix_icmp(ip + at, end - at, add(ip + 8, 32, (uint32_t)(end - at) + ICMP6));
}

void frame_fix(uint8_t *frame, size_t size)
{
	size_t l3 = ETH_LEN;

	if (size >= ETH_LEN + 4 && be16(frame + 12) == 0x8100)
		l3 += 4;
	if (size >= l3 + 20 && be16(frame + l3 - 2) == 0x0800)
		fix_ip4(frame + l3, size - l3);
	if (size >= l3 + 40 && be16(frame + l3 - 2) == 0x86dd)
		fix_ip6(frame + l3, size - l3);
}

size_t frame_mutate(uint8_t *data, size_t size, size_t max_size, unsigned int seed, size_t skip)
{
	size = LLVMFuzzerMutate(data, size, max_size);
	if (seed % 2 == 0 && size > skip)
		frame_fix(data + skip, size - skip);
	return size;
}
