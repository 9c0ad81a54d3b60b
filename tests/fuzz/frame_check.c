// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>
#include <string.h>

#include "frame_check.h"
#include "fuzz.h"

enum weir_drop frame_parse(const uint8_t *frame, uint32_t len, uint8_t fill, struct parsed *out)
{
	uint8_t *exact = malloc(len);
	enum weir_drop drop;

	if (len > 0)
		memcpy(exact, frame, len);
	memset(out, fill, sizeof(*out));
	drop = parse_frame(exact, len, out);
	FUZZ_MUST(drop < WEIR_DROP__COUNT);
	free(exact);
	return drop;
}

/* Bytes from l4_off that a packet of its kind has at least. */
static uint32_t smallest(const struct parsed *p)
{
	if (p->kind == PARSE_FRAGMENT)
		return (p->flags & PARSE_PORTS) != 0 ? 8 : 0;
	if (p->kind == PARSE_ERROR)
		return 8 + (p->family == 4 ? 20 : 40) + 8;
	return p->kind == PARSE_FLOW && p->proto == IPPROTO_TCP ? 20 : 8;
}

static void check_place(uint32_t len, const struct parsed *p)
{
	FUZZ_MUST(p->l3_off == 14 || p->l3_off == 18);
	FUZZ_MUST(p->vlan <= 4094 && (p->l3_off == 18 || p->vlan == 0));
	FUZZ_MUST((uint32_t)p->l3_off + p->l3_len <= len);
	FUZZ_MUST(p->l4_off >= p->l3_off + (p->family == 4 ? 20u : 40u));
	FUZZ_MUST(p->l4_off + smallest(p) <= (uint32_t)p->l3_off + p->l3_len);
}

static void check_proto(const struct parsed *p)
{
	FUZZ_MUST(p->family == 4 || p->family == 6);
	FUZZ_MUST(p->kind <= PARSE_ECHO);
	if (p->kind == PARSE_ECHO)
		FUZZ_MUST(p->proto == (p->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6));
	else if (p->kind != PARSE_FRAGMENT)
		FUZZ_MUST(p->proto == IPPROTO_TCP || p->proto == IPPROTO_UDP);
	if (p->family == 6)
		FUZZ_MUST((p->flags & PARSE_DF) != 0);
}

/* src and dst are the addresses in the IP header, byte for byte. */
static void check_addresses(const uint8_t *frame, const struct parsed *p)
{
	const uint8_t *ip = frame + p->l3_off;

	FUZZ_MUST(weir_addr_is_v4(&p->src) == (p->family == 4));
	FUZZ_MUST(weir_addr_is_v4(&p->dst) == (p->family == 4));
	if (p->family == 4) {
		FUZZ_MUST(memcmp(p->src.b + 12, ip + 12, 4) == 0);
		FUZZ_MUST(memcmp(p->dst.b + 12, ip + 16, 4) == 0);
	} else {
		FUZZ_MUST(memcmp(p->src.b, ip + 8, 16) == 0);
		FUZZ_MUST(memcmp(p->dst.b, ip + 24, 16) == 0);
	}
}

/* The last word of either tuple. */
struct tuple_end {
	uint16_t sport_be, dport_be;
	uint8_t proto, zero[3];
};

static struct tuple_end end_of(const struct parsed *p)
{
	struct tuple_end end;

	memcpy(&end, &p->tuple.words[p->tuple_words - 1], sizeof(end));
	return end;
}

/* Only an error takes its addresses from elsewhere. */
static void check_tuple_addresses(const struct parsed *p)
{
	if (p->kind == PARSE_ERROR)
		return;
	if (p->family == 4) {
		FUZZ_MUST(memcmp(p->tuple.v4.saddr, p->src.b + 12, 4) == 0);
		FUZZ_MUST(memcmp(p->tuple.v4.daddr, p->dst.b + 12, 4) == 0);
	} else {
		FUZZ_MUST(memcmp(p->tuple.v6.saddr, p->src.b, 16) == 0);
		FUZZ_MUST(memcmp(p->tuple.v6.daddr, p->dst.b, 16) == 0);
	}
}

static void check_ports(const uint8_t *frame, const struct parsed *p, struct tuple_end end)
{
	if (p->kind == PARSE_FRAGMENT) {
		FUZZ_MUST(end.sport_be == 0 && end.dport_be == 0);
		FUZZ_MUST((p->flags & PARSE_PORTS) != 0 || p->dport == 0);
		return;
	}
	FUZZ_MUST(end.dport_be == htons(p->dport));
	if (p->kind == PARSE_ERROR)
		return; // whatever the quoted packet says
	FUZZ_MUST(end.sport_be != 0 && end.dport_be != 0);
	FUZZ_MUST(memcmp(&end, frame + p->l4_off, 4) == 0);
}

static void check_tuple(const uint8_t *frame, const struct parsed *p)
{
	struct tuple_end end;

	if (p->kind == PARSE_ECHO)
		return;
	FUZZ_MUST(p->tuple_words == (p->family == 4 ? FLOW_TUPLE4_WORDS : FLOW_TUPLE6_WORDS));
	end = end_of(p);
	FUZZ_MUST(end.proto == p->proto && (end.zero[0] | end.zero[1] | end.zero[2]) == 0);
	check_tuple_addresses(p);
	check_ports(frame, p, end);
}

void frame_check(const uint8_t *frame, uint32_t len, const struct parsed *p)
{
	check_proto(p);
	check_place(len, p);
	check_addresses(frame, p);
	check_tuple(frame, p);
}
