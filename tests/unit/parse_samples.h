/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parser's tests share. */
#pragma once

#include "frames.h"
#include "parse.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define B(bytes) sizeof(bytes) - 1, bytes

#define DROP(reason) WEIR_DROP_##reason
#define FWD	     WEIR_DROP_NONE

/* Parse @len bytes in a buffer of exactly that size, so that a sanitizer sees one byte too many. */
enum weir_drop parse_exact(const uint8_t *bytes, uint32_t len, struct parsed *p);
/* The same for a frame; a well-formed fragment reads as frag, what becomes of it where none is forwarded. */
enum weir_drop parse_verdict(const struct frame *f);

/* IPv6 extension headers, written out. A next-header field of 0xff (L4P) becomes the L4 protocol. */
struct ext_row {
	const char *name;
	uint8_t first;
	uint32_t n;
	const char *bytes;
	enum weir_drop reason;
};

#define HBH	   0
#define RH	   43
#define FRAG	   44
#define DST	   60
#define OPT(next)  next "\x00\x01\x04\0\0\0\0"
#define OPT2(next) next "\x01\x01\x0c\0\0\0\0\0\0\0\0\0\0\0\0"
#define L4P	   "\xff"

/* Ends with one that has no name. The first EXT_GOOD are good. */
extern const struct ext_row ext_rows[];
#define EXT_GOOD 4

/* Put a row's headers between the IPv6 header and L4. */
void ext_insert(struct frame *f, const struct ext_row *r);
