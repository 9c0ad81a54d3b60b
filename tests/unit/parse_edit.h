/* SPDX-License-Identifier: BSD-3-Clause */
/* The packet classes that one packet decides without configuration. Each edit changes a good frame in
 * one place; each is tried for every kind it names, untagged and with a VLAN tag.
 */
#pragma once

#include "parse_samples.h"

/* Multiples of 8 with the L4 header, as a fragment that is not the last must have. */
#define TCP_PAYLOAD 44
#define UDP_PAYLOAD 40

enum { T4 = 1 << FRAME_TCP4, U4 = 1 << FRAME_UDP4, T6 = 1 << FRAME_TCP6, U6 = 1 << FRAME_UDP6 };
#define V4  (T4 | U4)
#define V6  (T6 | U6)
#define TCP (T4 | T6)
#define UDP (U4 | U6)
#define ALL (V4 | V6)

/* SET: write bytes at base + off, and put the IPv4 checksum right. RAW: without the checksum.
 * CUT: end the frame at base + off, IP length as it was. END: the same, and put the IP length right.
 */
enum what { SET, RAW, CUT, END };
enum base { L2, L3, L4 };

struct parse_edit {
	const char *name;
	uint32_t kinds;
	enum what what;
	enum base base;
	int off;
	uint32_t n;
	const char *bytes;
	enum weir_drop reason;
};

/* Every edit in @edits has the verdict that it names; the test fails with the first that has not. */
void parse_edit_check(const struct parse_edit *edits, size_t n);
