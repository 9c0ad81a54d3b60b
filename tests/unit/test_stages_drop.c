// SPDX-License-Identifier: BSD-3-Clause
/* What does not leave, by name. */
#include <string.h>

#include "stage_rig.h"
#include "unit.h"

#define ETH_LEN 14
#define RING	1024 /* descriptors of the port */
#define TCP_SYN 0x02

/* One way to spoil a good IPv4 frame, and what it must be called. */
struct bad {
	const char *reason;
	void (*spoil)(struct frame *f);
};

static void spoil_dst_mac(struct frame *f)
{
	f->b[5]++;
}
static void spoil_src_mac(struct frame *f)
{
	memcpy(f->b + 6, f->b, 6);
}
static void spoil_vlan(struct frame *f)
{
	frame_tag(f, 0x8100, 6);
}
static void spoil_vip(struct frame *f)
{
	f->b[f->l3 + 19]++;
	frame_fix_csum(f);
}
static void spoil_port(struct frame *f)
{
	frame_put16(f, f->l4 + 2, 81);
}
static void spoil_source(struct frame *f)
{
	memcpy(f->b + f->l3 + 12, f->b + f->l3 + 16, 4);
	frame_fix_csum(f);
}
static void spoil_csum(struct frame *f)
{
	f->b[f->l3 + 10] ^= 1;
}
static void spoil_length(struct frame *f)
{
	f->len = 13;
}
static void spoil_jumbo(struct frame *f)
{
	frame_pad(f, 1519 - f->len, 0);
}
static void spoil_path(struct frame *f)
{
	frame_pad(f, ETH_LEN + 1481 - f->len, 0);
	frame_fix_length(f);
	frame_fix_csum(f);
}

static const struct bad bads[] = {
	{"l2_dst", spoil_dst_mac},
	{"l2_src", spoil_src_mac},
	{"vlan_unknown", spoil_vlan},
	{"not_local", spoil_vip},
	{"no_vip_port", spoil_port},
	{"src_is_vip", spoil_source},
	{"ip_csum", spoil_csum},
	{"l2_short", spoil_length},
	{"l2_long", spoil_jumbo},
	{"too_big", spoil_path},
};

/* 31 good packets around a bad one: they leave in order, it does not. */
static void run_in_the_middle(const struct bad *bad)
{
	struct rte_mbuf *m[32];
	uint8_t out[FRAME_MAX];
	struct frame f;

	for (uint16_t i = 0; i < 32; i++) {
		rig_tcp(&f, (uint16_t)(2000 + i), TCP_SYN, 0);
		if (i == 15)
			bad->spoil(&f);
		m[i] = rig_mbuf(&f);
	}
	rig_run(m, 32);
	ck_assert_str_eq(weir_drop_name(rig.batch.reason[15]), bad->reason);
	for (uint16_t i = 0; i < 32; i++) {
		if (i == 15)
			continue;
		ck_assert_uint_gt(rig_sent(out), 0);
		ck_assert_uint_eq((uint32_t)out[ETH_LEN + 40] << 8 | out[ETH_LEN + 41], 2000u + i);
	}
	ck_assert_uint_eq(rig_drain(), 0);
}

START_TEST(one_bad_packet_among_31_good_is_alone_dropped)
{
	rig_serve(WEIR_FWD_IPIP);
	for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		run_in_the_middle(&bads[i]);
		ck_assert_uint_eq(rig.w.count->rx_packets, 32 * (i + 1));
		ck_assert_uint_eq(rig.w.count->forwarded_packets, 31 * (i + 1));
		rig_check_invariants();
	}
	ck_assert_uint_eq(rig.w.services[7].drops, 1); // only too_big had reached the service
}
END_TEST

START_TEST(without_a_table_good_packets_are_named_no_table)
{
	struct frame f;

	frame_make(&f, FRAME_TCP4, 10);
	ck_assert_int_eq(rig_one(&f), WEIR_DROP_no_table);
	f.b[f.l3 + 10] ^= 1;
	ck_assert_int_eq(rig_one(&f), WEIR_DROP_ip_csum);
	rig_check_invariants();
}
END_TEST

START_TEST(unresolved_next_hop_is_neigh_pending)
{
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig.blob.hop[0].state = WEIR_HOP_PENDING;
	rig_must_publish();
	frame_make(&f, FRAME_TCP4, 10);
	ck_assert_int_eq(rig_one(&f), WEIR_DROP_neigh_pending);
	rig_check_invariants();
}
END_TEST

START_TEST(what_a_full_port_refuses_is_tx_full)
{
	struct rte_mbuf *m[32];
	struct frame f;
	uint64_t sent;

	rig_serve(WEIR_FWD_L2DSR);
	frame_make(&f, FRAME_TCP4, 10);
	for (uint32_t burst = 0; burst < 2 * RING / 32; burst++) {
		for (uint32_t i = 0; i < 32; i++)
			m[i] = rig_mbuf(&f);
		rig_run(m, 32);
	}
	sent = rig.w.count->forwarded_packets;
	ck_assert_uint_eq(sent + rig.w.count->drops[WEIR_DROP_tx_full], 2 * RING);
	ck_assert_uint_le(sent, RING);
	ck_assert_uint_eq(rig_drain(), sent);
	rig_check_invariants();
}
END_TEST

START_TEST(port_that_is_not_open_yet_is_tx_full)
{
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig.blob.hop[0].port = 1;
	rig_must_publish();
	frame_make(&f, FRAME_TCP4, 10);
	ck_assert_int_eq(rig_one(&f), WEIR_DROP_tx_full);
	rig_check_invariants();
}
END_TEST

static void fresh(void)
{
	rig_reset(4096);
}

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		one_bad_packet_among_31_good_is_alone_dropped,
		without_a_table_good_packets_are_named_no_table,
		unresolved_next_hop_is_neigh_pending,
		what_a_full_port_refuses_is_tx_full,
		port_that_is_not_open_yet_is_tx_full,
	};

	rig_boot();
	return rig_suite("stages_drop", tests, sizeof(tests) / sizeof(tests[0]), fresh);
}
