/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane_conf.h"

#define ADDR_MAX_CPU 1023u

int addr_parse(const char *text, struct weir_addr *out)
{
	struct in_addr v4;
	struct weir_addr a;

	if (inet_pton(AF_INET, text, &v4) == 1)
		a = weir_addr_v4(&v4);
	else if (inet_pton(AF_INET6, text, a.b) != 1)
		return -EINVAL;
	*out = a;
	return 0;
}

const char *addr_text(const struct weir_addr *a, char *out, size_t size)
{
	if (weir_addr_is_v4(a))
		inet_ntop(AF_INET, a->b + 12, out, size);
	else
		inet_ntop(AF_INET6, a->b, out, size);
	return out;
}

const char *addr_not_unicast(const struct weir_addr *a)
{
	static const struct weir_addr any6, loop6 = {.b = {[15] = 1}};

	if (weir_addr_is_v4(a))
		return a->b[12] == 0			    ? "lies in 0.0.0.0/8"
		       : a->b[12] == 127		    ? "is a loopback address"
		       : a->b[12] >= 240		    ? "is reserved or broadcast"
		       : a->b[12] >= 224		    ? "is a multicast address"
		       : a->b[12] == 169 && a->b[13] == 254 ? "is a link-local address"
							    : NULL;
	return weir_addr_eq(a, &any6)			     ? "is the unspecified address"
	       : weir_addr_eq(a, &loop6)		     ? "is a loopback address"
	       : a->b[0] == 0xff			     ? "is a multicast address"
	       : a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80 ? "is a link-local address"
							     : NULL;
}

/* Zero the bits behind the prefix. */
static struct weir_addr prefix_base(const struct weir_prefix *p)
{
	struct weir_addr a = p->addr;

	for (unsigned int bit = p->len; bit < 128; bit++)
		a.b[bit / 8] &= ~(0x80 >> bit % 8);
	return a;
}

static int prefix_length(const char *text, unsigned int max, unsigned int *out)
{
	char *end;
	unsigned long len;

	if (!isdigit((unsigned char)text[0]) || strlen(text) > 3)
		return -EINVAL;
	len = strtoul(text, &end, 10);
	if (*end || len > max)
		return -EINVAL;
	*out = len;
	return 0;
}

int prefix_parse_loose(const char *text, struct weir_prefix *out)
{
	const char *slash = strchr(text, '/');
	char addr[INET6_ADDRSTRLEN];
	struct weir_addr a;
	unsigned int len, max;
	int v4;

	if (snprintf(addr, sizeof(addr), "%.*s", slash ? (int)(slash - text) : (int)strlen(text),
		    text) >= (int)sizeof(addr) ||
		addr_parse(addr, &a))
		return -EINVAL;
	v4 = weir_addr_is_v4(&a) && !strchr(addr, ':');
	len = max = v4 ? 32 : 128;
	if (slash && prefix_length(slash + 1, max, &len))
		return -EINVAL;
	out->addr = a;
	out->len = v4 ? len + 96 : len;
	return 0;
}

int prefix_parse(const char *text, struct weir_prefix *out)
{
	struct weir_prefix p;
	struct weir_addr base;

	if (prefix_parse_loose(text, &p))
		return -EINVAL;
	base = prefix_base(&p);
	if (!weir_addr_eq(&base, &p.addr))
		return -EINVAL;
	*out = p;
	return 0;
}

const char *prefix_text(const struct weir_prefix *p, char *out, size_t size)
{
	struct weir_addr base = prefix_base(p);
	int v4 = weir_addr_is_v4(&base) && p->len >= 96;
	char text[INET6_ADDRSTRLEN];

	snprintf(out, size, "%s/%d", addr_text(&base, text, sizeof(text)),
		v4 ? p->len - 96 : p->len);
	return out;
}

/* Digits at *@text, which moves behind them. */
static int cpus_number(const char **text, unsigned int *out)
{
	unsigned long cpu;
	char *end;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	cpu = strtoul(*text, &end, 10);
	if (cpu > ADDR_MAX_CPU)
		return -EINVAL;
	*out = cpu;
	*text = end;
	return 0;
}

/* "5" or "2-5" at *@text, which moves behind it. */
static int cpus_range(const char **text, unsigned int *first, unsigned int *last)
{
	if (cpus_number(text, first))
		return -EINVAL;
	*last = *first;
	if (**text != '-')
		return 0;
	++*text;
	return cpus_number(text, last) || *first > *last ? -EINVAL : 0;
}

static int cpus_add(unsigned int cpu, unsigned int *out, unsigned int n, unsigned int max)
{
	if (n == max)
		return -EINVAL;
	out[n] = cpu;
	return 0;
}

int cpus_parse(const char *text, unsigned int *out, unsigned int max)
{
	unsigned int n = 0, first, last;

	if (strlen(text) > 255)
		return -EINVAL;
	for (;;) {
		if (cpus_range(&text, &first, &last))
			return -EINVAL;
		for (; first <= last; first++)
			if (cpus_add(first, out, n++, max))
				return -EINVAL;
		if (!*text)
			return n;
		if (*text++ != ',')
			return -EINVAL;
	}
}
