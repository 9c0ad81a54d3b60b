// SPDX-License-Identifier: BSD-3-Clause
/* Loads whose tuples somebody has chosen, with the code at hand but neither key nor secret. Rows A3, A4,
 * A5. Cost is judged by what the flow table did, not by the clock: tests/unit/test_flow_table_cost.c
 * takes the time.
 */
#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "crc_tuples.h"
#include "load_rig.h"
#include "unit.h"

static const uint64_t other_key[2] = {0x1122334455667788, 0x99aabbccddeeff00};

static void send_syns(const struct load_packet *p, uint32_t n, uint16_t *slots)
{
	for (uint32_t i = 0; i < n; i++)
		load_put(&p[i], slots == NULL ? NULL : &slots[i]);
	load_flush();
}

static void make_random(struct load_packet *p, uint32_t n)
{
	uint64_t seed = 23;

	for (uint32_t i = 0; i < n; i++)
		p[i] = load_stranger(&seed, IPPROTO_TCP, LOAD_SYN);
}

/* A3 */
static void make_crc(struct load_packet *p)
{
	static union flow_tuple t[CRC_TUPLES];
	uint32_t addr;

	ck_assert_uint_eq(crc_tuples_good(t), 0);
	for (uint32_t i = 0; i < CRC_TUPLES; i++) {
		memcpy(&addr, t[i].v4.saddr, sizeof(addr));
		p[i] = (struct load_packet){
			.saddr = ntohl(addr),
			.sport = ntohs(t[i].v4.sport_be),
			.dport = ntohs(t[i].v4.dport_be),
			.proto = IPPROTO_TCP,
			.flags = LOAD_SYN,
		};
	}
}

/* What the table had to do to take the flows in. */
struct work {
	uint64_t inserts, evicted, full, second; /* second: in their second bucket */
};

static uint64_t in_second_bucket(const struct flow_table *t)
{
	uint64_t n = 0;

	for (uint32_t b = 0; b < t->n_buckets; b++) {
		for (uint32_t i = 0; i < FLOW_WAYS; i++) {
			const struct flow_entry *e = &t->bucket[b].way[i];

			n += flow_entry_class(e) != FLOW_FREE && flow_pair(t, e->hash).first != b;
		}
	}
	return n;
}

static struct work take_in(const char *what, const struct load_packet *p)
{
	const struct flow_stats *s;
	struct work w;

	load_world(CRC_TUPLES);
	send_syns(p, CRC_TUPLES, NULL);
	s = flow_table_stats(rig.w.flows);
	w = (struct work){.inserts = s->inserts, .evicted = s->evicted, .full = s->full};
	w.second = in_second_bucket(rig.w.flows);
	unit_note("%s: %lu inserted, %lu evicted, %lu refused, %lu in their second bucket", what,
		(unsigned long)w.inserts, (unsigned long)w.evicted, (unsigned long)w.full,
		(unsigned long)w.second);
	ck_assert_uint_eq(w.inserts + w.full, CRC_TUPLES);
	ck_assert_uint_eq(rig.w.count->flow_misses, CRC_TUPLES); // all tuples differ
	ck_assert_uint_eq(load_dropped(), 0);
	rig_check_invariants();
	return w;
}

/* Evictions of one run are spread like a Poisson variable: five sigma of the difference of two. */
static uint64_t noise(uint64_t events)
{
	return 5 * (uint64_t)sqrt(2.0 * (double)events) + 10;
}

START_TEST(tuples_with_one_crc_cost_what_random_ones_do)
{
	static struct load_packet p[CRC_TUPLES];
	struct work random, crafted;

	make_random(p, CRC_TUPLES);
	random = take_in("random", p);
	make_crc(p);
	crafted = take_in("one CRC-32C", p);
	ck_assert_uint_le(crafted.full, random.full + noise(random.full));
	ck_assert_uint_le(crafted.evicted, random.evicted + noise(random.evicted));
	ck_assert_uint_le(crafted.second, random.second + noise(random.second));
}
END_TEST

/* A4: found by search under a guessed secret, and under the cluster's key or a guessed one. */
#define SMALL 3000u
#define AIMED 8192u
#define AIM   7u

static struct flow_pair guessed_pair(const uint64_t key[2], const struct load_packet *p)
{
	const struct flow_table guess = {.secret = {0x452821e638d01377, 0xbe5466cf34e90c6c},
		.n_buckets = rig.w.flows->n_buckets};

	return flow_pair(&guess, load_hash(key, p));
}

/* AIMED tuples that share a first bucket in the table that the attacker imagines. */
static void aim(const uint64_t key[2], struct load_packet *p)
{
	uint64_t seed = 31;

	for (uint32_t i = 0; i < AIMED;) {
		p[i] = load_stranger(&seed, IPPROTO_TCP, LOAD_SYN);
		i += guessed_pair(key, &p[i]).first == AIM;
	}
}

/* Sum of (found - expected)^2 / expected over the buckets: as large as there are buckets, sigma the
 * root of twice that, if the first buckets of the tuples are as good as random.
 */
static double chi_square(const struct load_packet *p, uint32_t n, uint32_t *fullest)
{
	uint32_t buckets = rig.w.flows->n_buckets, *load = calloc(buckets, sizeof(*load));
	double sum = 0, expected = (double)n / buckets;

	*fullest = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t b = flow_pair(rig.w.flows, load_hash(rig.blob.head.hash_key, &p[i])).first;

		*fullest = ++load[b] > *fullest ? load[b] : *fullest;
	}
	for (uint32_t b = 0; b < buckets; b++)
		sum += (load[b] - expected) * (load[b] - expected) / expected;
	free(load);
	return sum;
}

static void check_fill(const char *what, const struct load_packet *p)
{
	uint32_t buckets = rig.w.flows->n_buckets, fullest;
	double chi = chi_square(p, AIMED, &fullest);
	uint64_t live;

	send_syns(p, AIMED, NULL);
	live = flow_table_stats(rig.w.flows)->live;
	unit_note(
		"%s: %u tuples on %u buckets, chi-square %.0f, fullest %u, %lu of %lu ways filled",
		what, AIMED, buckets, chi, fullest, (unsigned long)live,
		(unsigned long)flow_table_stats(rig.w.flows)->capacity);
	ck_assert_double_le(fabs(chi - buckets), 5 * sqrt(2.0 * buckets));
	ck_assert_uint_ge(live * 100, flow_table_stats(rig.w.flows)->capacity * 98);
	ck_assert_uint_eq(load_dropped(), 0);
	rig_check_invariants();
}

START_TEST(tuples_aimed_at_one_bucket_fill_all)
{
	static struct load_packet p[AIMED];

	load_world(SMALL);
	make_random(p, AIMED);
	check_fill("random", p);
	load_world(SMALL);
	aim(other_key, p);
	check_fill("neither key nor secret known", p);
	load_world(SMALL);
	aim(rig.blob.head.hash_key, p);
	check_fill("key known, secret not", p);
}
END_TEST

/* A5: tuples whose row is slot 0's under another cluster's key; the rows themselves are public. */
#define CHOSEN 100000u

static uint32_t slot_under(const uint64_t key[2], const struct load_packet *p)
{
	uint64_t row = (load_hash(key, p) >> 32) * BLOB_ROWS >> 32;

	return weir_row_target(rig.blob.rows[0].row[row]);
}

static void choose(struct load_packet *p)
{
	uint64_t seed = 41;

	for (uint32_t i = 0; i < CHOSEN;) {
		p[i] = load_stranger(&seed, IPPROTO_TCP, LOAD_SYN);
		i += slot_under(other_key, &p[i]) == 0;
	}
}

static void check_share(uint32_t slot, uint32_t got)
{
	double share = 0, expected, sigma;

	for (uint32_t r = 0; r < BLOB_ROWS; r++)
		share += weir_row_target(rig.blob.rows[0].row[r]) == slot;
	share /= BLOB_ROWS;
	expected = share * CHOSEN;
	sigma = sqrt(expected * (1 - share));
	unit_note("slot %u: %u of %u, expected %.0f, %.2f sigma", slot, got, CHOSEN, expected,
		(got - expected) / sigma);
	ck_assert_double_le(fabs(got - expected), 3 * sigma);
}

START_TEST(tuples_for_one_backend_elsewhere_are_shared_here)
{
	static struct load_packet p[CHOSEN];
	static uint16_t slots[CHOSEN];
	uint32_t got[LOAD_BACKENDS] = {0};

	load_world(2 * CHOSEN);
	choose(p);
	send_syns(p, CHOSEN, slots);
	ck_assert_uint_eq(load_dropped(), 0);
	for (uint32_t i = 0; i < CHOSEN; i++)
		got[slots[i]]++;
	for (uint32_t s = 0; s < LOAD_BACKENDS; s++)
		check_share(s, got[s]);
	rig_check_invariants();
}
END_TEST

static void nothing(void)
{
}

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		tuples_with_one_crc_cost_what_random_ones_do,
		tuples_aimed_at_one_bucket_fill_all,
		tuples_for_one_backend_elsewhere_are_shared_here,
	};

	rig_boot();
	return rig_suite("loads_chosen", tests, sizeof(tests) / sizeof(tests[0]), nothing);
}
