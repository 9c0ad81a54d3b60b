// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <string.h>

#include "checksum.h"
#include "parse_int.h"
#include "reply.h"

#define IP4_LEN	     20
#define IP6_LEN	     40
#define ICMP_LEN     8
#define LINK_MAX     18 /* with a tag */
#define ICMP6_REPLY  129
#define ICMP4_TOOBIG 3
#define ICMP4_NEEDED 4 /* code */
#define ICMP6_TOOBIG 2

static void put16(uint8_t *at, uint32_t host)
{
	at[0] = (uint8_t)(host >> 8);
	at[1] = (uint8_t)host;
}

static void put_csum(uint8_t *at, uint32_t sum)
{
	uint16_t csum = csum_finish(sum);

	memcpy(at, &csum, sizeof(csum));
}

static void swap(uint8_t *a, uint8_t *b, uint32_t n)
{
	uint8_t tmp[16];

	memcpy(tmp, a, n);
	memcpy(a, b, n);
	memcpy(b, tmp, n);
}

/* @ip: the header with its addresses. */
static void finish_icmp6(const uint8_t *ip, uint8_t *icmp, uint32_t len)
{
	uint32_t sum = csum_add(ip + 8, 32, htons((uint16_t)len) + htons(IPPROTO_ICMPV6));

	put16(icmp + 2, 0);
	put_csum(icmp + 2, csum_add(icmp, len, sum));
}

static void finish_icmp4(uint8_t *icmp, uint32_t len)
{
	put16(icmp + 2, 0);
	put_csum(icmp + 2, csum_add(icmp, len, 0));
}

static void finish_ip4(uint8_t *ip)
{
	put16(ip + 10, 0);
	put_csum(ip + 10, csum_add(ip, IP4_LEN, 0));
}

/* Summed anew and not patched: the request's sum was right, and of the two ways to write a zero only
 * one comes out.
 */
static void echo4(uint8_t *ip, uint8_t *icmp, uint32_t len)
{
	swap(ip + 12, ip + 16, 4);
	ip[8] = REPLY_TTL;
	finish_ip4(ip);
	icmp[0] = 0;
	finish_icmp4(icmp, len);
}

static void echo6(uint8_t *ip, uint8_t *icmp, uint32_t len)
{
	swap(ip + 8, ip + 24, 16);
	ip[7] = REPLY_TTL;
	icmp[0] = ICMP6_REPLY;
	finish_icmp6(ip, icmp, len);
}

uint32_t reply_echo(uint8_t *frame, const struct parsed *p)
{
	uint32_t len = p->l3_len - (uint32_t)(p->l4_off - p->l3_off);

	swap(frame, frame + 6, 6);
	if (p->family == 4)
		echo4(frame + p->l3_off, frame + p->l4_off, len);
	else
		echo6(frame + p->l3_off, frame + p->l4_off, len);
	return p->l3_off + p->l3_len;
}

/* From the VIP to the sender. */
static void write_ip4(uint8_t *ip, const uint8_t *quoted, uint32_t len)
{
	memset(ip, 0, IP4_LEN);
	ip[0] = 0x45;
	put16(ip + 2, IP4_LEN + len);
	ip[6] = 0x40; // DF, and so no id (RFC 6864)
	ip[8] = REPLY_TTL;
	ip[9] = IPPROTO_ICMP;
	memcpy(ip + 12, quoted + 16, 4);
	memcpy(ip + 16, quoted + 12, 4);
	finish_ip4(ip);
}

static void write_ip6(uint8_t *ip, const uint8_t *quoted, uint32_t len)
{
	memset(ip, 0, IP6_LEN);
	ip[0] = 0x60;
	put16(ip + 4, len);
	ip[6] = IPPROTO_ICMPV6;
	ip[7] = REPLY_TTL;
	memcpy(ip + 8, quoted + 24, 16);
	memcpy(ip + 24, quoted + 8, 16);
}

static uint32_t quote_len(const struct parsed *p)
{
	uint32_t most = (p->family == 4 ? REPLY_MAX_V4 : REPLY_MAX_V6) - reply_room(p);

	return p->l3_len < most ? p->l3_len : most;
}

/* The MTU is the last half of the second word for either family. */
static void write_icmp(uint8_t *icmp, uint8_t type, uint8_t code, uint16_t mtu)
{
	memset(icmp, 0, ICMP_LEN);
	icmp[0] = type;
	icmp[1] = code;
	put16(icmp + 6, mtu);
}

uint32_t reply_too_big(uint8_t *at, const struct parsed *p, uint16_t mtu)
{
	uint32_t room = reply_room(p), len = ICMP_LEN + quote_len(p);
	uint8_t *ip = at + p->l3_off, *icmp = ip + room - ICMP_LEN;
	uint8_t link[LINK_MAX];

	/* The new IP header may lie over the old link header. */
	memcpy(link, at + room, p->l3_off);
	swap(link, link + 6, 6);
	memcpy(at, link, p->l3_off);
	if (p->family == 4) {
		write_ip4(ip, icmp + ICMP_LEN, len);
		write_icmp(icmp, ICMP4_TOOBIG, ICMP4_NEEDED, mtu);
		finish_icmp4(icmp, len);
	} else {
		write_ip6(ip, icmp + ICMP_LEN, len);
		write_icmp(icmp, ICMP6_TOOBIG, 0, mtu);
		finish_icmp6(ip, icmp, len);
	}
	return p->l3_off + room + quote_len(p);
}
