// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "rate.h"
#include "siphash.h"

#define SECOND_NS	1000000000u
#define BURSTS_PER_S	10u /* a burst is a tenth of a second */
#define PREFIX_BYTES_V4 15u /* of the mapped address: a /24 */
#define PREFIX_BYTES_V6 8u

/* Rounded up: never faster than asked for. */
static struct rate_speed speed(uint32_t per_s)
{
	uint32_t burst = per_s / BURSTS_PER_S;
	struct rate_speed s = {0};

	if (per_s == 0)
		return s;
	s.interval_ns = (SECOND_NS + per_s - 1) / per_s;
	s.slack_ns = burst > 1 ? (burst - 1) * s.interval_ns : 0;
	return s;
}

void rates_init(struct rates *r, const struct rates_conf *conf, const uint64_t key[2])
{
	memset(r, 0, sizeof(*r));
	r->echo = speed(conf->echo_per_s);
	r->error = speed(conf->error_per_s);
	r->source = speed(conf->source_per_s);
	memcpy(r->key, key, sizeof(r->key));
}

static int may_pass(const struct rate_speed *s, uint64_t due_ns, uint64_t now_ns)
{
	return s->interval_ns != 0 && due_ns <= now_ns + s->slack_ns;
}

static void take(const struct rate_speed *s, uint64_t *due_ns, uint64_t now_ns)
{
	*due_ns = (*due_ns > now_ns ? *due_ns : now_ns) + s->interval_ns;
}

static uint64_t name_of(const struct rates *r, const struct weir_addr *to)
{
	uint32_t bytes = weir_addr_is_v4(to) ? PREFIX_BYTES_V4 : PREFIX_BYTES_V6;
	struct weir_addr prefix = {0};

	memcpy(prefix.b, to->b, bytes);
	return siphash13(r->key, prefix.w64, 2);
}

/* The bucket of @name: its own, else the one of its set that is full the longest or will be first. */
static struct rate_source *find(struct rates *r, uint64_t name, uint64_t now_ns)
{
	struct rate_set *set = &r->set[name % RATE_SETS];
	struct rate_source *first = &set->way[0];

	for (uint32_t i = 0; i < RATE_WAYS; i++) {
		struct rate_source *s = &set->way[i];

		if (s->name == name)
			return s;
		if (s->due_ns < first->due_ns)
			first = s;
	}
	if (first->due_ns <= now_ns)
		*first = (struct rate_source){.name = name};
	return first;
}

static int take_both(struct rates *r, const struct rate_speed *s, uint64_t *due_ns,
	const struct weir_addr *to, uint64_t now_ns)
{
	struct rate_source *source;

	if (!may_pass(s, *due_ns, now_ns))
		return 0;
	source = find(r, name_of(r, to), now_ns);
	if (!may_pass(&r->source, source->due_ns, now_ns))
		return 0;
	take(s, due_ns, now_ns);
	take(&r->source, &source->due_ns, now_ns);
	return 1;
}

int rates_take_echo(struct rates *r, const struct weir_addr *to, uint64_t now_ns)
{
	return take_both(r, &r->echo, &r->echo_due_ns, to, now_ns);
}

int rates_take_error(struct rates *r, const struct weir_addr *to, uint64_t now_ns)
{
	return take_both(r, &r->error, &r->error_due_ns, to, now_ns);
}
