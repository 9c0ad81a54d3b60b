// SPDX-License-Identifier: BSD-3-Clause
/* Packets that do not fit the path once they are encapsulated: what their sender is told (C20, R13). */
#include <string.h>

#include "icmp_samples.h"
#include "stage_rig.h"
#include "unit.h"

#define FLOWS	1024
#define ETH_LEN 14
#define MTU	1500
#define N(a)	(sizeof(a) / sizeof((a)[0]))

/* A packet of @l3_len bytes. */
static void sized(struct frame *f, enum frame_kind kind, uint32_t l3_len)
{
	frame_make(f, kind, 0);
	frame_pad(f, f->l3 + l3_len - f->len, 0x5a);
	frame_fix_length(f);
	if (!frame_is_tcp(f))
		frame_put16(f, f->l4 + 4, f->len - f->l4);
	frame_fix_csum(f);
}

/* What must come back, apart from the code under test; RFC 1191, RFC 4443. */
static void make_answer(struct frame *out, const struct frame *f, uint32_t mtu)
{
	static const uint8_t ip4[20] = {0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 1};
	static const uint8_t ip6[40] = {0x60, 0, 0, 0, 0, 0, 58, 64};
	int v6 = frame_is_v6(f);
	uint32_t ip = v6 ? 40 : 20, addr = v6 ? 16 : 4, src = v6 ? 8 : 12;
	uint32_t most = (v6 ? 1280 : 576) - ip - 8, quote = f->len - f->l3;

	memset(out, 0, sizeof(*out));
	out->kind = f->kind;
	out->l3 = f->l3;
	out->l4 = f->l3 + ip;
	memcpy(out->b, f->b, f->l3); // VLAN tag and EtherType
	memcpy(out->b, f->b + 6, 6);
	memcpy(out->b + 6, f->b, 6);
	memcpy(out->b + f->l3, v6 ? ip6 : ip4, ip);
	memcpy(out->b + f->l3 + src, f->b + f->l3 + src + addr, addr);
	memcpy(out->b + f->l3 + src + addr, f->b + f->l3 + src, addr);
	out->b[out->l4] = v6 ? 2 : 3;
	out->b[out->l4 + 1] = v6 ? 0 : 4;
	frame_put16(out, out->l4 + 6, mtu);
	quote = quote < most ? quote : most;
	memcpy(out->b + out->l4 + 8, f->b + f->l3, quote);
	out->len = out->l4 + 8 + quote;
	icmp_fix(out);
}

static void expect_answer(const struct frame *f, uint32_t mtu)
{
	uint8_t out[FRAME_MAX];
	struct frame want;

	make_answer(&want, f, mtu);
	ck_assert_str_eq(weir_drop_name(rig_one(f)), "none");
	ck_assert_int_eq(rig.batch.reply[0], BATCH_REPLY_TOO_BIG);
	ck_assert_uint_eq(rig_sent(out), want.len);
	ck_assert_mem_eq(out, want.b, want.len);
	ck_assert_uint_eq(rig_drain(), 0);
}

static void expect_forwarded(const struct frame *f, uint32_t l3_len)
{
	uint8_t out[FRAME_MAX];

	ck_assert_str_eq(weir_drop_name(rig_one(f)), "none");
	ck_assert_int_eq(rig.batch.reply[0], BATCH_REPLY_NONE);
	ck_assert_uint_eq(rig_sent(out), ETH_LEN + l3_len);
}

/* Outside stands IPv4 (slot 0). */
static const struct {
	enum weir_forward forward;
	uint32_t overhead;
} ways[] = {{WEIR_FWD_IPIP, 20}, {WEIR_FWD_GUE, 32}, {WEIR_FWD_GRE, 24}};

static const enum frame_kind kinds[] = {FRAME_TCP4, FRAME_UDP4, FRAME_TCP6};

START_TEST(sender_is_told_the_mtu_that_is_left)
{
	for (size_t i = 0; i < N(ways) * N(kinds); i++) {
		uint32_t fits = MTU - ways[i / N(kinds)].overhead;
		struct frame f;

		rig_reset(FLOWS);
		rig_serve(ways[i / N(kinds)].forward);
		rig_rates(0, 1000, 1000);
		sized(&f, kinds[i % N(kinds)], fits);
		expect_forwarded(&f, MTU);
		for (uint32_t len = fits + 1; len <= MTU; len += 7) {
			sized(&f, kinds[i % N(kinds)], len);
			expect_answer(&f, fits);
			if (len % 2 == 0)
				frame_tag(&f, 0x8100, 0xe005);
			expect_answer(&f, fits);
			rig.w.now_ns += 10000000;
		}
		ck_assert_uint_eq(rig.w.count->forwarded_packets, 1);
		ck_assert_uint_eq(rig.w.services[7].drops, 0);
		rig_check_invariants();
	}
}
END_TEST

/* IPv6 outside: 40 bytes more, on a VLAN that is no part of the MTU. */
START_TEST(overhead_is_that_of_the_outer_family)
{
	for (size_t i = 0; i < N(ways); i++) {
		uint32_t fits = MTU - ways[i].overhead - 20;
		struct frame f;

		rig_reset(FLOWS);
		rig_blob(ways[i].forward);
		rig.blob.hop[1].port = 0;
		rig_rows(0, 2, 2);
		rig_must_publish();
		rig_rates(0, 1000, 1000);
		sized(&f, FRAME_TCP4, fits + 1);
		expect_answer(&f, fits);
		sized(&f, FRAME_TCP4, fits);
		expect_forwarded(&f, MTU + 4);
		rig_check_invariants();
	}
}
END_TEST

/* Nothing is fragmented, so whoever allows it is told as well. */
START_TEST(sender_without_df_is_told_too)
{
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	rig_rates(0, 1000, 1000);
	sized(&f, FRAME_UDP4, MTU);
	f.b[f.l3 + 6] = 0;
	frame_fix_csum(&f);
	expect_answer(&f, MTU - 20);
	rig_check_invariants();
}
END_TEST

/* A path below 576 bytes of IPv4: all of the packet is quoted, and the answer is longer than it. */
START_TEST(small_packet_is_quoted_whole)
{
	struct frame f;

	rig_blob(WEIR_FWD_GUE);
	rig.blob.hop[0].mtu = 576;
	rig_must_publish();
	rig_rates(0, 1000, 1000);
	for (uint32_t len = 545; len <= 549; len++) {
		sized(&f, FRAME_UDP4, len);
		expect_answer(&f, 576 - 32);
	}
	rig_check_invariants();
}
END_TEST

START_TEST(padding_is_not_quoted)
{
	struct frame f, padded;
	uint8_t out[FRAME_MAX];

	rig_blob(WEIR_FWD_IPIP);
	rig.blob.hop[0].mtu = 576;
	rig_must_publish();
	rig_rates(0, 1000, 1000);
	sized(&f, FRAME_TCP6, 600);
	padded = f;
	frame_pad(&padded, 5, 0xee);
	expect_answer(&f, 556);
	ck_assert_str_eq(weir_drop_name(rig_one(&padded)), "none");
	ck_assert_uint_eq(rig_sent(out), f.len + 48);
	rig_check_invariants();
}
END_TEST

START_TEST(over_the_rate_it_is_dropped_in_silence)
{
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	rig_rates(1000, 20, 1000);
	sized(&f, FRAME_TCP4, MTU);
	for (uint32_t i = 0; i < 10; i++)
		ck_assert_str_eq(weir_drop_name(rig_one(&f)), i < 2 ? "none" : "too_big");
	ck_assert_uint_eq(rig.w.count->replied_packets, 2);
	ck_assert_uint_eq(rig.w.services[7].drops, 8);
	rig_check_invariants();
}
END_TEST

/* RFC 1122, 3.2.2: not about an ICMP error. */
START_TEST(nobody_is_told_about_an_icmp_error)
{
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	rig_rates(1000, 1000, 1000);
	icmp_error(&f, FRAME_TCP4);
	frame_pad(&f, ETH_LEN + 1480 - f.len, 0);
	icmp_fix(&f);
	expect_forwarded(&f, MTU);
	frame_pad(&f, 1, 0);
	icmp_fix(&f);
	ck_assert_str_eq(weir_drop_name(rig_one(&f)), "too_big");
	ck_assert_uint_eq(rig.w.count->replied_packets, 0);
	rig_check_invariants();
}
END_TEST

START_TEST(driver_without_headroom_gets_no_answer)
{
	struct rte_mbuf *m;
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	rig_rates(1000, 1000, 1000);
	for (uint16_t headroom = 27; headroom <= 28; headroom++) {
		sized(&f, FRAME_TCP4, MTU);
		m = rte_pktmbuf_alloc(rig.pool);
		m->data_off = headroom;
		memcpy(rte_pktmbuf_append(m, (uint16_t)f.len), f.b, f.len);
		rig_run(&m, 1);
		ck_assert_str_eq(
			weir_drop_name(rig.batch.reason[0]), headroom < 28 ? "too_big" : "none");
	}
	rig_check_invariants();
}
END_TEST

/* The flow has had its say: an entry may exist, and the next packet of it finds it. */
START_TEST(flow_of_a_packet_that_did_not_fit_goes_on)
{
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	rig_rates(0, 1000, 1000);
	sized(&f, FRAME_TCP4, MTU);
	expect_answer(&f, MTU - 20);
	ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_NEW);
	sized(&f, FRAME_TCP4, MTU - 20);
	expect_forwarded(&f, MTU);
	ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_HIT);
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
		sender_is_told_the_mtu_that_is_left,
		overhead_is_that_of_the_outer_family,
		sender_without_df_is_told_too,
		small_packet_is_quoted_whole,
		padding_is_not_quoted,
		over_the_rate_it_is_dropped_in_silence,
		nobody_is_told_about_an_icmp_error,
		driver_without_headroom_gets_no_answer,
		flow_of_a_packet_that_did_not_fit_goes_on,
	};

	rig_boot();
	return rig_suite("stages_too_big", tests, N(tests), fresh);
}
