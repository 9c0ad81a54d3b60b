// SPDX-License-Identifier: BSD-3-Clause
/* The options of a service through table check and snapshot: ways of forwarding, timers, the fallback
 * for all ports, fragments, affinity.
 */
#include <stddef.h>
#include <stdlib.h>

#include "siphash.h"
#include "snapshot_samples.h"
#include "unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define BAD	 WEIR_REFUSAL_service_field
#define GOOD	 WEIR_REFUSAL_NONE

static struct table_verdict check(struct blob *b)
{
	struct table_limits limits;

	blob_limits(&limits);
	blob_seal(b);
	return table_check(b, sizeof(*b), 0, &limits, NULL, NULL);
}

static void expect(const char *what, struct blob *b, enum weir_refusal reason, uint64_t detail)
{
	struct table_verdict v = check(b);

	ck_assert_msg(v.reason == reason && v.detail == detail, "%s: %s %lu, expected %s %lu", what,
		weir_refusal_name(v.reason), v.detail, weir_refusal_name(reason), detail);
}

START_TEST(gue_has_a_port_and_nothing_else_has)
{
	static const struct {
		const char *what;
		uint8_t forward;
		uint16_t port;
		enum weir_refusal reason;
	} rows[] = {
		{"gue", WEIR_FWD_GUE, 6080, GOOD},
		{"gue, any port", WEIR_FWD_GUE, 1, GOOD},
		{"gue without a port", WEIR_FWD_GUE, 0, BAD},
		{"gre", WEIR_FWD_GRE, 0, GOOD},
		{"gre with a port", WEIR_FWD_GRE, 6080, BAD},
		{"ipip with a port", WEIR_FWD_IPIP, 6080, BAD},
		{"l2dsr with a port", WEIR_FWD_L2DSR, 1, BAD},
		{"unknown", WEIR_FWD__COUNT, 0, BAD},
		{"unknown with a port", WEIR_FWD__COUNT, 6080, BAD},
	};

	for (size_t i = 0; i < N(rows); i++) {
		struct blob b;

		blob_make(&b);
		b.service[2].forward = rows[i].forward;
		b.service[2].gue_port = rows[i].port;
		expect(rows[i].what, &b, rows[i].reason, rows[i].reason == GOOD ? 0 : 2);
	}
}
END_TEST

START_TEST(every_timer_is_needed_and_padding_is_zero)
{
	struct blob b;

	blob_make(&b);
	b.service[1].embryonic_s = 0;
	expect("embryonic 0", &b, BAD, 1);
	b.service[1].embryonic_s = 1;
	b.service[1].closing_s = 0;
	expect("closing 0", &b, BAD, 1);
	b.service[1].embryonic_s = UINT16_MAX;
	b.service[1].closing_s = UINT16_MAX;
	expect("the longest", &b, GOOD, 0);
	for (size_t i = 0; i < N(b.service[1].pad); i++) {
		b.service[1].pad[i] = 256;
		expect("pad", &b, BAD, 1);
		b.service[1].pad[i] = 0;
	}
}
END_TEST

START_TEST(fallback_stands_first_and_once)
{
	struct blob b;

	blob_make(&b);
	b.service[0].port = WEIR_PORT_ANY;
	b.service[0].port_last = WEIR_PORT_ANY_LAST;
	expect("beside a range", &b, GOOD, 0);
	b.service[2].port = WEIR_PORT_ANY;
	b.service[2].port_last = WEIR_PORT_ANY_LAST;
	expect("of each protocol", &b, GOOD, 0);
	b.service[1].port = WEIR_PORT_ANY;
	b.service[1].port_last = WEIR_PORT_ANY_LAST;
	expect("twice", &b, WEIR_REFUSAL_service_twice, 1);
	b.service[0].port = 80;
	expect("behind another", &b, WEIR_REFUSAL_service_order, 1);
}
END_TEST

START_TEST(range_from_port_0_is_the_fallback_or_nothing)
{
	struct blob b;

	blob_make(&b);
	b.service[0].port = 0;
	b.service[0].port_last = WEIR_PORT_ANY_LAST - 1;
	expect("0-65534", &b, BAD, 0);
	b.service[0].port_last = 0;
	expect("0-0", &b, BAD, 0);
	b.service[0].port = 1;
	b.service[0].port_last = 65535;
	expect("1-65535 is a range like others", &b, WEIR_REFUSAL_service_twice, 1);
}
END_TEST

/* Services 2 and 3 become UDP services on one VIP that forward fragments. */
static void make_fragments(struct blob *b)
{
	blob_make(b);
	b->service[3] = b->service[2];
	b->service[3].port = 443;
	b->service[3].port_last = 443;
	b->service[3].slot = 3;
	b->service[2].flags = WEIR_SVC_FRAG_HASH3;
	b->service[3].flags = WEIR_SVC_FRAG_HASH3;
}

START_TEST(fragments_are_for_udp_and_go_one_way)
{
	struct blob b;

	make_fragments(&b);
	expect("two alike", &b, GOOD, 0);
	b.service[3].pool = 1;
	expect("another pool", &b, BAD, 3);
	make_fragments(&b);
	b.service[3].flags |= WEIR_SVC_AFFINITY_SOURCE;
	expect("another affinity", &b, BAD, 3);
	make_fragments(&b);
	b.service[3].forward = WEIR_FWD_GRE;
	expect("another way", &b, BAD, 3);
	make_fragments(&b);
	b.service[2].forward = WEIR_FWD_GUE;
	b.service[3].forward = WEIR_FWD_GUE;
	b.service[2].gue_port = 1;
	b.service[3].gue_port = 2;
	expect("another GUE port", &b, BAD, 3);
	make_fragments(&b);
	b.service[3].vip = blob_addr("2001:db8::10");
	b.service[3].pool = 1;
	expect("another VIP", &b, GOOD, 0);
	make_fragments(&b);
	b.service[3].flags = 0;
	b.service[3].pool = 1;
	expect("only one of them", &b, GOOD, 0);
	b.service[0].flags = WEIR_SVC_FRAG_HASH3;
	expect("TCP", &b, BAD, 0);
}
END_TEST

static uint32_t slot_at(const struct sample *s, const char *vip, uint8_t proto, uint16_t port)
{
	struct weir_addr a = blob_addr(vip);
	int is_vip;
	const struct service *svc = snapshot_service(s->snapshot, &a, proto, port, &is_vip);

	ck_assert_int_eq(is_vip, 1);
	return svc == NULL ? UINT32_MAX : svc->slot;
}

/* Slot 7 is the fallback, 0 the range 8000-8010, 2 a UDP port. */
START_TEST(fallback_takes_what_the_others_leave)
{
	struct sample s;
	struct blob b;

	blob_make(&b);
	b.service[0].port = WEIR_PORT_ANY;
	b.service[0].port_last = WEIR_PORT_ANY_LAST;
	expect("good", &b, GOOD, 0);
	sample_make(&s, &b);
	for (uint32_t port = 0; port <= 65535; port++)
		ck_assert_uint_eq(slot_at(&s, "192.0.2.10", 6, (uint16_t)port),
			port >= 8000 && port <= 8010 ? 0 : 7);
	ck_assert_uint_eq(slot_at(&s, "192.0.2.10", 17, 53), 2);
	ck_assert_uint_eq(slot_at(&s, "192.0.2.10", 17, 52), UINT32_MAX);
	ck_assert_uint_eq(slot_at(&s, "192.0.2.10", 17, 54), UINT32_MAX);
	ck_assert_uint_eq(slot_at(&s, "192.0.2.10", 1, 80), UINT32_MAX);
	ck_assert_uint_eq(slot_at(&s, "192.0.2.10", 132, 0), UINT32_MAX);
	sample_free(&s);
}
END_TEST

START_TEST(options_reach_the_service)
{
	struct weir_addr vip = blob_addr("192.0.2.10");
	const struct service *svc;
	struct sample s;
	struct blob b;
	int is_vip;

	blob_make(&b);
	b.service[2].forward = WEIR_FWD_GUE;
	b.service[2].gue_port = 6081;
	b.service[2].flags = WEIR_SVC__FLAGS;
	b.service[2].embryonic_s = 3;
	b.service[2].closing_s = 4;
	expect("good", &b, GOOD, 0);
	sample_make(&s, &b);
	svc = snapshot_service(s.snapshot, &vip, 17, 53, &is_vip);
	ck_assert_ptr_nonnull(svc);
	ck_assert_uint_eq(svc->embryonic_s, 3);
	ck_assert_uint_eq(svc->closing_s, 4);
	ck_assert_uint_eq(svc->idle_s, 900);
	ck_assert_uint_eq(svc->flags, WEIR_SVC_AFFINITY_SOURCE | WEIR_SVC_FRAG_HASH3);
	ck_assert_uint_eq(service_way(svc).forward, WEIR_FWD_GUE);
	ck_assert_uint_eq(service_way(svc).gue_port, 6081);
	sample_free(&s);
}
END_TEST

START_TEST(fragment_finds_the_first_service_that_forwards_them)
{
	struct weir_addr vip = blob_addr("192.0.2.10"), other = blob_addr("2001:db8::10"),
			 none = blob_addr("192.0.2.11");
	const struct service *svc;
	struct sample s;
	struct blob b;

	make_fragments(&b);
	b.service[2].flags = 0;
	sample_make(&s, &b);
	svc = snapshot_fragment_service(s.snapshot, &vip, 17);
	ck_assert_ptr_nonnull(svc);
	ck_assert_uint_eq(svc->slot, 3);
	ck_assert_ptr_null(snapshot_fragment_service(s.snapshot, &vip, 6));
	ck_assert_ptr_null(snapshot_fragment_service(s.snapshot, &none, 17));
	sample_free(&s);

	make_fragments(&b);
	sample_make(&s, &b);
	ck_assert_uint_eq(snapshot_fragment_service(s.snapshot, &vip, 17)->slot, 2);
	sample_free(&s);

	sample_make(&s, NULL);
	ck_assert_ptr_null(snapshot_fragment_service(s.snapshot, &vip, 17));
	ck_assert_ptr_null(snapshot_fragment_service(s.snapshot, &other, 17));
	sample_free(&s);
}
END_TEST

static uint64_t row_hash(const struct sample *s, const struct service *svc, const struct parsed *p)
{
	return snapshot_row_hash(s->snapshot, svc, p, snapshot_hash(s->snapshot, p));
}

/* The tuple of interfaces.md, here of random bytes; zeros stand where the affinity says so. */
START_TEST(affinity_to_the_source_chooses_rows_without_ports_and_protocol)
{
	const struct service flow = {0}, source = {.flags = WEIR_SVC_AFFINITY_SOURCE};
	uint64_t seed = 5;
	struct sample s;

	sample_make(&s, NULL);
	for (uint32_t i = 0; i < 1000; i++) {
		uint8_t n = i % 2 == 0 ? FLOW_TUPLE4_WORDS : FLOW_TUPLE6_WORDS;
		struct parsed p = {.tuple_words = n};
		uint64_t words[FLOW_TUPLE6_WORDS] = {0};
		uint64_t h, whole;

		for (uint8_t k = 0; k < n; k++)
			p.tuple.words[k] = unit_random(&seed);
		memcpy(words, p.tuple.words, (n - 1u) * 8u);
		h = row_hash(&s, &source, &p);
		whole = snapshot_hash(s.snapshot, &p);
		ck_assert_uint_eq(h, siphash13(s.blob.head.hash_key, words, n));
		ck_assert_uint_eq(whole, siphash13(s.blob.head.hash_key, p.tuple.words, n));
		ck_assert_uint_ne(h, whole);
		ck_assert_uint_eq(row_hash(&s, &flow, &p), whole);
		p.tuple.words[n - 1] ^= unit_random(&seed);
		ck_assert_uint_eq(h, row_hash(&s, &source, &p));
		ck_assert_uint_ne(whole, snapshot_hash(s.snapshot, &p));
		p.tuple.words[n - 2] ^= 1;
		ck_assert_uint_ne(h, row_hash(&s, &source, &p));
	}
	sample_free(&s);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("table service");

	unit_case(s, gue_has_a_port_and_nothing_else_has, 4);
	unit_case(s, every_timer_is_needed_and_padding_is_zero, 4);
	unit_case(s, fallback_stands_first_and_once, 4);
	unit_case(s, range_from_port_0_is_the_fallback_or_nothing, 4);
	unit_case(s, fragments_are_for_udp_and_go_one_way, 4);
	unit_case(s, fallback_takes_what_the_others_leave, 10);
	unit_case(s, options_reach_the_service, 4);
	unit_case(s, fragment_finds_the_first_service_that_forwards_them, 4);
	unit_case(s, affinity_to_the_source_chooses_rows_without_ports_and_protocol, 4);
	return s;
}
