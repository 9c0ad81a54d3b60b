// SPDX-License-Identifier: BSD-3-Clause
/* ICMP errors about flows of a VIP: which backend they find, and what they leave alone. */
#include <stdlib.h>
#include <string.h>

#include "icmp_samples.h"
#include "stage_rig.h"
#include "unit.h"

#define FLOWS	1024
#define ETH_LEN 14
#define TCP_SYN 0x02
#define N(a)	(sizeof(a) / sizeof((a)[0]))

static const char *reason_of(const struct frame *f)
{
	return weir_drop_name(rig_one(f));
}

/* Slots 0 and 2; base and target of all rows as given. */
static void publish_rows(uint32_t base, uint32_t target)
{
	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_rows(0, base, target);
	rig_rows(1, base, target);
	rig_must_publish();
}

/* C9: two VIPs, the error goes to the other one. */
START_TEST(error_about_another_vip_is_not_ours)
{
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig.blob.service[1].vip = rig.blob.service[2].vip = blob_addr("192.0.2.20");
	rig.blob.service[1].port = rig.blob.service[1].port_last = 80;
	rig_must_publish();
	icmp_error(&f, FRAME_TCP4);
	ck_assert_str_eq(reason_of(&f), "none");
	f.b[f.l3 + 19] = 20;
	icmp_fix(&f);
	ck_assert_str_eq(reason_of(&f), "icmp_not_ours");
	f.b[icmp_quote(&f) + 15] = 20;
	icmp_fix(&f);
	ck_assert_str_eq(reason_of(&f), "none");
	rig_check_invariants();
}
END_TEST

static uint16_t steered(const struct frame *f)
{
	ck_assert_str_eq(reason_of(f), "none");
	rig_drain();
	return rig.batch.slot[0];
}

static void flow(enum frame_kind kind)
{
	struct frame f;

	frame_make(&f, kind, 10);
	if (frame_is_tcp(&f))
		f.b[f.l4 + 13] = TCP_SYN;
	ck_assert_str_eq(reason_of(&f), "none");
	rig_drain();
}

static const enum frame_kind kinds[] = {FRAME_TCP4, FRAME_UDP4, FRAME_TCP6};

/* C1, C3: the entry, wherever the rows point by now; C2: else the base. */
START_TEST(error_goes_to_the_backend_of_its_flow)
{
	for (size_t i = 0; i < N(kinds); i++) {
		struct frame f;

		rig_reset(FLOWS);
		publish_rows(0, 2);
		icmp_error(&f, kinds[i]);
		ck_assert_uint_eq(steered(&f), 0);
		ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_MISS);
		flow(kinds[i]); // a start: slot 2
		ck_assert_uint_eq(steered(&f), 2);
		ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_HIT);
		publish_rows(0, 0);
		ck_assert_uint_eq(steered(&f), 2);
		rig_check_invariants();
	}
}
END_TEST

/* The table is the same to the byte, whatever errors come. */
START_TEST(error_changes_nothing_in_the_table)
{
	size_t size = flow_table_memsize(FLOWS);
	void *before = malloc(size);

	publish_rows(0, 2);
	flow(FRAME_TCP4);
	memcpy(before, rig.flow_mem, size);
	for (uint32_t kind = 0; kind < FRAME_UDP6; kind++) {
		struct frame f;

		icmp_error(&f, (enum frame_kind)kind);
		rig.w.now += 4; // a refreshed timer would show
		steered(&f);
	}
	ck_assert_mem_eq(rig.flow_mem, before, size);
	free(before);
	rig_check_invariants();
}
END_TEST

START_TEST(error_about_an_expired_or_removed_flow_goes_to_the_base)
{
	struct frame f;

	publish_rows(0, 2);
	icmp_error(&f, FRAME_TCP4);
	flow(FRAME_TCP4);
	rig.w.now += 2 * 11;
	ck_assert_uint_eq(steered(&f), 0);
	flow(FRAME_TCP4);
	ck_assert_uint_eq(steered(&f), 2);
	rig.blob.backend[2].incarnation++;
	rig_must_publish();
	ck_assert_uint_eq(steered(&f), 0);
	rig_check_invariants();
}
END_TEST

START_TEST(error_without_any_backend_is_no_backend)
{
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig_rows(0, WEIR_SLOT_NONE, 0);
	rig_must_publish();
	icmp_error(&f, FRAME_TCP4);
	ck_assert_str_eq(reason_of(&f), "no_backend");
	rig_check_invariants();
}
END_TEST

/* Q11: the flow lives on another worker. */
START_TEST(error_finds_the_flow_in_the_table_of_another_worker)
{
	static const uint64_t secret[2] = {77, 88};
	struct flow_table *own = rig.w.flows, *tables[3];
	void *mem[2];

	for (int i = 0; i < 2; i++) {
		mem[i] = aligned_alloc(64, (flow_table_memsize(FLOWS) + 63) / 64 * 64);
		tables[i] = flow_table_init(mem[i], FLOWS, secret, NULL, 0);
	}
	tables[2] = own;
	rig.w.peers = (const struct flow_table *const *)tables;
	rig.w.n_peers = 3;
	publish_rows(0, 2);
	for (size_t i = 0; i < N(kinds); i++) {
		struct frame f;

		icmp_error(&f, kinds[i]);
		ck_assert_uint_eq(steered(&f), 0);
		flow_table_insert(tables[1], rig.batch.hash[0], 2, 102, rig.w.now, 10);
		ck_assert_uint_eq(steered(&f), 2);
		ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_HIT);
	}
	ck_assert_uint_eq(flow_table_stats(own)->live, 0);
	ck_assert_uint_eq(flow_table_stats(tables[1])->live, 3);
	for (int i = 0; i < 2; i++)
		free(mem[i]);
	rig_check_invariants();
}
END_TEST

/* Byte for byte, as any other packet; counted for service and backend. */
START_TEST(error_is_forwarded_untouched)
{
	static const struct {
		enum weir_forward forward;
		uint32_t head;
	} rows[] = {
		{WEIR_FWD_L2DSR, 0}, {WEIR_FWD_IPIP, 20}, {WEIR_FWD_GUE, 32}, {WEIR_FWD_GRE, 24}};

	for (size_t i = 0; i < N(rows) * N(kinds); i++) {
		uint32_t head = rows[i / N(kinds)].head;
		uint8_t out[FRAME_MAX];
		struct frame f;

		rig_reset(FLOWS);
		rig_serve(rows[i / N(kinds)].forward);
		icmp_error(&f, kinds[i % N(kinds)]);
		ck_assert_str_eq(reason_of(&f), "none");
		ck_assert_uint_eq(rig_sent(out), f.len + head);
		ck_assert_mem_eq(out + ETH_LEN + head, f.b + ETH_LEN, f.len - ETH_LEN);
		ck_assert_uint_eq(rig.w.count->forwarded_packets, 1);
		rig_check_invariants();
	}
}
END_TEST

static void fresh(void)
{
	rig_reset(FLOWS);
}

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		error_about_another_vip_is_not_ours,
		error_goes_to_the_backend_of_its_flow,
		error_changes_nothing_in_the_table,
		error_about_an_expired_or_removed_flow_goes_to_the_base,
		error_without_any_backend_is_no_backend,
		error_finds_the_flow_in_the_table_of_another_worker,
		error_is_forwarded_untouched,
	};

	rig_boot();
	return rig_suite("stages_error", tests, N(tests), fresh);
}
