// SPDX-License-Identifier: BSD-3-Clause
/* From the outside in. The first check that fails names the packet:
 *
 *	Ethernet  l2_short     14 bytes
 *	          l2_src       source MAC zero or multicast
 *	VLAN      l2_short     4 bytes of tag
 *	          vlan_depth   a tag in the tag
 *	          vlan_unknown id 4095, or a service tag (0x88a8): we speak 0x8100 only
 *	          ethertype    neither IPv4 nor IPv6
 *	IP        l3_short     20 or 40 bytes
 *	          ip_version
 *	          ip_ihl       IPv4: below 5, past the frame
 *	          ip_len       shorter than the fixed header, past the frame; IPv6: 0 with bytes behind it
 *	          ip_ihl       IPv4: past the total length
 *	          ip_csum      IPv4: over the header with its options
 *	          ip_ttl       0
 *	          martian_src
 *	          dst_bcast    multicast, 255.255.255.255
 *	          not_local    IPv6: a mapped ::ffff:a.b.c.d destination
 *	IPv4      ip_opt       any option
 *	          frag_bad     a fragment: DF set, piece not a multiple of 8, reaching past 65,535, TCP header
 *	                       rewritten
 *	IPv6      ext_chain    a header beyond the budget; of each header in the chain:
 *	          ext_bad      cut, longer than the packet, hop-by-hop not first, second fragment header
 *	          ext_rh       routing header of type 0 or 2, or with segments left
 *	          frag_bad     as for IPv4; behind a fragment that is not the first the chain ends
 *	L4        l4_proto     neither TCP nor UDP nor ICMP of this IP version (not of fragments)
 *	TCP       l4_short     20 bytes
 *	          tcp_doff
 *	          port0
 *	          tcp_flags
 *	UDP       l4_short     8 bytes; also of a first fragment, unless tiny or atomic, and so on:
 *	          udp_len      below 8; past the packet (not of a fragment)
 *	          port0
 *	          udp_csum0_v6
 *	ICMP      icmp_short   8 bytes
 *	          icmp_type    neither echo request nor an error that hosts act on
 *	          icmp_csum
 *	          icmp_mtu_floor  fragmentation needed below 552, IPv6 packet too big below 1280
 *	          icmp_inner   error: what it quotes is not 8 bytes of TCP or UDP, or not their beginning
 *
 * Every other fragment is well formed (kind FRAGMENT): stage_classify() says which are forwarded. That
 * includes tiny first ones and the "atomic" IPv6 fragment (offset 0, none follow).
 */
#include <endian.h>
#include <stddef.h>

#include "parse_int.h"

#define ETH_LEN		14
#define VLAN_LEN	4
#define ETHERTYPE_IP4	0x0800
#define ETHERTYPE_VLAN	0x8100
#define ETHERTYPE_SVLAN 0x88a8
#define ETHERTYPE_IP6	0x86dd
#define VLAN_RESERVED	4095

_Static_assert(PARSE_MAX_VLANS == 1, "parse_vlan() takes one tag");
_Static_assert(
	offsetof(struct parsed, dst) == offsetof(struct parsed, src) + sizeof(struct weir_addr),
	"clear() takes src and dst together");

static uint64_t read_mac(const uint8_t *at)
{
	uint64_t be;

	memcpy(&be, at, sizeof(be));
	return be64toh(be) >> 16;
}

static int is_tag(uint32_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_SVLAN;
}

/* @tag: what follows the first EtherType, which is @type. */
static enum weir_drop parse_vlan(
	const uint8_t *tag, uint32_t room, uint32_t type, struct parsed *out)
{
	if (room < VLAN_LEN)
		return WEIR_DROP_l2_short;
	if (is_tag(parse_be16(tag + 2)))
		return WEIR_DROP_vlan_depth;
	out->vlan = parse_be16(tag) & 0xfff; // priority and DEI are not looked at
	if (type == ETHERTYPE_SVLAN || out->vlan == VLAN_RESERVED)
		return WEIR_DROP_vlan_unknown;
	return WEIR_DROP_NONE;
}

static enum weir_drop parse_ethernet(const uint8_t *data, uint32_t len, struct parsed *out)
{
	if (len < ETH_LEN)
		return WEIR_DROP_l2_short;
	/* Eight bytes are read for six: the frame has 14. */
	out->dst_mac = read_mac(data);
	out->src_mac = read_mac(data + 6);
	if (out->src_mac == 0 || (data[6] & 1) != 0)
		return WEIR_DROP_l2_src;
	out->l3_off = ETH_LEN;
	return WEIR_DROP_NONE;
}

/* Part by part: gcc clears a struct of this size with `rep stos`, which costs more than the parsing. */
static void clear(struct parsed *out)
{
	memset(&out->tuple, 0, sizeof(out->tuple));
	memset(&out->src, 0, sizeof(out->src) + sizeof(out->dst));
	out->dst_mac = 0;
	out->src_mac = 0;
	out->vlan = 0;
	out->flags = 0;
	out->kind = PARSE_FLOW;
}

enum weir_drop parse_frame(const uint8_t *data, uint32_t len, struct parsed *out)
{
	enum weir_drop drop;
	uint32_t type;

	clear(out);
	drop = parse_ethernet(data, len, out);
	if (drop != WEIR_DROP_NONE)
		return drop;
	type = parse_be16(data + ETH_LEN - 2);
	if (is_tag(type)) {
		drop = parse_vlan(data + ETH_LEN, len - ETH_LEN, type, out);
		if (drop != WEIR_DROP_NONE)
			return drop;
		out->l3_off += VLAN_LEN;
		type = parse_be16(data + out->l3_off - 2);
	}
	if (type == ETHERTYPE_IP4)
		return parse_ip4(data + out->l3_off, len - out->l3_off, out);
	if (type == ETHERTYPE_IP6)
		return parse_ip6(data + out->l3_off, len - out->l3_off, out);
	return WEIR_DROP_ethertype;
}
