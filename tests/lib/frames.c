// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "frames.h"

#define ETH_LEN 14
#define TCP_LEN 20
#define UDP_LEN 8

static const uint8_t ethernet[12] = {2, 0, 0, 0, 0, 0x10, 2, 0, 0, 0, 0, 0x20};
static const uint8_t ip4[20] = {
	0x45, 0x28, 0, 0, 0x12, 0x34, 0x40, 0, 61, 0, 0, 0, 198, 51, 100, 7, 192, 0, 2, 10};
static const uint8_t ip6[40] = {0x62, 0x81, 0x23, 0x45, 0, 0, 0, 61, 0x20, 0x01, 0x0d, 0xb8, 0,
	1, [23] = 7, 0x20, 0x01, 0x0d, 0xb8, [39] = 0x10};
static const uint8_t ports[4] = {40000 >> 8, 40000 & 0xff, 0, 80};

const char *frame_kind_name(enum frame_kind kind)
{
	static const char *const names[FRAME_KIND__COUNT] = {
		"TCP/IPv4", "UDP/IPv4", "TCP/IPv6", "UDP/IPv6"};

	return names[kind];
}

void frame_put16(struct frame *f, uint32_t at, uint32_t value)
{
	f->b[at] = (uint8_t)(value >> 8);
	f->b[at + 1] = (uint8_t)value;
}

static void append(struct frame *f, const void *bytes, uint32_t n)
{
	if (f->len + n > FRAME_MAX)
		abort();
	memcpy(f->b + f->len, bytes, n);
	f->len += n;
}

static void append_ip(struct frame *f)
{
	f->l3 = ETH_LEN;
	append(f, ethernet, sizeof(ethernet));
	if (frame_is_v6(f)) {
		append(f, "\x86\xdd", 2);
		append(f, ip6, sizeof(ip6));
		f->b[f->l3 + 6] = frame_is_tcp(f) ? 6 : 17;
	} else {
		append(f, "\x08\x00", 2);
		append(f, ip4, sizeof(ip4));
		f->b[f->l3 + 9] = frame_is_tcp(f) ? 6 : 17;
	}
	f->l4 = f->len;
}

static void append_l4(struct frame *f, uint32_t payload)
{
	uint32_t header = frame_is_tcp(f) ? TCP_LEN : UDP_LEN;

	append(f, ports, sizeof(ports));
	frame_pad(f, header - sizeof(ports) + payload, 0x5a);
	if (frame_is_tcp(f)) {
		f->b[f->l4 + 12] = TCP_LEN / 4 << 4;
		f->b[f->l4 + 13] = 0x10;
	} else {
		frame_put16(f, f->l4 + 4, UDP_LEN + payload);
	}
}

void frame_make(struct frame *f, enum frame_kind kind, uint32_t payload)
{
	memset(f, 0, sizeof(*f));
	f->kind = kind;
	append_ip(f);
	append_l4(f, payload);
	frame_fix_length(f);
	frame_fix_csum(f);
}

void frame_insert(struct frame *f, uint32_t at, const void *bytes, uint32_t n)
{
	if (f->len + n > FRAME_MAX)
		abort();
	memmove(f->b + at + n, f->b + at, f->len - at);
	memcpy(f->b + at, bytes, n);
	f->len += n;
	f->l3 += f->l3 >= at ? n : 0;
	f->l4 += f->l4 >= at ? n : 0;
}

void frame_tag(struct frame *f, uint32_t tpid, uint32_t tci)
{
	uint8_t tag[4] = {(uint8_t)(tpid >> 8), (uint8_t)tpid, (uint8_t)(tci >> 8), (uint8_t)tci};

	frame_insert(f, 12, tag, sizeof(tag));
}

void frame_pad(struct frame *f, uint32_t n, uint8_t value)
{
	uint8_t bytes[FRAME_MAX];

	memset(bytes, value, sizeof(bytes));
	append(f, bytes, n);
}

void frame_fix_length(struct frame *f)
{
	if (frame_is_v6(f))
		frame_put16(f, f->l3 + 4, f->len - f->l3 - sizeof(ip6));
	else
		frame_put16(f, f->l3 + 2, f->len - f->l3);
}

void frame_fix_csum(struct frame *f)
{
	uint32_t n = (f->b[f->l3] & 0xf) * 4u, sum = 0;

	if (frame_is_v6(f))
		return;
	frame_put16(f, f->l3 + 10, 0);
	for (uint32_t i = 0; i < n && f->l3 + i < f->len; i++)
		sum += i % 2 == 0 ? f->b[f->l3 + i] << 8 : f->b[f->l3 + i];
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	frame_put16(f, f->l3 + 10, ~sum);
}
