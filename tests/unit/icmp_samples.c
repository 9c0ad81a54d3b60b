// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "icmp_samples.h"

#define PROTO_ICMP  1
#define PROTO_ICMP6 58

static uint32_t be16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t add(const uint8_t *at, uint32_t n, uint32_t sum)
{
	for (uint32_t i = 0; i < n; i++)
		sum += i % 2 == 0 ? at[i] << 8 : at[i];
	return sum;
}

/* Bytes of the message: to where the IP header says, but not past the frame. */
static uint32_t length(const struct frame *f)
{
	const uint8_t *ip = f->b + f->l3;
	uint32_t end = f->l3 + (frame_is_v6(f) ? 40 + be16(ip + 4) : be16(ip + 2));

	if (end > f->len)
		end = f->len;
	return end < f->l4 ? 0 : end - f->l4;
}

uint32_t icmp_sum(const struct frame *f)
{
	uint32_t n = length(f), sum = add(f->b + f->l4, n, 0);

	if (frame_is_v6(f))
		sum = add(f->b + f->l3 + 8, 32, sum + n + PROTO_ICMP6);
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

void icmp_fix_csum(struct frame *f)
{
	if (length(f) < 4)
		return;
	frame_put16(f, f->l4 + 2, 0);
	frame_put16(f, f->l4 + 2, ~icmp_sum(f));
}

void icmp_fix(struct frame *f)
{
	frame_fix_length(f);
	frame_fix_csum(f);
	icmp_fix_csum(f);
}

/* An IP header of either family that says ICMP, and an ICMP header of zeros. */
static void begin(struct frame *f, int v6)
{
	frame_make(f, v6 ? FRAME_UDP6 : FRAME_UDP4, 0);
	memset(f->b + f->l4, 0, ICMP_LEN);
	if (v6)
		f->b[f->l3 + 6] = PROTO_ICMP6;
	else
		f->b[f->l3 + 9] = PROTO_ICMP;
}

void icmp_echo(struct frame *f, int v6, uint32_t payload)
{
	begin(f, v6);
	f->b[f->l4] = v6 ? 128 : 8;
	frame_put16(f, f->l4 + 4, 0x1d1d);
	frame_put16(f, f->l4 + 6, 7);
	frame_pad(f, payload, 0x5a);
	icmp_fix(f);
}

static void swap(uint8_t *a, uint8_t *b, uint32_t n)
{
	uint8_t tmp[16];

	memcpy(tmp, a, n);
	memcpy(a, b, n);
	memcpy(b, tmp, n);
}

void icmp_error(struct frame *f, enum frame_kind kind)
{
	struct frame quoted;
	int v6;

	frame_make(&quoted, kind, 100); // its length field speaks of all of it
	v6 = frame_is_v6(&quoted);
	swap(quoted.b + quoted.l3 + (v6 ? 8 : 12), quoted.b + quoted.l3 + (v6 ? 24 : 16),
		v6 ? 16 : 4);
	swap(quoted.b + quoted.l4, quoted.b + quoted.l4 + 2, 2);
	begin(f, v6);
	f->b[f->l4] = v6 ? 1 : 3;
	f->b[f->l4 + 1] = v6 ? 4 : 3;
	frame_insert(f, f->len, quoted.b + quoted.l3, quoted.l4 - quoted.l3 + 8);
	icmp_fix(f);
}

void icmp_ext(struct frame *f)
{
	static const uint8_t ext[] = {60, 0, 1, 4, 0, 0, 0, 0, PROTO_ICMP6, 0, 1, 4, 0, 0, 0, 0};

	frame_insert(f, f->l3 + 40, ext, sizeof(ext));
	f->b[f->l3 + 6] = 0;
	icmp_fix(f);
}
