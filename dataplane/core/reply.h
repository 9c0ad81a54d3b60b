/* SPDX-License-Identifier: BSD-3-Clause */
/* What weir itself answers to a packet for a VIP, built in the frame that caused it: an echo reply
 * (RFC 792, RFC 4443), and "fragmentation needed" (RFC 792, RFC 1191) or "packet too big" (RFC 4443).
 * The frame goes back to the MAC that it came from, with its VLAN tag; the source is the VIP.
 *
 * The parser has seen to it that no answer goes to a multicast or broadcast MAC or address (RFC 1122,
 * 3.2.2), and that an echo's checksum was right. Nobody answers an ICMP error.
 */
#pragma once

#include "parse.h"

#define REPLY_TTL 64

/* No more of the packet that did not fit is quoted than makes an answer of this many bytes of L3. */
#define REPLY_MAX_V4 576
#define REPLY_MAX_V6 1280

/* Turn the echo request in @frame into its reply; only padding is lost. @p->kind is ECHO. Returns the
 * length of the frame.
 */
uint32_t reply_echo(uint8_t *frame, const struct parsed *p);

/* Bytes that reply_too_big() writes in front of a frame. */
static inline uint32_t reply_room(const struct parsed *p)
{
	return (p->family == 4 ? 20 : 40) + 8;
}

/* @at: reply_room() bytes before the frame that @p was read from. Makes it an answer that quotes the
 * frame's packet, beginning at @at. @mtu: of L3, what the sender should use. Returns the length of the
 * frame.
 */
uint32_t reply_too_big(uint8_t *at, const struct parsed *p, uint16_t mtu);
