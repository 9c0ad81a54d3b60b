// SPDX-License-Identifier: BSD-3-Clause
/* Loads that take their time, or many flows. Rows A7 and Q12. */
#include <netinet/in.h>

#include "flow_table_priv.h"
#include "load_rig.h"
#include "unit.h"

#define FLOWS_Q12 1000000u
#define CHANGES	  4u /* out, in, out, in */

static uint16_t home[FLOWS_Q12];

/* Where each flow would go now if nobody remembered it. */
static uint32_t moved_by_row(uint32_t n)
{
	const struct service *svc;
	uint32_t moved = 0;
	int is_vip;

	svc = snapshot_service(
		rig.w.table->snap, &rig.blob.service[0].vip, IPPROTO_TCP, 80, &is_vip);
	for (uint32_t i = 0; i < n; i++) {
		struct load_packet p = load_flow(i, 0);
		uint32_t row = service_row(svc, load_hash(rig.blob.head.hash_key, &p));

		moved += home[i] != 0 && weir_row_base(row) != home[i];
	}
	return moved;
}

/* Flows of slot 0 stay as well: it is down, not gone. */
START_TEST(backend_out_and_in_and_out_moves_none_of_a_million_flows)
{
	uint32_t by_row = 0;

	load_world(FLOWS_Q12 + FLOWS_Q12 / 5);
	load_establish(FLOWS_Q12, home);
	for (uint32_t i = 0; i < CHANGES; i++) {
		uint32_t moved;

		load_shares(i % 2 == 0 ? 1u << 0 : 0);
		load_pass(1);
		by_row += moved_by_row(FLOWS_Q12);
		moved = load_moved(FLOWS_Q12, home);
		unit_note("second %u: slot 0 %s, %u of %u flows moved", i + 1,
			i % 2 == 0 ? "out" : "in", moved, FLOWS_Q12);
		ck_assert_uint_eq(moved, 0);
	}
	unit_note("rows alone would have moved %u flows of other backends", by_row);
	ck_assert_uint_gt(by_row, 0);
	ck_assert_uint_eq(load_census().of[FLOW_CONFIRMED], FLOWS_Q12);
	ck_assert_uint_eq(load_dropped(), 0);
	rig_check_invariants();
}
END_TEST

/* A7: each of twice as many tuples as there are ways sends a SYN every four seconds, so that none
 * expires: one goes whenever another comes.
 */
#define TABLE	 3000u
#define STANDING 1000u
#define ROUNDS	 10u

/* The two buckets of a flow, before a packet of it. */
struct rivals {
	struct flow_entry way[2 * FLOW_WAYS];
	uint32_t live, embryonic;
	int32_t oldest; /* ticks left of the embryonic entry that has the fewest */
};

static struct rivals look(uint64_t hash)
{
	struct flow_pair pair = flow_pair(rig.w.flows, hash);
	struct rivals r = {.oldest = INT32_MAX};

	for (uint32_t i = 0; i < 2 * FLOW_WAYS; i++) {
		uint32_t b = i < FLOW_WAYS ? pair.first : pair.second;
		struct flow_entry e = rig.w.flows->bucket[b].way[i % FLOW_WAYS];
		int32_t left = flow_ticks_left(e.state, rig.w.now);

		r.way[i] = e;
		r.live += (uint32_t)flow_is_live(&e, rig.w.now);
		if (!flow_is_live(&e, rig.w.now) || flow_entry_class(&e) != FLOW_EMBRYONIC)
			continue;
		r.embryonic++;
		r.oldest = left < r.oldest ? left : r.oldest;
	}
	return r;
}

/* Did the eviction take an embryonic entry that was as old as any? */
static int took_the_oldest(const struct rivals *before, const struct rivals *after)
{
	for (uint32_t i = 0; i < 2 * FLOW_WAYS; i++) {
		const struct flow_entry *e = &before->way[i];

		if (e->hash != after->way[i].hash)
			return flow_entry_class(e) == FLOW_EMBRYONIC &&
			       flow_ticks_left(e->state, rig.w.now) == before->oldest;
	}
	return 0;
}

struct trickle {
	uint64_t evicted, wrong;
};

static void one_syn(struct trickle *t, uint32_t i)
{
	const struct flow_stats *s = flow_table_stats(rig.w.flows);
	struct load_packet p = load_flow(STANDING + i, LOAD_SYN);
	uint64_t hash = load_hash(rig.blob.head.hash_key, &p), evicted = s->evicted;
	struct rivals before = look(hash), after;

	load_put(&p, NULL);
	load_flush();
	if (s->evicted == evicted)
		return;
	after = look(hash);
	t->evicted++;
	t->wrong += !took_the_oldest(&before, &after) || before.live != 2 * FLOW_WAYS;
}

START_TEST(slow_trickle_evicts_the_oldest_that_only_began)
{
	struct trickle t = {0};
	uint32_t n;

	load_world(TABLE);
	load_establish(STANDING, home);
	load_turn_rows();
	n = 2 * (uint32_t)flow_table_stats(rig.w.flows)->capacity;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (uint32_t i = 0; i < n; i++) {
			one_syn(&t, i);
			rig.w.now += i % (n / 8) == 0; // four seconds, eight ticks a round
		}
	}
	unit_note(
		"%u tuples on %lu ways, each every 4 s for %u s: %lu evicted, %lu of them not the "
		"oldest, %lu confirmed kept",
		n, (unsigned long)flow_table_stats(rig.w.flows)->capacity, 4 * ROUNDS,
		(unsigned long)t.evicted, (unsigned long)t.wrong,
		(unsigned long)load_census().of[FLOW_CONFIRMED]);
	ck_assert_uint_gt(t.evicted, n);
	ck_assert_uint_eq(t.wrong, 0);
	ck_assert_uint_eq(load_census().of[FLOW_CONFIRMED], STANDING);
	ck_assert_uint_eq(load_moved(STANDING, home), 0);
	ck_assert_uint_eq(load_dropped(), 0);
	rig_check_invariants();
}
END_TEST

static void nothing(void)
{
}

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		backend_out_and_in_and_out_moves_none_of_a_million_flows,
		slow_trickle_evicts_the_oldest_that_only_began,
	};

	rig_boot();
	return rig_suite("loads_long", tests, sizeof(tests) / sizeof(tests[0]), nothing);
}
