// SPDX-License-Identifier: BSD-3-Clause
/* Floods: what they leave of those who were there, and of those who come. Rows A1, A2, A8 and C18. */
#include <netinet/in.h>
#include <string.h>

#include "icmp_samples.h"
#include "load_rig.h"
#include "unit.h"

#define EMBRYONIC_S 10

/* A1: 100,000 flows in a table for 150,000, and ten seconds of good load, 2,048 packets each half
 * second: 256 begin, 256 of the last half second complete, 256 of the one before send, and flows that
 * stand send the rest. SYNs of strangers come between them, @factor for each.
 */
#define STANDING 100000u
#define TABLE	 150000u
#define TICKS	 20u
#define BEGIN	 256u
#define GOOD	 2048u

enum { LIFE_SYN, LIFE_ACK, LIFE_DATA, LIFE__COUNT };

static uint16_t home[STANDING];
static uint16_t life[LIFE__COUNT][TICKS * BEGIN]; /* where each packet of a new flow went */

static void strangers(uint64_t *seed, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct load_packet p = load_stranger(seed, IPPROTO_TCP, LOAD_SYN);

		load_put(&p, NULL);
	}
}

/* The @step-th packet of a flow that began @step ticks ago. */
static void new_flow(uint32_t tick, uint32_t i, uint32_t step)
{
	struct load_packet p;
	uint32_t n = (tick - step) * BEGIN + i;

	if (tick < step)
		return;
	p = load_flow(STANDING + n, step == LIFE_SYN ? LOAD_SYN : LOAD_ACK);
	load_put(&p, &life[step][n]);
}

static void standing_flow(uint64_t *seed)
{
	struct load_packet p = load_flow((uint32_t)(unit_random(seed) % STANDING), LOAD_ACK);

	load_put(&p, NULL);
}

static void half_second(uint64_t *seed, uint32_t tick, uint32_t factor)
{
	for (uint32_t i = 0; i < GOOD; i++) {
		if (i % 8 < LIFE__COUNT)
			new_flow(tick, i / 8, i % 8);
		else
			standing_flow(seed);
		strangers(seed, factor);
	}
	load_flush();
	rig.w.now++;
}

/* Of the flows that could complete: all packets went to one backend. */
static uint32_t served(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < (TICKS - 2) * BEGIN; i++)
		n += life[LIFE_SYN][i] != WEIR_SLOT_NONE &&
		     life[LIFE_ACK][i] == life[LIFE_SYN][i] &&
		     life[LIFE_DATA][i] == life[LIFE_SYN][i];
	return n;
}

static void flood(uint32_t factor)
{
	const struct flow_stats *s;
	uint64_t seed = factor;
	uint32_t began = (TICKS - 2) * BEGIN, ok, moved;

	load_world(TABLE);
	load_establish(STANDING, home);
	load_turn_rows(); // whoever loses his entry moves
	memset(life, 0xff, sizeof(life));
	for (uint32_t tick = 0; tick < TICKS; tick++)
		half_second(&seed, tick, factor);
	ok = served();
	moved = load_moved(STANDING, home);
	s = flow_table_stats(rig.w.flows);
	unit_note("SYN flood of %ux: %u of %u new flows served, %u of %u moved, %lu evicted, %lu "
		  "refused",
		factor, ok, began, moved, STANDING, (unsigned long)s->evicted,
		(unsigned long)s->full);
	ck_assert_uint_eq(moved, 0);
	ck_assert_uint_ge(ok * 1000ull, began * 999ull);
	ck_assert_uint_eq(load_dropped(), 0);
	ck_assert_uint_ge(load_census().of[FLOW_CONFIRMED], STANDING + began * 999ull / 1000);
	if (factor == 10)
		ck_assert_uint_gt(s->evicted, 0); // it did press
	rig_check_invariants();
}

START_TEST(syn_flood_moves_no_flow_and_keeps_none_out)
{
	flood(1);
	flood(3);
	flood(10);
}
END_TEST

/* A2 */
struct kind {
	const char *name;
	uint8_t proto, flags;
};

static void unique_tuples(const struct kind *k, uint32_t n)
{
	uint64_t seed = 11;

	for (uint32_t i = 0; i < n; i++) {
		struct load_packet p = load_stranger(&seed, k->proto, k->flags);

		load_put(&p, NULL);
	}
	load_flush();
}

static void flood_of(const struct kind *k)
{
	enum { N = 10000, FLOOD = 200000 };
	const struct flow_stats *s;
	struct load_census c;

	load_world(2 * N);
	load_establish(N, home);
	load_turn_rows();
	unique_tuples(k, FLOOD);
	s = flow_table_stats(rig.w.flows);
	c = load_census();
	unit_note("%u of %s: %lu embryonic of %lu ways, at most %u s, %lu evicted, %lu refused",
		FLOOD, k->name, (unsigned long)c.of[FLOW_EMBRYONIC], (unsigned long)s->capacity,
		c.longest_s, (unsigned long)s->evicted, (unsigned long)s->full);
	ck_assert_uint_eq(c.of[FLOW_CONFIRMED], N);
	ck_assert_uint_eq(c.of[FLOW_CLOSING], 0);
	ck_assert_uint_le(c.of[FLOW_EMBRYONIC], s->capacity - N);
	ck_assert_uint_le(c.longest_s, EMBRYONIC_S);
	load_pass(EMBRYONIC_S + 1);
	flow_table_sweep(rig.w.flows, rig.w.now, N);
	ck_assert_uint_eq(s->live, N);
	ck_assert_uint_eq(load_moved(N, home), 0);
	ck_assert_uint_eq(load_dropped(), 0);
	rig_check_invariants();
}

START_TEST(flood_of_unique_tuples_leaves_embryonic_entries_for_seconds)
{
	static const struct kind kinds[] = {
		{"ACK", IPPROTO_TCP, LOAD_ACK},
		{"RST", IPPROTO_TCP, LOAD_RST},
		{"RST+ACK", IPPROTO_TCP, LOAD_RST | LOAD_ACK},
		{"FIN+ACK", IPPROTO_TCP, LOAD_FIN | LOAD_ACK},
		{"UDP", IPPROTO_UDP, 0},
	};

	for (uint32_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		flood_of(&kinds[i]);
}
END_TEST

/* A8: SYNs that go to the backend in slot 0, and never an ACK. */
static uint32_t syns_to_first(uint64_t *seed, uint32_t n, uint16_t *slots)
{
	const struct service *svc;
	uint32_t sent = 0;
	int is_vip;

	svc = snapshot_service(
		rig.w.table->snap, &rig.blob.service[0].vip, IPPROTO_TCP, 80, &is_vip);
	while (sent < n) {
		struct load_packet p = load_stranger(seed, IPPROTO_TCP, LOAD_SYN);
		uint32_t row = service_row(svc, load_hash(rig.blob.head.hash_key, &p));

		if (weir_row_target(row) == 0)
			load_put(&p, &slots[sent++]);
	}
	load_flush();
	return sent;
}

static uint32_t elsewhere(const uint16_t *slots, uint32_t n)
{
	uint32_t not_first = 0;

	for (uint32_t i = 0; i < n; i++)
		not_first += slots[i] != 0;
	return not_first;
}

START_TEST(syns_that_never_complete_do_not_put_a_backend_down)
{
	enum { SYNS = 200000 };
	static uint16_t slots[SYNS];
	const struct table *table;
	struct backend before;
	uint64_t seed = 5;

	load_world(10000);
	table = rig.w.table;
	before = *snapshot_backend(table->snap, 0);
	for (uint32_t round = 0; round < 2; round++) {
		syns_to_first(&seed, SYNS, slots);
		ck_assert_uint_eq(elsewhere(slots, SYNS), 0);
		load_pass(60);
	}
	unit_note("%u unfinished SYNs to one backend: %lu packets to it, %lu dropped", 2 * SYNS,
		(unsigned long)rig.w.backends[0].packets, (unsigned long)load_dropped());
	ck_assert_ptr_eq(rig.w.table, table);
	ck_assert_int_eq(memcmp(snapshot_backend(table->snap, 0), &before, sizeof(before)), 0);
	ck_assert_int_eq(before.state, WEIR_BACKEND_UP);
	ck_assert_uint_eq(load_dropped(), 0);
	rig_check_invariants();
}
END_TEST

/* C18: one second of a million pings, with a packet of a flow after each. */
START_TEST(echo_flood_gets_its_rate_and_harms_nobody)
{
	enum { PINGS = 1000000, RATE = 1000, FLOWS = 1000 };
	const struct weir_worker_counters *c = rig.w.count;
	struct frame ping;

	load_world(10000);
	load_establish(FLOWS, home);
	rig_rates(RATE, 0, RATE);
	icmp_echo(&ping, 0, 56);
	for (uint32_t i = 0; i < PINGS; i++) {
		struct load_packet p = load_flow(i % FLOWS, LOAD_ACK);

		rig.w.now_ns += 1000;
		load_put_frame(&ping);
		load_put(&p, NULL);
	}
	load_flush();
	unit_note("%u pings in a second, %u answered in a second at most: %lu answered, %lu "
		  "icmp_rate, "
		  "%lu of %u others forwarded",
		PINGS, RATE, (unsigned long)c->replied_packets,
		(unsigned long)c->drops[WEIR_DROP_icmp_rate],
		(unsigned long)c->forwarded_packets - 2 * FLOWS, PINGS);
	ck_assert_uint_le(c->replied_packets, RATE + RATE / 10);
	ck_assert_uint_ge(c->replied_packets, RATE);
	ck_assert_uint_eq(c->drops[WEIR_DROP_icmp_rate], PINGS - c->replied_packets);
	ck_assert_uint_eq(load_dropped(), c->drops[WEIR_DROP_icmp_rate]);
	ck_assert_uint_eq(c->forwarded_packets, 2 * FLOWS + PINGS);
	ck_assert_uint_eq(load_moved(FLOWS, home), 0);
	rig_check_invariants();
}
END_TEST

static void nothing(void)
{
}

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		syn_flood_moves_no_flow_and_keeps_none_out,
		flood_of_unique_tuples_leaves_embryonic_entries_for_seconds,
		syns_that_never_complete_do_not_put_a_backend_down,
		echo_flood_gets_its_rate_and_harms_nobody,
	};

	rig_boot();
	return rig_suite("loads_flood", tests, sizeof(tests) / sizeof(tests[0]), nothing);
}
