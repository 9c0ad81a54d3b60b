// SPDX-License-Identifier: BSD-3-Clause
/* What leaves, byte by byte. */
#include <string.h>

#include "stage_rig.h"
#include "unit.h"

#define ETH_LEN 14
#define IP4_LEN 20
#define IP6_LEN 40

/* To the next hop, from our port. */
static const uint8_t macs_out[12] = {2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0x10};

static const enum frame_kind kinds[] = {FRAME_TCP4, FRAME_UDP4, FRAME_TCP6};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static uint32_t csum_folded(const uint8_t *at, uint32_t len)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? at[i] << 8 : at[i];
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

/* Forward @f and return the frame that left. */
static uint32_t forward(const struct frame *f, uint8_t out[FRAME_MAX])
{
	uint32_t len;

	ck_assert_str_eq(weir_drop_name(rig_one(f)), "none");
	len = rig_sent(out);
	ck_assert_uint_eq(rig_drain(), 0);
	return len;
}

START_TEST(l2dsr_changes_macs_only)
{
	uint8_t out[FRAME_MAX];
	struct frame f;

	rig_serve(WEIR_FWD_L2DSR);
	for (size_t i = 0; i < N_KINDS; i++) {
		frame_make(&f, kinds[i], 100);
		ck_assert_uint_eq(forward(&f, out), f.len);
		ck_assert_mem_eq(out, macs_out, sizeof(macs_out));
		ck_assert_mem_eq(out + 12, f.b + 12, f.len - 12);
	}
	rig_check_invariants();
}
END_TEST

START_TEST(ipip_to_ipv4_puts_one_header_in_front)
{
	static const uint8_t type[2] = {8, 0};
	uint8_t out[FRAME_MAX], want[IP4_LEN];
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	for (size_t i = 0; i < N_KINDS; i++) {
		frame_make(&f, kinds[i], 100);
		ck_assert_uint_eq(forward(&f, out), f.len + IP4_LEN);
		ck_assert_mem_eq(out, macs_out, sizeof(macs_out));
		ck_assert_mem_eq(out + 12, type, 2);
		memcpy(want,
			(uint8_t[IP4_LEN]){0x45, frame_is_v6(&f) ? 0x28 : 0x28, 0, 0, 0, 0, 0x40, 0,
				64, frame_is_v6(&f) ? 41 : 4, 0, 0, 10, 1, 0, 254, 10, 1, 0, 1},
			IP4_LEN);
		want[2] = (uint8_t)((f.len - ETH_LEN + IP4_LEN) >> 8);
		want[3] = (uint8_t)(f.len - ETH_LEN + IP4_LEN);
		memcpy(want + 10, out + ETH_LEN + 10, 2); // judged by the sum
		ck_assert_mem_eq(out + ETH_LEN, want, IP4_LEN);
		ck_assert_uint_eq(csum_folded(out + ETH_LEN, IP4_LEN), 0xffff);
		ck_assert_mem_eq(out + ETH_LEN + IP4_LEN, f.b + ETH_LEN, f.len - ETH_LEN);
	}
	rig_check_invariants();
}
END_TEST

START_TEST(ipip_to_ipv6_on_a_vlan_puts_tag_and_header_in_front)
{
	static const uint8_t link[6] = {0x81, 0, 0, 5, 0x86, 0xdd};
	struct weir_addr src = blob_addr("fd00:1::fe"), dst = blob_addr("fd00:1::2");
	uint8_t out[FRAME_MAX], *ip = out + ETH_LEN + 4;
	struct frame f;

	rig_blob(WEIR_FWD_IPIP);
	rig.blob.hop[1].port = 0;
	rig_rows(0, 2, 2);
	rig_rows(1, 2, 2);
	rig_must_publish();
	for (size_t i = 0; i < N_KINDS; i++) {
		frame_make(&f, kinds[i], 100);
		ck_assert_uint_eq(forward(&f, out), f.len + 4 + IP6_LEN);
		ck_assert_mem_eq(out, macs_out, sizeof(macs_out));
		ck_assert_mem_eq(out + 12, link, sizeof(link));
		ck_assert_uint_eq(ip[0] >> 4, 6);
		ck_assert_uint_eq((uint32_t)ip[4] << 8 | ip[5], f.len - ETH_LEN);
		ck_assert_uint_eq(ip[6], frame_is_v6(&f) ? 41 : 4);
		ck_assert_uint_eq(ip[7], 64);
		ck_assert_mem_eq(ip + 8, src.b, 16);
		ck_assert_mem_eq(ip + 24, dst.b, 16);
		ck_assert_mem_eq(ip + IP6_LEN, f.b + ETH_LEN, f.len - ETH_LEN);
	}
	rig_check_invariants();
}
END_TEST

START_TEST(tagged_frame_to_an_untagged_hop_loses_its_tag)
{
	uint8_t out[FRAME_MAX];
	struct frame f;

	rig_blob(WEIR_FWD_L2DSR); // hop 1 uses VLAN 5, so frames may come on it
	rig_must_publish();
	frame_make(&f, FRAME_TCP4, 10);
	frame_tag(&f, 0x8100, 5);
	ck_assert_uint_eq(forward(&f, out), f.len - 4);
	ck_assert_mem_eq(out + 12, f.b + 16, f.len - 16);
	frame_make(&f, FRAME_TCP4, 10);
	frame_tag(&f, 0x8100, 0); // priority tag
	ck_assert_uint_eq(forward(&f, out), f.len - 4);
	rig_check_invariants();
}
END_TEST

START_TEST(padding_is_trimmed)
{
	uint8_t out[FRAME_MAX];
	struct frame f;
	uint32_t bare;

	rig_serve(WEIR_FWD_IPIP);
	for (uint32_t pad = 1; pad <= 46; pad++) {
		frame_make(&f, FRAME_TCP4, 0);
		bare = f.len;
		frame_pad(&f, pad, 0xee);
		ck_assert_uint_eq(forward(&f, out), bare + IP4_LEN);
	}
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->live, 1);
	rig_check_invariants();
}
END_TEST

START_TEST(path_takes_exactly_its_mtu)
{
	uint8_t out[FRAME_MAX];
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	frame_make(&f, FRAME_TCP4, 1500 - IP4_LEN - 40);
	ck_assert_uint_eq(forward(&f, out), ETH_LEN + 1500);
	rig_serve(WEIR_FWD_L2DSR);
	frame_make(&f, FRAME_TCP4, 1500 - 40);
	ck_assert_uint_eq(forward(&f, out), ETH_LEN + 1500);
	rig_check_invariants();
}
END_TEST

/* @f in segments of @cut, then @cut, then the rest. */
static struct rte_mbuf *segmented(const struct frame *f, uint32_t cut)
{
	struct rte_mbuf *head = NULL;
	uint32_t at = 0;

	while (at < f->len) {
		uint32_t n = f->len - at < cut || at >= 2 * cut ? f->len - at : cut;
		struct rte_mbuf *m = rte_pktmbuf_alloc(rig.pool);

		memcpy(rte_pktmbuf_append(m, (uint16_t)n), f->b + at, n);
		if (head == NULL)
			head = m;
		else
			ck_assert_int_eq(rte_pktmbuf_chain(head, m), 0);
		at += n;
	}
	return head;
}

START_TEST(packet_in_segments_leaves_in_one_piece)
{
	uint8_t out[FRAME_MAX];
	struct rte_mbuf *m;
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	frame_make(&f, FRAME_TCP4, 100);
	for (uint32_t cut = 1; cut < f.len; cut++) {
		m = segmented(&f, cut);
		rig_run(&m, 1);
		ck_assert_str_eq(weir_drop_name(rig.batch.reason[0]), "none");
		ck_assert_uint_eq(rig_sent(out), f.len + IP4_LEN);
		ck_assert_mem_eq(out + ETH_LEN + IP4_LEN, f.b + ETH_LEN, f.len - ETH_LEN);
	}
	rig_check_invariants();
}
END_TEST

START_TEST(segments_without_room_to_join_are_dropped)
{
	struct rte_mbuf *m;
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	frame_make(&f, FRAME_TCP4, 1000);
	m = segmented(&f, 100);
	m->data_off = (uint16_t)(m->buf_len - 200);
	rig_run(&m, 1);
	ck_assert_int_eq(rig.batch.reason[0], WEIR_DROP_segments);
	rig_check_invariants();
}
END_TEST

START_TEST(bytes_count_as_received)
{
	struct frame f;

	rig_serve(WEIR_FWD_IPIP);
	frame_make(&f, FRAME_TCP4, 100);
	frame_pad(&f, 7, 0);
	ck_assert_int_eq(rig_one(&f), WEIR_DROP_NONE);
	ck_assert_uint_eq(rig.w.count->rx_bytes, f.len);
	ck_assert_uint_eq(rig.w.count->forwarded_bytes, f.len);
	ck_assert_uint_eq(rig.w.backends[0].bytes, f.len);
	ck_assert_uint_eq(rig.w.services[7].bytes, f.len);
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
		l2dsr_changes_macs_only,
		ipip_to_ipv4_puts_one_header_in_front,
		ipip_to_ipv6_on_a_vlan_puts_tag_and_header_in_front,
		tagged_frame_to_an_untagged_hop_loses_its_tag,
		padding_is_trimmed,
		path_takes_exactly_its_mtu,
		packet_in_segments_leaves_in_one_piece,
		segments_without_room_to_join_are_dropped,
		bytes_count_as_received,
	};

	rig_boot();
	return rig_suite("stages", tests, sizeof(tests) / sizeof(tests[0]), fresh);
}
