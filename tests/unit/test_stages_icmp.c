// SPDX-License-Identifier: BSD-3-Clause
/* ICMP to a VIP: pings that are answered, errors that find the backend of their flow. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "icmp_samples.h"
#include "stage_rig.h"
#include "unit.h"

#define FLOWS	1024
#define ETH_LEN 14
#define TCP_SYN 0x02
#define TCP_ACK 0x10
#define N(a)	(sizeof(a) / sizeof((a)[0]))

static const char *reason_of(const struct frame *f)
{
	return weir_drop_name(rig_one(f));
}

static void publish(enum weir_forward forward)
{
	rig_blob(forward);
	ck_assert_str_eq(weir_refusal_name(rig_publish()), "none");
}

/* Slots 0 and 2; base and target of all rows as given. */
static void publish_rows(uint32_t base, uint32_t target)
{
	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_rows(0, base, target);
	rig_rows(1, base, target);
	ck_assert_str_eq(weir_refusal_name(rig_publish()), "none");
}

/* What an echo request must become, written out apart from the code under test. */
static void turn_round(struct frame *f)
{
	uint32_t addr = frame_is_v6(f) ? 16 : 4, src = f->l3 + (frame_is_v6(f) ? 8 : 12);
	struct frame request = *f;

	memcpy(f->b, request.b + 6, 6);
	memcpy(f->b + 6, request.b, 6);
	memcpy(f->b + src, request.b + src + addr, addr);
	memcpy(f->b + src + addr, request.b + src, addr);
	f->b[f->l3 + (frame_is_v6(f) ? 7 : 8)] = 64;
	f->b[f->l4] = frame_is_v6(f) ? 129 : 0;
	frame_fix_csum(f);
	icmp_fix_csum(f);
}

static void expect_sent(const struct frame *want)
{
	uint8_t out[FRAME_MAX];

	ck_assert_uint_eq(rig_sent(out), want->len);
	ck_assert_mem_eq(out, want->b, want->len);
	ck_assert_uint_eq(rig_drain(), 0);
}

/* Plain, tagged, behind extension headers, padded; C15, C16. */
START_TEST(ping_of_a_vip_is_answered)
{
	uint32_t n = 0;

	publish(WEIR_FWD_IPIP);
	rig_rates(1000000, 0, 1000000);
	for (uint32_t payload = 0; payload < 1473; payload += payload < 70 ? 1 : 61) {
		for (uint32_t how = 0; how < 6; how++, n++) {
			struct frame f, want;

			icmp_echo(&f, how % 2, payload);
			if (how / 2 == 1)
				frame_tag(&f, 0x8100, 0x6005); // priority and all
			if (how == 5)
				icmp_ext(&f);
			if (f.len > 1514)
				continue;
			want = f;
			turn_round(&want);
			frame_pad(&f, how / 2 == 2 ? 3 : 0, 0xee);
			ck_assert_str_eq(reason_of(&f), "none");
			ck_assert_int_eq(rig.batch.reply[0], BATCH_REPLY_ECHO);
			expect_sent(&want);
			rig.w.now_ns += 1000000;
		}
	}
	ck_assert_uint_eq(rig.w.count->replied_packets, rig.w.count->rx_packets);
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->inserts, 0);
	rig_check_invariants();
}
END_TEST

/* id, sequence and data all zero: the one message whose reply sums up to nothing. */
START_TEST(reply_of_zeros_has_the_checksum_of_zeros)
{
	struct frame f, want;

	publish(WEIR_FWD_IPIP);
	rig_rates(1000, 0, 1000);
	icmp_echo(&f, 0, 0);
	memset(f.b + f.l4 + 4, 0, 4);
	icmp_fix(&f);
	want = f;
	turn_round(&want);
	ck_assert_uint_eq(want.b[want.l4 + 2], 0xff);
	ck_assert_str_eq(reason_of(&f), "none");
	expect_sent(&want);
	rig_check_invariants();
}
END_TEST

/* C18: over the rate they end as icmp_rate, and time brings new ones. */
START_TEST(pings_over_the_rate_are_dropped)
{
	struct frame f;

	publish(WEIR_FWD_IPIP);
	rig_rates(50, 0, 50);
	icmp_echo(&f, 0, 10);
	for (uint32_t i = 0; i < 20; i++)
		ck_assert_str_eq(reason_of(&f), i < 5 ? "none" : "icmp_rate");
	ck_assert_uint_eq(rig.w.count->drops[WEIR_DROP_icmp_rate], 15);
	rig.w.now_ns += 20000000;
	ck_assert_str_eq(reason_of(&f), "none");
	ck_assert_str_eq(reason_of(&f), "icmp_rate");
	ck_assert_uint_eq(rig.w.count->replied_packets, 6);
	rig_check_invariants();
}
END_TEST

START_TEST(without_a_rate_no_ping_is_answered)
{
	struct frame f;

	publish(WEIR_FWD_IPIP);
	icmp_echo(&f, 1, 10);
	ck_assert_str_eq(reason_of(&f), "icmp_rate");
	rig_check_invariants();
}
END_TEST

struct bad {
	const char *reason;
	uint32_t off, n; /* from the beginning; IPv4, untagged */
	const char *bytes;
};

#define BYTES(b) sizeof(b) - 1, b
#define SRC	 (ETH_LEN + 12)
#define DST	 (ETH_LEN + 16)
#define QUOTE	 (ETH_LEN + 28)

/* C17, C9, C10, S2, S7, and who is asked at all. */
START_TEST(icmp_that_is_not_for_us_is_named)
{
	static const struct bad echos[] = {
		{"l2_dst", 0, BYTES("\xff\xff\xff\xff\xff\xff")},
		{"l2_dst", 0, BYTES("\x01\x00\x5e\x00\x00\x01")},
		{"l2_src", 6, BYTES("\x02\0\0\0\0\x10")},
		{"l2_src", 6, BYTES("\x03\0\0\0\0\x20")},
		{"martian_src", SRC, BYTES("\xff\xff\xff\xff")},
		{"martian_src", SRC, BYTES("\xe0\0\0\x01")},
		{"src_is_vip", SRC, BYTES("\xc0\0\x02\x0a")},
		{"not_local", DST, BYTES("\xc0\0\x02\x0b")},
		{"dst_bcast", DST, BYTES("\xe0\0\0\x01")},
		{"dst_bcast", DST, BYTES("\xff\xff\xff\xff")},
		{"icmp_type", ETH_LEN + 20, BYTES("\0")},
	};
	static const struct bad errors[] = {
		{"l2_dst", 5, BYTES("\x11")},
		{"src_is_vip", SRC, BYTES("\xc0\0\x02\x0a")},
		{"not_local", DST, BYTES("\xc0\0\x02\x0b")},
		{"icmp_not_ours", QUOTE + 12, BYTES("\xc6\x33\x64\x07")},
		{"icmp_not_ours", QUOTE + 12, BYTES("\xc0\0\x02\x0b")},
		{"icmp_not_ours", QUOTE + 20, BYTES("\0\x51")},
		{"icmp_not_ours", QUOTE + 20, BYTES("\0\0")},
		{"icmp_inner", QUOTE + 9, BYTES("\x2f")},
		{"icmp_mtu_floor", ETH_LEN + 21, BYTES("\x04")},
		{"icmp_type", ETH_LEN + 20, BYTES("\x05")},
		{"none", QUOTE + 16, BYTES("\x01\x02\x03\x04")},
	};

	publish(WEIR_FWD_IPIP);
	rig_rates(1000, 1000, 1000);
	for (size_t i = 0; i < N(echos) + N(errors); i++) {
		const struct bad *bad = i < N(echos) ? &echos[i] : &errors[i - N(echos)];
		struct frame f;

		if (i < N(echos))
			icmp_echo(&f, 0, 20);
		else
			icmp_error(&f, FRAME_TCP4);
		memcpy(f.b + bad->off, bad->bytes, bad->n);
		icmp_fix(&f);
		ck_assert_str_eq(reason_of(&f), bad->reason);
	}
	ck_assert_uint_eq(rig.w.count->replied_packets, 0);
	rig_check_invariants();
}
END_TEST

/* C9: two VIPs, the error goes to the other one. */
START_TEST(error_about_another_vip_is_not_ours)
{
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig.blob.service[1].vip = rig.blob.service[2].vip = blob_addr("192.0.2.20");
	rig.blob.service[1].port = rig.blob.service[1].port_last = 80;
	ck_assert_str_eq(weir_refusal_name(rig_publish()), "none");
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
	ck_assert_str_eq(weir_refusal_name(rig_publish()), "none");
	ck_assert_uint_eq(steered(&f), 0);
	rig_check_invariants();
}
END_TEST

START_TEST(error_without_any_backend_is_no_backend)
{
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig_rows(0, WEIR_SLOT_NONE, 0);
	ck_assert_str_eq(weir_refusal_name(rig_publish()), "none");
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

/* affinity = source: the error finds the same name without ports. */
START_TEST(error_follows_affinity)
{
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_rows(0, 0, 2);
	rig.blob.service[0].flags = WEIR_SVC_AFFINITY_SOURCE;
	ck_assert_str_eq(weir_refusal_name(rig_publish()), "none");
	rig_tcp(&f, 1234, TCP_SYN, 0); // another port than the error's
	ck_assert_str_eq(reason_of(&f), "none");
	icmp_error(&f, FRAME_TCP4);
	ck_assert_uint_eq(steered(&f), 2);
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
		publish(rows[i / N(kinds)].forward);
		icmp_error(&f, kinds[i % N(kinds)]);
		ck_assert_str_eq(reason_of(&f), "none");
		ck_assert_uint_eq(rig_sent(out), f.len + head);
		ck_assert_mem_eq(out + ETH_LEN + head, f.b + ETH_LEN, f.len - ETH_LEN);
		ck_assert_uint_eq(rig.w.count->forwarded_packets, 1);
		rig_check_invariants();
	}
}
END_TEST

/* Every second packet of a burst is one that leaves the straight way. */
START_TEST(burst_of_flows_pings_and_errors_leaves_whole)
{
	struct rte_mbuf *m[32];
	struct frame f;

	publish(WEIR_FWD_IPIP);
	rig_rates(1000, 1000, 1000);
	for (uint16_t i = 0; i < 32; i++) {
		if (i % 4 == 1)
			icmp_echo(&f, i % 8 == 1, i);
		else if (i % 4 == 3)
			icmp_error(&f, FRAME_TCP4);
		else
			rig_tcp(&f, (uint16_t)(2000 + i), TCP_SYN, 0);
		m[i] = rig_mbuf(&f);
	}
	rig_run(m, 32);
	for (uint16_t i = 0; i < 32; i++) {
		ck_assert_str_eq(weir_drop_name(rig.batch.reason[i]), "none");
		ck_assert_int_eq(
			rig.batch.reply[i], i % 4 == 1 ? BATCH_REPLY_ECHO : BATCH_REPLY_NONE);
	}
	ck_assert_uint_eq(rig.w.count->replied_packets, 8);
	ck_assert_uint_eq(rig.w.count->forwarded_packets, 24);
	ck_assert_uint_eq(rig_drain(), 32);
	rig_check_invariants();
}
END_TEST

/* A burst of nothing but pings: no packet is live between classify and reply. */
START_TEST(burst_of_pings_alone_is_answered)
{
	struct rte_mbuf *m[8];
	struct frame f;

	publish(WEIR_FWD_IPIP);
	rig_rates(40, 0, 40);
	icmp_echo(&f, 0, 30);
	for (uint16_t i = 0; i < 8; i++)
		m[i] = rig_mbuf(&f);
	rig_run(m, 8);
	ck_assert_uint_eq(rig.w.count->replied_packets, 4);
	ck_assert_uint_eq(rig.w.count->drops[WEIR_DROP_icmp_rate], 4);
	ck_assert_uint_eq(rig_drain(), 4);
	rig_check_invariants();
}
END_TEST

START_TEST(answer_that_the_port_refuses_is_tx_full)
{
	struct frame f;

	publish(WEIR_FWD_IPIP);
	rig_rates(1000, 1000, 1000);
	rig.w.port[0].open = 0;
	icmp_echo(&f, 0, 30);
	ck_assert_str_eq(reason_of(&f), "tx_full");
	ck_assert_uint_eq(rig.w.count->replied_packets, 0);
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
		ping_of_a_vip_is_answered,
		reply_of_zeros_has_the_checksum_of_zeros,
		pings_over_the_rate_are_dropped,
		without_a_rate_no_ping_is_answered,
		icmp_that_is_not_for_us_is_named,
		error_about_another_vip_is_not_ours,
		error_goes_to_the_backend_of_its_flow,
		error_changes_nothing_in_the_table,
		error_about_an_expired_or_removed_flow_goes_to_the_base,
		error_without_any_backend_is_no_backend,
		error_finds_the_flow_in_the_table_of_another_worker,
		error_follows_affinity,
		error_is_forwarded_untouched,
		burst_of_flows_pings_and_errors_leaves_whole,
		burst_of_pings_alone_is_answered,
		answer_that_the_port_refuses_is_tx_full,
	};

	rig_boot();
	return rig_suite("stages_icmp", tests, N(tests), fresh);
}
