// SPDX-License-Identifier: BSD-3-Clause
/* affinity = source: the source chooses the row, and each connection has an entry of its own. All rows
 * but the client's are empty, so that whoever looks into another one finds no backend.
 */
#include <string.h>

#include "icmp_samples.h"
#include "siphash.h"
#include "stage_rig.h"
#include "unit.h"

#define FLOWS	  4096
#define TCP_FIN	  0x01
#define TCP_SYN	  0x02
#define TCP_ACK	  0x10
#define CLOSING_S 30

static void establish(uint16_t port)
{
	rig_tcp_slot(port, TCP_SYN, 0);
	rig_tcp_slot(port, TCP_ACK, 0);
}

/* The class of the flow whose packet was sent last. */
static int class_now(void)
{
	const struct flow_entry *e = flow_table_find(rig.w.flows, rig.batch.hash[0], rig.w.now);

	return e == NULL ? FLOW_FREE : (int)flow_entry_class(e);
}

/* Row of the client's address: hash of both addresses, ports and protocol zero. */
static uint32_t client_row(void)
{
	uint64_t words[FLOW_TUPLE4_WORDS] = {0};
	struct frame f;

	frame_make(&f, FRAME_TCP4, 0);
	memcpy(words, f.b + f.l3 + 12, 8);
	return (uint32_t)((siphash13(rig.blob.head.hash_key, words, FLOW_TUPLE4_WORDS) >> 32) *
				  BLOB_ROWS >>
			  32);
}

static void publish(uint32_t base, uint32_t target)
{
	rig_rows(0, WEIR_SLOT_NONE, WEIR_SLOT_NONE);
	rig.blob.rows[0].row[client_row()] = weir_row(base, target, WEIR_STABLE);
	rig_must_publish();
}

/* TCP and UDP 80, fragments of the latter too; slots 0 and 2. */
static void by_source(uint32_t base, uint32_t target)
{
	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig.blob.service[0].flags = WEIR_SVC_AFFINITY_SOURCE;
	rig.blob.service[2].flags = WEIR_SVC_AFFINITY_SOURCE | WEIR_SVC_FRAG_HASH3;
	publish(base, target);
}

START_TEST(connections_of_a_client_reach_one_backend_with_an_entry_each)
{
	by_source(0, 2);
	for (uint16_t port = 1000; port < 1100; port++) {
		ck_assert_uint_eq(rig_tcp_slot(port, TCP_SYN, 0), 2);
		ck_assert_uint_eq(rig_udp_slot(port), 2);
	}
	ck_assert_uint_eq(rig_tcp_slot(999, TCP_ACK, 5), 0);
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->live, 201);
	ck_assert_uint_eq(rig.w.backends[2].new_flows, 200);
	rig_check_invariants();
}
END_TEST

/* Nobody's entry leads anybody into another pool. */
START_TEST(services_of_one_vip_may_have_a_pool_each)
{
	by_source(0, 0);
	rig.blob.service[2].pool = 1;
	rig_rows(1, 2, 2);
	publish(0, 0);
	for (uint16_t port = 1000; port < 1010; port++) {
		ck_assert_uint_eq(rig_tcp_slot(port, TCP_SYN, 0), 0);
		ck_assert_uint_eq(rig_udp_slot(port), 2);
		ck_assert_uint_eq(rig_tcp_slot(port, TCP_ACK, 0), 0);
	}
	rig_check_invariants();
}
END_TEST

START_TEST(new_connection_leaves_a_draining_backend_and_the_others_stay)
{
	const enum weir_backend_state states[] = {WEIR_BACKEND_DRAIN, WEIR_BACKEND_DOWN};

	for (int i = 0; i < 2; i++) {
		rig_reset(FLOWS);
		by_source(0, 0);
		establish(1000);
		establish(1001);
		rig_udp_slot(1000);
		rig.blob.backend[0].state = (uint8_t)states[i];
		publish(2, 2);
		ck_assert_uint_eq(rig_tcp_slot(1002, TCP_SYN, 0), 2);
		ck_assert_uint_eq(rig_tcp_slot(1000, TCP_ACK, 10), 0);
		ck_assert_uint_eq(rig_tcp_slot(1001, TCP_ACK, 10), 0);
		ck_assert_uint_eq(rig_udp_slot(1000), 0);
		ck_assert_uint_eq(rig_tcp_slot(1002, TCP_ACK, 10), 2);
		ck_assert_uint_eq(rig_tcp_slot(1000, TCP_SYN, 0), 2);
		ck_assert_uint_eq(rig_tcp_slot(1001, TCP_ACK, 10), 0);
		ck_assert_uint_eq(rig.w.backends[0].flows, 2);
		ck_assert_uint_eq(rig.w.backends[2].flows, 2);
		rig_check_invariants();
	}
}
END_TEST

START_TEST(fin_of_one_connection_does_not_touch_another)
{
	by_source(0, 0);
	establish(1000);
	establish(1001);
	rig_tcp_slot(1000, TCP_FIN | TCP_ACK, 0);
	ck_assert_int_eq(class_now(), FLOW_CLOSING);
	publish(2, 2);
	ck_assert_uint_eq(rig_tcp_slot(1000, TCP_SYN, 0), 2);
	ck_assert_uint_eq(
		rig_tcp_slot(1001, TCP_SYN, 0), 0); // healthy and open: as if nothing were
	ck_assert_int_eq(class_now(), FLOW_CONFIRMED);
	rig.w.now += (CLOSING_S + 1) * 1000 / FLOW_TICK_MS;
	ck_assert_uint_eq(rig_tcp_slot(1001, TCP_ACK, 10), 0);
	ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_HIT);
	rig_check_invariants();
}
END_TEST

START_TEST(error_finds_its_own_connection_and_else_the_row_of_the_source)
{
	struct frame f;

	by_source(0, 2);
	icmp_error(&f, FRAME_TCP4); // about port 40000
	rig_tcp_slot(1000, TCP_SYN, 0);
	ck_assert_uint_eq(rig_slot(&f), 0);
	ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_MISS);
	rig_tcp_slot(40000, TCP_SYN, 0);
	ck_assert_uint_eq(rig_slot(&f), 2);
	ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_HIT);
	rig_check_invariants();
}
END_TEST

START_TEST(fragment_goes_to_the_row_of_the_source)
{
	static const uint32_t words[] = {0x2000, 0x2005, 0x0064};

	by_source(0, 2);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct frame f;

		frame_make(&f, FRAME_UDP4, 56);
		frame_put16(&f, f.l3 + 6, words[i]);
		frame_fix_csum(&f);
		ck_assert_uint_eq(rig_slot(&f), 0);
	}
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->inserts, 0);
	rig_check_invariants();
}
END_TEST

static void fresh(void)
{
	rig_reset(FLOWS);
}

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		connections_of_a_client_reach_one_backend_with_an_entry_each,
		services_of_one_vip_may_have_a_pool_each,
		new_connection_leaves_a_draining_backend_and_the_others_stay,
		fin_of_one_connection_does_not_touch_another,
		error_finds_its_own_connection_and_else_the_row_of_the_source,
		fragment_goes_to_the_row_of_the_source,
	};

	rig_boot();
	return rig_suite("stages_affinity", tests, sizeof(tests) / sizeof(tests[0]), fresh);
}
