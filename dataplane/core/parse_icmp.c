// SPDX-License-Identifier: BSD-3-Clause
/* ICMP and ICMPv6: echo requests, and errors about packets that a VIP has sent. Errors that a host
 * acts on (RFC 1122, 3.2.2; RFC 4443, 3) pass, whatever their code; source quench (RFC 6633) and
 * redirects do not: a VIP takes no route from the outside.
 */
#include <arpa/inet.h>

#include "checksum.h"
#include "parse_int.h"

#define ICMP_LEN 8

#define ICMP4_UNREACHABLE 3
#define ICMP4_ECHO	  8
#define ICMP4_EXCEEDED	  11
#define ICMP4_PARAMETER	  12
#define ICMP4_FRAG_NEEDED 4 /* code of UNREACHABLE */

#define ICMP6_UNREACHABLE 1
#define ICMP6_TOO_BIG	  2
#define ICMP6_PARAMETER	  4 /* the last: 3 is time exceeded */
#define ICMP6_ECHO	  128

/* Below, a forged error would cut a flow into crumbs (Linux: route/min_pmtu; RFC 8200, 5). */
#define FLOOR_V4 552
#define FLOOR_V6 1280

static int is_echo(uint8_t type, const struct parsed *p)
{
	return type == (p->family == 4 ? ICMP4_ECHO : ICMP6_ECHO);
}

static int is_error(uint8_t type, const struct parsed *p)
{
	if (p->family == 6)
		return type >= ICMP6_UNREACHABLE && type <= ICMP6_PARAMETER;
	return type == ICMP4_UNREACHABLE || type == ICMP4_EXCEEDED || type == ICMP4_PARAMETER;
}

/* ICMPv6 counts the addresses, the length and the protocol in (RFC 8200, 8.1). */
static int is_checksum_wrong(const uint8_t *icmp, uint32_t room, const struct parsed *p)
{
	uint32_t sum = csum_add(icmp, room, 0);

	if (p->family == 6) {
		sum = csum_add(p->tuple.words, 32, sum);
		sum += htons((uint16_t)room) + htons(IPPROTO_ICMPV6);
	}
	return csum_finish(sum) != 0;
}

static int is_below_floor(const uint8_t *icmp, const struct parsed *p)
{
	if (p->family == 4)
		return icmp[0] == ICMP4_UNREACHABLE && icmp[1] == ICMP4_FRAG_NEEDED &&
		       parse_be16(icmp + 6) < FLOOR_V4;
	return icmp[0] == ICMP6_TOO_BIG && parse_be16(icmp + 4) == 0 &&
	       parse_be16(icmp + 6) < FLOOR_V6;
}

static enum weir_drop parse_error(const uint8_t *icmp, uint32_t room, struct parsed *out)
{
	if (is_below_floor(icmp, out))
		return WEIR_DROP_icmp_mtu_floor;
	out->kind = PARSE_ERROR;
	return parse_quote(icmp + ICMP_LEN, room - ICMP_LEN, out);
}

static enum weir_drop parse_echo(struct parsed *out)
{
	out->kind = PARSE_ECHO;
	out->proto = out->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	out->dport = 0;
	return WEIR_DROP_NONE;
}

enum weir_drop parse_icmp(const uint8_t *icmp, uint32_t room, struct parsed *out)
{
	if (room < ICMP_LEN)
		return WEIR_DROP_icmp_short;
	if (!is_echo(icmp[0], out) && !is_error(icmp[0], out))
		return WEIR_DROP_icmp_type;
	if (is_checksum_wrong(icmp, room, out))
		return WEIR_DROP_icmp_csum;
	return is_echo(icmp[0], out) ? parse_echo(out) : parse_error(icmp, room, out);
}
