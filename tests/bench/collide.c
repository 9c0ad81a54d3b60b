// SPDX-License-Identifier: BSD-3-Clause
#include "collide.h"

#define BITS	 48
#define POLY	 0x82f63b78u /* CRC32-C, reflected */
#define ANY_SEED 0xffffffffu

static uint32_t crc(uint32_t sum, const uint8_t *at, uint32_t n)
{
	while (n-- > 0) {
		sum ^= *at++;
		for (int i = 0; i < 8; i++)
			sum = sum >> 1 ^ (POLY & -(sum & 1));
	}
	return sum;
}

uint32_t collide_crc(uint64_t who)
{
	uint8_t tuple[12] = {[4] = 172, [5] = 16, [11] = 80};

	for (int i = 0; i < 4; i++)
		tuple[i] = (uint8_t)(who >> (40 - 8 * i));
	tuple[8] = (uint8_t)(who >> 8);
	tuple[9] = (uint8_t)who;
	return crc(ANY_SEED, tuple, sizeof(tuple));
}

/* Gauss over GF(2): 48 inputs, 32 outputs, so at least 16 combinations of inputs give nothing. */
static void find_kernel(uint64_t kernel[16])
{
	uint64_t made[32] = {0}; // inputs that give pivot[i], whose highest bit is i
	uint32_t pivot[32] = {0};
	uint32_t zero = collide_crc(0), found = 0;

	for (int b = 0; b < BITS && found < 16; b++) {
		uint64_t in = 1ull << b;
		uint32_t out = collide_crc(in) ^ zero;

		while (out != 0) {
			int top = 31 - __builtin_clz(out);

			if (pivot[top] == 0) {
				pivot[top] = out;
				made[top] = in;
				break;
			}
			out ^= pivot[top];
			in ^= made[top];
		}
		if (out == 0)
			kernel[found++] = in;
	}
}

static uint64_t combine(const uint64_t *basis, uint32_t choice)
{
	uint64_t sum = 0;

	for (int i = 0; i < 8; i++)
		sum ^= basis[i] & -(uint64_t)(choice >> i & 1);
	return sum;
}

void collide_init(struct collide *c)
{
	uint64_t kernel[16] = {0};

	find_kernel(kernel);
	for (uint32_t i = 0; i < 256; i++) {
		c->low[i] = combine(kernel, i) ^ (10ull << 40 | 40000);
		c->high[i] = combine(kernel + 8, i);
	}
}
