// SPDX-License-Identifier: BSD-3-Clause
/* ICMP to a VIP: pings that are answered, and what is neither ping nor error about a flow of ours. */
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

	rig_serve(WEIR_FWD_IPIP);
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

	rig_serve(WEIR_FWD_IPIP);
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

	rig_serve(WEIR_FWD_IPIP);
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

	rig_serve(WEIR_FWD_IPIP);
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

	rig_serve(WEIR_FWD_IPIP);
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

/* Every second packet of a burst is one that leaves the straight way. */
START_TEST(burst_of_flows_pings_and_errors_leaves_whole)
{
	struct rte_mbuf *m[32];
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
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

	rig_serve(WEIR_FWD_IPIP);
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

	rig_serve(WEIR_FWD_IPIP);
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
		burst_of_flows_pings_and_errors_leaves_whole,
		burst_of_pings_alone_is_answered,
		answer_that_the_port_refuses_is_tx_full,
	};

	rig_boot();
	return rig_suite("stages_icmp", tests, N(tests), fresh);
}
