/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "deal.h"
#include "parse.h"

/* Only whole packets show their ports; an error's are those of another packet. */
static uint64_t ports_of(const struct parsed *p)
{
	if (p->kind != PARSE_FLOW)
		return 0;
	if (p->family == 4)
		return p->tuple.v4.sport_be ^ p->tuple.v4.dport_be;
	return p->tuple.v6.sport_be ^ p->tuple.v6.dport_be;
}

/* Exclusive or is symmetric; the multiplication (Fibonacci hashing, Knuth 6.4) spreads it. */
static uint32_t hash(const struct parsed *p)
{
	uint64_t a[2], b[2];

	memcpy(a, &p->src, sizeof(a));
	memcpy(b, &p->dst, sizeof(b));
	return (uint32_t)(((a[0] ^ b[0] ^ a[1] ^ b[1]) + ports_of(p)) * 0x9e3779b97f4a7c15 >> 32);
}

uint32_t deal_packet(const struct options *o, uint64_t n, const uint8_t *data, uint32_t len)
{
	struct parsed p;

	if (o->workers == 1)
		return 0;
	if (o->deal == OPTIONS_DEAL_TURN)
		return (uint32_t)(n % o->workers);
	if (parse_frame(data, len, &p) != WEIR_DROP_NONE)
		return 0;
	return (uint32_t)((uint64_t)hash(&p) * o->workers >> 32);
}
