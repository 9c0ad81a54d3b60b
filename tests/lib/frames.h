/* SPDX-License-Identifier: BSD-3-Clause */
/* Good frames to start from, and the few operations by which a test makes them bad. The checksum is
 * summed byte by byte here, apart from the code under test.
 */
#pragma once

#include <stdint.h>

#define FRAME_MAX 2048

enum frame_kind { FRAME_TCP4, FRAME_UDP4, FRAME_TCP6, FRAME_UDP6, FRAME_KIND__COUNT };

/* Client 198.51.100.7 or 2001:db8:1::7, port 40000; VIP 192.0.2.10 or 2001:db8::10, port 80. */
struct frame {
	uint8_t b[FRAME_MAX];
	uint32_t len;
	uint32_t l3, l4; /* offsets */
	enum frame_kind kind;
};

const char *frame_kind_name(enum frame_kind kind);
static inline int frame_is_v6(const struct frame *f)
{
	return f->kind == FRAME_TCP6 || f->kind == FRAME_UDP6;
}
static inline int frame_is_tcp(const struct frame *f)
{
	return f->kind == FRAME_TCP4 || f->kind == FRAME_TCP6;
}

/* @payload bytes behind the TCP (ACK set) or UDP header. */
void frame_make(struct frame *f, enum frame_kind kind, uint32_t payload);
void frame_put16(struct frame *f, uint32_t at, uint32_t value);
/* Insert @n bytes at @at; l3 and l4 move when they lie at or behind it. */
void frame_insert(struct frame *f, uint32_t at, const void *bytes, uint32_t n);
/* A VLAN tag in front of what is there. */
void frame_tag(struct frame *f, uint32_t tpid, uint32_t tci);
/* Add @n bytes behind the packet that no length field knows of. */
void frame_pad(struct frame *f, uint32_t n, uint8_t value);
/* IP length field = what is there. */
void frame_fix_length(struct frame *f);
/* IPv4 header checksum, over as many bytes as the IHL says and the frame has. */
void frame_fix_csum(struct frame *f);
