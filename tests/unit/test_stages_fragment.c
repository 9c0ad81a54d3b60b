// SPDX-License-Identifier: BSD-3-Clause
/* Fragments to a VIP under both policies: drop, and hash3 for services that say so (rows R). */
#include <stdlib.h>
#include <string.h>

#include "stage_rig.h"
#include "unit.h"

#define FLOWS	1024
#define ETH_LEN 14
#define IP4	ETH_LEN
#define N(a)	(sizeof(a) / sizeof((a)[0]))

/* Services of 192.0.2.10: TCP 80, UDP 80 with hash3, UDP 90 without. Base slot 0, target slot 2. */
static void make_services(void)
{
	rig_blob(WEIR_FWD_IPIP);
	rig_second_backend();
	rig_rows(0, 0, 2);
	rig_rows(1, 0, 2);
	rig.blob.service[1] = rig.blob.service[2];
	rig.blob.service[1].flags = WEIR_SVC_FRAG_HASH3;
	rig.blob.service[1].slot = 11;
	rig.blob.service[2].port = rig.blob.service[2].port_last = 90;
	rig.blob.service[3].proto = 17;
	rig.blob.service[3].flags = WEIR_SVC_FRAG_HASH3;
}

/* IPv4: @word is flags and offset / 8. IPv6: of the fragment header. */
static void piece(struct frame *f, int v6, uint32_t word, uint32_t payload)
{
	frame_make(f, v6 ? FRAME_UDP6 : FRAME_UDP4, payload - 8);
	if (v6) {
		uint8_t ext[8] = {17, 0, (uint8_t)(word >> 8), (uint8_t)word, 0, 0, 0, 1};

		frame_insert(f, f->l4, ext, sizeof(ext));
		f->b[f->l3 + 6] = 44;
		frame_fix_length(f);
	} else {
		frame_put16(f, f->l3 + 6, word);
		frame_fix_csum(f);
	}
	/* The length field of UDP speaks of the whole datagram. */
	frame_put16(f, f->l4 + 4, 4000);
}

#define FIRST4	0x2000
#define MIDDLE4 0x2005
#define LAST4	0x0064
#define FIRST6	0x0001
#define MIDDLE6 0x0029
#define LAST6	0x0320

static const uint32_t words[2][3] = {{FIRST4, MIDDLE4, LAST4}, {FIRST6, MIDDLE6, LAST6}};

/* R1, R3, R9: in any order, twice, and no entry is made or asked for. */
START_TEST(pieces_of_a_datagram_go_to_one_backend)
{
	uint8_t out[FRAME_MAX];

	make_services();
	rig_must_publish();
	for (uint32_t n = 0; n < 12; n++) {
		int v6 = n % 2;
		struct frame f;

		piece(&f, v6, words[v6][n / 2 % 3], 64);
		ck_assert_str_eq(weir_drop_name(rig_one(&f)), "none");
		ck_assert_uint_eq(rig.batch.slot[0], 0);
		ck_assert_int_eq(rig.batch.flow[0], BATCH_FLOW_NONE);
		ck_assert_uint_eq(rig_sent(out), f.len + 20);
		ck_assert_mem_eq(out + ETH_LEN + 20, f.b + ETH_LEN, f.len - ETH_LEN);
	}
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->inserts, 0);
	ck_assert_uint_eq(rig.w.count->flow_hits + rig.w.count->flow_misses, 0);
	ck_assert_uint_eq(rig.w.services[11].packets, 6);
	rig_check_invariants();
}
END_TEST

/* Many clients over a row that differs from the next: each client's pieces stay together. */
START_TEST(pieces_find_the_row_of_their_addresses)
{
	uint32_t to[3] = {0};

	make_services();
	for (uint32_t r = 0; r < BLOB_ROWS; r++)
		rig.blob.rows[0].row[r] = weir_row(r % 2 * 2, r % 2 * 2, WEIR_STABLE);
	rig.blob.pool[0].version++;
	rig_must_publish();
	for (uint32_t client = 0; client < 200; client++) {
		uint16_t slot[6];

		for (uint32_t i = 0; i < 6; i++) {
			struct frame f;

			piece(&f, 0, words[0][i % 3], 64);
			f.b[IP4 + 15] = (uint8_t)client;
			frame_fix_csum(&f);
			if (i >= 3)
				frame_put16(&f, f.l4, 1000 + client); // whatever the ports say
			ck_assert_str_eq(weir_drop_name(rig_one(&f)), "none");
			slot[i] = rig.batch.slot[0];
			ck_assert_uint_eq(slot[i], slot[0]);
			rig_drain();
		}
		to[slot[0]]++;
	}
	ck_assert_uint_gt(to[0], 60);
	ck_assert_uint_gt(to[2], 60);
	rig_check_invariants();
}
END_TEST

/* An entry of the same datagram's ports, or of the tuple without ports, changes nothing. */
START_TEST(fragment_does_not_look_into_the_table)
{
	struct frame f;

	make_services();
	rig_must_publish();
	frame_make(&f, FRAME_UDP4, 20);
	ck_assert_str_eq(weir_drop_name(rig_one(&f)), "none");
	ck_assert_uint_eq(rig.batch.slot[0], 2);
	piece(&f, 0, FIRST4, 64);
	ck_assert_str_eq(weir_drop_name(rig_one(&f)), "none");
	ck_assert_uint_eq(rig.batch.slot[0], 0);
	flow_table_insert(rig.w.flows, rig.batch.hash[0], 2, 102, rig.w.now, 100);
	ck_assert_str_eq(weir_drop_name(rig_one(&f)), "none");
	ck_assert_uint_eq(rig.batch.slot[0], 0);
	rig_check_invariants();
}
END_TEST

struct row {
	const char *name;
	int v6;
	uint32_t word, payload;
	uint32_t off, n; /* bytes to change */
	const char *bytes;
	const char *hash3, *drop; /* reason under either policy */
};

#define BYTES(b) sizeof(b) - 1, b
#define DPORT4	 (ETH_LEN + 22)
#define DPORT6	 (ETH_LEN + 50)

static const struct row rows[] = {
	{"R1 first", 0, FIRST4, 64, 0, 0, "", "none", "frag"},
	{"R1 first", 1, FIRST6, 64, 0, 0, "", "none", "frag"},
	{"R2 tiny", 0, FIRST4, 64, IP4 + 2, BYTES("\x00\x1b"), "frag_bad", "frag"},
	{"R3 middle", 0, MIDDLE4, 64, 0, 0, "", "none", "frag"},
	{"R3 last", 1, LAST6, 64, 0, 0, "", "none", "frag"},
	{"R4 teardrop", 0, 0x0003, 24, 0, 0, "", "none", "frag"},
	{"R5 offset 1, TCP", 0, 0x0001, 64, IP4 + 9, BYTES("\x06"), "frag_bad", "frag_bad"},
	{"R5 offset 1, UDP", 0, 0x0001, 64, 0, 0, "", "none", "frag"},
	{"R6 past 65535", 0, 0x1fff, 64, 0, 0, "", "frag_bad", "frag_bad"},
	{"R6 past 65535", 1, 0xfff8, 64, 0, 0, "", "frag_bad", "frag_bad"},
	{"R7 not a multiple of 8", 0, MIDDLE4, 65, 0, 0, "", "frag_bad", "frag_bad"},
	{"R7 not a multiple of 8", 1, MIDDLE6, 63, 0, 0, "", "frag_bad", "frag_bad"},
	{"R8 DF and MF", 0, 0x6000, 64, 0, 0, "", "frag_bad", "frag_bad"},
	{"R8 DF and offset", 0, 0x4005, 64, 0, 0, "", "frag_bad", "frag_bad"},
	{"R11 atomic", 1, 0x0000, 64, 0, 0, "", "frag", "frag"},
	{"TCP first", 0, FIRST4, 64, IP4 + 9, BYTES("\x06"), "frag", "frag"},
	{"TCP later", 0, MIDDLE4, 64, IP4 + 9, BYTES("\x06"), "frag", "frag"},
	{"C16 ICMP", 0, FIRST4, 64, IP4 + 9, BYTES("\x01"), "frag", "frag"},
	{"GRE", 0, MIDDLE4, 64, IP4 + 9, BYTES("\x2f"), "frag", "frag"},
	{"first, service without hash3", 0, FIRST4, 64, DPORT4, BYTES("\x00\x5a"), "frag", "frag"},
	{"first, no service", 0, FIRST4, 64, DPORT4, BYTES("\x00\x5b"), "no_vip_port", "frag"},
	{"first, no service", 1, FIRST6, 64, DPORT6, BYTES("\x00\x5b"), "no_vip_port", "frag"},
	{"first, port 0", 0, FIRST4, 64, DPORT4, BYTES("\x00\x00"), "port0", "port0"},
	{"not a VIP", 0, MIDDLE4, 64, IP4 + 19, BYTES("\x0b"), "not_local", "not_local"},
	{"from a VIP", 0, MIDDLE4, 64, IP4 + 12, BYTES("\xc0\0\x02\x0a"), "src_is_vip",
		"src_is_vip"},
	{"not our MAC", 0, MIDDLE4, 64, 5, BYTES("\x11"), "l2_dst", "l2_dst"},
};

static void check_rows(int hash3)
{
	for (size_t i = 0; i < N(rows); i++) {
		const struct row *r = &rows[i];
		struct frame f;

		piece(&f, r->v6, r->word, r->payload);
		memcpy(f.b + r->off, r->bytes, r->n);
		frame_fix_csum(&f);
		ck_assert_msg(strcmp(weir_drop_name(rig_one(&f)), hash3 ? r->hash3 : r->drop) == 0,
			"%s, %s: %s", r->name, hash3 ? "hash3" : "drop",
			weir_drop_name(rig.batch.reason[0]));
	}
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->inserts, 0);
	rig_check_invariants();
}

START_TEST(policy_hash3_forwards_what_is_well_formed)
{
	make_services();
	rig_must_publish();
	check_rows(1);
}
END_TEST

START_TEST(policy_drop_drops_all)
{
	make_services();
	rig.blob.service[1].flags = 0;
	rig.blob.service[3].flags = 0;
	rig_must_publish();
	check_rows(0);
}
END_TEST

/* R10, A: no state, whatever the number. */
START_TEST(flood_of_fragments_makes_no_entry)
{
	uint64_t seed = 5;

	make_services();
	rig_must_publish();
	for (uint32_t n = 0; n < 20000; n++) {
		struct frame f;

		piece(&f, 0, n % 3 == 0 ? FIRST4 : MIDDLE4, 64);
		f.b[IP4 + 14] = (uint8_t)unit_random(&seed);
		f.b[IP4 + 15] = (uint8_t)unit_random(&seed);
		frame_put16(&f, IP4 + 4, (uint32_t)unit_random(&seed) & 0xffff);
		frame_fix_csum(&f);
		ck_assert_str_eq(weir_drop_name(rig_one(&f)), "none");
		rig_drain();
	}
	ck_assert_uint_eq(flow_table_stats(rig.w.flows)->inserts, 0);
	rig_check_invariants();
}
END_TEST

/* Only the first piece has enough in it for the sender to know what is meant. */
START_TEST(first_piece_that_does_not_fit_is_answered_and_others_are_not)
{
	make_services();
	rig_must_publish();
	rig_rates(0, 1000, 1000);
	for (uint32_t n = 0; n < 6; n++) {
		int v6 = n % 2, first = n / 2 == 0;
		struct frame f;

		piece(&f, v6, words[v6][n / 2], v6 ? 1448 : 1472);
		ck_assert_str_eq(weir_drop_name(rig_one(&f)), first ? "none" : "too_big");
		ck_assert_int_eq(
			rig.batch.reply[0], first ? BATCH_REPLY_TOO_BIG : BATCH_REPLY_NONE);
	}
	ck_assert_uint_eq(rig.w.count->replied_packets, 2);
	rig_check_invariants();
}
END_TEST

START_TEST(row_without_a_base_is_no_backend)
{
	struct frame f;

	make_services();
	rig_rows(0, WEIR_SLOT_NONE, 2);
	rig_must_publish();
	piece(&f, 0, MIDDLE4, 64);
	ck_assert_str_eq(weir_drop_name(rig_one(&f)), "no_backend");
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
		pieces_of_a_datagram_go_to_one_backend,
		pieces_find_the_row_of_their_addresses,
		fragment_does_not_look_into_the_table,
		policy_hash3_forwards_what_is_well_formed,
		policy_drop_drops_all,
		flood_of_fragments_makes_no_entry,
		first_piece_that_does_not_fit_is_answered_and_others_are_not,
		row_without_a_base_is_no_backend,
	};

	rig_boot();
	return rig_suite("stages_fragment", tests, N(tests), fresh);
}
