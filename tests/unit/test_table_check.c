// SPDX-License-Identifier: BSD-3-Clause
/* Each rule of the table check, by one wrong value in a good table: the reason and the index must be
 * the ones expected, after the checksums have been put right.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "blobs.h"
#include "unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Where a field stands in the blob, and how wide it is. */
#define AT(field) offsetof(struct blob, field), sizeof(((struct blob *)0)->field)

struct row {
	const char *name;
	size_t off, size;
	uint64_t value;
	enum weir_refusal reason;
	uint64_t detail;
};
#define R(reason) WEIR_REFUSAL_##reason
#define GOOD	  WEIR_REFUSAL_NONE

static int holds_nothing(const struct weir_table_pool *pool, const void *blob, void *arg)
{
	return 0;
}

static int holds_all(const struct weir_table_pool *pool, const void *blob, void *arg)
{
	*(uint32_t *)arg += 1;
	return 1;
}

/* In memory of exactly @length bytes, so that a sanitizer sees one byte too many. */
static struct table_verdict check_copy(const struct blob *b, uint64_t length, uint64_t current)
{
	void *copy = malloc(length);
	struct table_limits limits;
	struct table_verdict v;

	blob_limits(&limits);
	memcpy(copy, b, length);
	v = table_check(copy, length, current, &limits, holds_nothing, NULL);
	free(copy);
	return v;
}

static void expect(
	const char *name, struct table_verdict v, enum weir_refusal reason, uint64_t detail)
{
	ck_assert_msg(v.reason == reason && v.detail == detail, "%s: %s %lu, expected %s %lu", name,
		weir_refusal_name(v.reason), v.detail, weir_refusal_name(reason), detail);
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct blob b;

		blob_make(&b);
		memcpy((uint8_t *)&b + rows[i].off, &rows[i].value, rows[i].size);
		blob_seal_rows(&b);
		blob_seal(&b);
		expect(rows[i].name, check_copy(&b, sizeof(b), 8), rows[i].reason, rows[i].detail);
	}
}

START_TEST(good_table_is_taken)
{
	struct blob b;

	blob_make(&b);
	expect("good", check_copy(&b, sizeof(b), 0), GOOD, 0);
	expect("next", check_copy(&b, sizeof(b), 8), GOOD, 0);
}
END_TEST

START_TEST(old_generation_is_refused)
{
	struct blob b;

	blob_make(&b);
	expect("same", check_copy(&b, sizeof(b), 9), R(generation), 0);
	expect("older", check_copy(&b, sizeof(b), 10), R(generation), 0);
	expect("last", check_copy(&b, sizeof(b), UINT64_MAX), R(generation), 0);
	b.head.generation = 0;
	blob_seal(&b);
	expect("zero", check_copy(&b, sizeof(b), 0), R(generation), 0);
}
END_TEST

/* Each of these alone, and the earlier reason wins. */
START_TEST(foreign_blob_is_refused_by_name)
{
	struct blob b;

	blob_make(&b);
	b.head.checksum++;
	expect("checksum", check_copy(&b, sizeof(b), 0), R(checksum), 0);
	b.head.length--;
	expect("length", check_copy(&b, sizeof(b), 0), R(length), 0);
	b.head.abi++;
	expect("abi", check_copy(&b, sizeof(b), 0), R(abi), 0);
	b.head.magic++;
	expect("magic", check_copy(&b, sizeof(b), 0), R(magic), 0);
}
END_TEST

START_TEST(every_length_but_the_true_one_is_refused)
{
	struct blob b;

	blob_make(&b);
	for (uint64_t n = 0; n < sizeof(b); n++)
		expect("cut", check_copy(&b, n, 0), R(length), 0);
}
END_TEST

/* The message may say more than a table may have; nothing of it is read. */
START_TEST(length_over_the_limit_is_refused)
{
	struct table_limits limits;
	struct blob b;

	blob_limits(&limits);
	blob_make(&b);
	expect("64 MiB + 1", table_check(&b, WEIR_MAX_TABLE + 1, 0, &limits, holds_nothing, NULL),
		R(length), 0);
	expect("huge", table_check(&b, UINT64_MAX, 0, &limits, holds_nothing, NULL), R(length), 0);
}
END_TEST

/* A table cut short with a head that says so: the sections do not fit. */
START_TEST(section_past_the_end_is_refused)
{
	static const size_t ends[] = {offsetof(struct blob, pool), offsetof(struct blob, backend),
		offsetof(struct blob, hop), offsetof(struct blob, rows)};

	for (uint32_t i = 0; i < N(ends); i++) {
		struct blob b;

		blob_make(&b);
		b.head.length = ends[i] - 8;
		b.head.checksum = table_blob_checksum(&b, ends[i] - 8);
		expect("section", check_copy(&b, ends[i] - 8, 0), R(section), i);
	}
}
END_TEST

START_TEST(counts_are_judged_before_anything_is_multiplied)
{
	static const struct row rows[] = {
		{"services", AT(head.n_services), WEIR_MAX_SERVICES + 1, R(limits), TABLE_SERVICES},
		{"services", AT(head.n_services), UINT32_MAX, R(limits), TABLE_SERVICES},
		{"services", AT(head.n_services), WEIR_MAX_SERVICES, R(section), TABLE_SERVICES},
		{"pools", AT(head.n_pools), WEIR_MAX_POOLS + 1, R(limits), TABLE_POOLS},
		{"pools", AT(head.n_pools), WEIR_MAX_POOLS, R(section), TABLE_POOLS},
		{"backends", AT(head.n_backends), WEIR_MAX_BACKENDS + 1, R(limits), TABLE_BACKENDS},
		{"backends", AT(head.n_backends), WEIR_MAX_BACKENDS, R(section), TABLE_BACKENDS},
		{"hops", AT(head.n_next_hops), WEIR_MAX_NEXT_HOPS + 1, R(limits), TABLE_NEXT_HOPS},
		{"hops", AT(head.n_next_hops), WEIR_MAX_NEXT_HOPS, R(section), TABLE_NEXT_HOPS},
		{"none", AT(head.n_services), 0, R(empty), 0},
	};

	check_rows(rows, N(rows));
}
END_TEST

START_TEST(impossible_service_is_refused)
{
	static const struct row rows[] = {
		{"port 0", AT(service[0].port), 0, R(service_field), 0},
		{"range upside down", AT(service[1].port_last), 7999, R(service_field), 1},
		{"range of all that is left", AT(service[1].port_last), 65535, GOOD, 0},
		{"protocol ICMP", AT(service[0].proto), 1, R(service_field), 0},
		{"forward unknown", AT(service[2].forward), WEIR_FWD__COUNT, R(service_field), 2},
		{"tracking exceptions", AT(service[3].tracking), WEIR_TRACK_EXCEPTIONS,
			R(service_field), 3},
		{"tracking unknown", AT(service[3].tracking), 255, R(service_field), 3},
		{"unknown flag", AT(service[3].flags), WEIR_SVC__FLAGS + 1, R(service_field), 3},
		{"pad", AT(service[3].pad), 1, R(service_field), 3},
		{"pool", AT(service[3].pool), BLOB_POOLS, R(service_field), 3},
		{"slot out of range", AT(service[3].slot), WEIR_MAX_SERVICES, R(service_field), 3},
		{"slot, the last one", AT(service[3].slot), WEIR_MAX_SERVICES - 1, GOOD, 0},
		{"slot of another", AT(service[3].slot), 7, R(service_field), 3},
		{"idle 0", AT(service[1].idle_s), 0, R(service_field), 1},
		{"idle 30 days", AT(service[1].idle_s), 30 * 86400, GOOD, 0},
		{"idle 30 days and a second", AT(service[1].idle_s), 30 * 86400 + 1,
			R(service_field), 1},
	};

	check_rows(rows, N(rows));
}
END_TEST

START_TEST(services_out_of_order_or_overlapping_are_refused)
{
	static const struct row rows[] = {
		{"the same port", AT(service[1].port), 80, R(service_twice), 1},
		{"begins inside the range before", AT(service[0].port_last), 8000, R(service_twice),
			1},
		{"ends right before", AT(service[0].port_last), 7999, GOOD, 0},
		{"port falls", AT(service[1].port), 79, R(service_order), 1},
		{"protocol falls", AT(service[1].proto), 17, R(service_order), 2},
		{"another protocol, the same port", AT(service[2].port_last), 8005, GOOD, 0},
	};

	check_rows(rows, N(rows));
}
END_TEST

START_TEST(vip_falling_is_refused)
{
	struct blob b;

	blob_make(&b);
	b.service[1].vip = blob_addr("192.0.2.9");
	blob_seal(&b);
	expect("VIP falls", check_copy(&b, sizeof(b), 0), R(service_order), 1);
}
END_TEST

START_TEST(address_outside_the_allow_list_is_refused)
{
	struct blob b;

	blob_make(&b);
	b.service[3].vip = blob_addr("2001:db8:0:1::10");
	blob_seal(&b);
	expect("VIP", check_copy(&b, sizeof(b), 0), R(vip_not_allowed), 3);
	blob_make(&b);
	b.service[0].vip = blob_addr("192.0.1.255");
	blob_seal(&b);
	expect("VIP", check_copy(&b, sizeof(b), 0), R(vip_not_allowed), 0);
	blob_make(&b);
	b.backend[3].addr = blob_addr("10.2.0.3");
	blob_seal(&b);
	expect("backend", check_copy(&b, sizeof(b), 0), R(backend_not_allowed), 3);
	blob_make(&b);
	b.backend[2].addr = blob_addr("fd00:2::2");
	blob_seal(&b);
	expect("backend", check_copy(&b, sizeof(b), 0), R(backend_not_allowed), 2);
}
END_TEST

START_TEST(empty_allow_list_allows_nothing)
{
	struct table_limits limits;
	struct blob b;

	blob_make(&b);
	blob_limits(&limits);
	limits.n_backends = 0;
	expect("backends", table_check(&b, sizeof(b), 0, &limits, holds_nothing, NULL),
		R(backend_not_allowed), 0);
	limits.n_vips = 0;
	expect("VIPs", table_check(&b, sizeof(b), 0, &limits, holds_nothing, NULL),
		R(vip_not_allowed), 0);
}
END_TEST

START_TEST(backend_that_is_a_vip_is_refused)
{
	struct blob b;

	blob_make(&b);
	b.backend[3].addr = blob_addr("192.0.2.10");
	blob_seal(&b);
	expect("first VIP", check_copy(&b, sizeof(b), 0), R(backend_is_vip), 3);
	b.service[2].vip = blob_addr("192.0.2.200");
	b.backend[3].addr = blob_addr("192.0.2.200");
	blob_seal(&b);
	expect("middle VIP", check_copy(&b, sizeof(b), 0), R(backend_is_vip), 3);
	b.backend[3].addr = blob_addr("192.0.2.199");
	blob_seal(&b);
	expect("beside a VIP", check_copy(&b, sizeof(b), 0), GOOD, 0);
}
END_TEST

/* Wherever the search over the services has to go. */
START_TEST(backend_that_is_any_of_the_vips_is_refused)
{
	char text[16];
	struct blob b;

	blob_make(&b);
	for (uint32_t i = 0; i < BLOB_SERVICES; i++) {
		snprintf(text, sizeof(text), "192.0.2.%u", 20 + 2 * i);
		b.service[i].vip = blob_addr(text);
	}
	for (uint32_t last = 19; last < 28; last++) {
		int is_vip = last >= 20 && last % 2 == 0;

		snprintf(text, sizeof(text), "192.0.2.%u", last);
		b.backend[3].addr = blob_addr(text);
		blob_seal(&b);
		expect(text, check_copy(&b, sizeof(b), 0), is_vip ? R(backend_is_vip) : GOOD,
			is_vip ? 3 : 0);
	}
}
END_TEST

START_TEST(impossible_backend_is_refused)
{
	static const struct row rows[] = {
		{"state", AT(backend[0].state), WEIR_BACKEND_STATE__COUNT, R(backend_field), 0},
		{"next hop", AT(backend[2].next_hop), BLOB_HOPS, R(backend_field), 2},
		{"IPv4 behind an IPv6 hop", AT(backend[0].next_hop), 1, R(backend_field), 0},
		{"IPv6 behind an IPv4 hop", AT(backend[2].next_hop), 0, R(backend_field), 2},
		{"either behind a pending hop", AT(backend[2].next_hop), 2, GOOD, 0},
		{"pad0", AT(backend[3].pad0), 1, R(backend_field), 3},
		{"pad1", AT(backend[3].pad1), 1, R(backend_field), 3},
		{"weight", AT(backend[3].weight), WEIR_MAX_WEIGHT, GOOD, 0},
		{"weight", AT(backend[3].weight), WEIR_MAX_WEIGHT + 1, R(backend_field), 3},
		{"incarnation", AT(backend[3].incarnation), 0xffff, GOOD, 0},
		{"incarnation of a hole", AT(backend[1].incarnation), 5, GOOD, 0},
		{"address of a hole", AT(backend[1].addr.b[15]), 1, R(backend_field), 1},
		{"address of a hole", AT(backend[1].addr.b[0]), 1, R(backend_field), 1},
		{"next hop of a hole", AT(backend[1].next_hop), 1, R(backend_field), 1},
		{"weight of a hole", AT(backend[1].weight), 1, R(backend_field), 1},
		{"pad0 of a hole", AT(backend[1].pad0), 1, R(backend_field), 1},
		{"pad1 of a hole", AT(backend[1].pad1), 1, R(backend_field), 1},
	};

	check_rows(rows, N(rows));
}
END_TEST

START_TEST(impossible_next_hop_is_refused)
{
	static const struct row rows[] = {
		{"state", AT(hop[2].state), WEIR_HOP_STATE__COUNT, R(next_hop_field), 2},
		{"ready without MACs", AT(hop[2].state), WEIR_HOP_READY, R(next_hop_field), 2},
		{"port", AT(hop[0].port), BLOB_PORTS, R(next_hop_field), 0},
		{"port of a pending one", AT(hop[2].port), BLOB_PORTS, R(next_hop_field), 2},
		{"VLAN 4094", AT(hop[1].vlan), 4094, GOOD, 0},
		{"VLAN 4095", AT(hop[1].vlan), 4095, R(next_hop_field), 1},
		{"MTU 575", AT(hop[0].mtu), 575, R(next_hop_field), 0},
		{"MTU 576", AT(hop[0].mtu), 576, GOOD, 0},
		{"MTU 65535", AT(hop[0].mtu), 65535, GOOD, 0},
		{"MTU of a pending one", AT(hop[2].mtu), 1, GOOD, 0},
		{"group MAC", AT(hop[0].dst_mac[0]), 1, R(next_hop_field), 0},
		{"zero MAC", AT(hop[0].dst_mac), 0, R(next_hop_field), 0},
		{"our MAC a group", AT(hop[1].src_mac[0]), 3, R(next_hop_field), 1},
		{"our MAC zero", AT(hop[1].src_mac), 0, R(next_hop_field), 1},
		{"pad0", AT(hop[1].pad0), 1, R(next_hop_field), 1},
		{"pad1", AT(hop[2].pad1), 1, R(next_hop_field), 2},
	};

	check_rows(rows, N(rows));
}
END_TEST

START_TEST(impossible_pool_is_refused)
{
	static const struct row rows[] = {
		{"0 rows", AT(pool[1].n_rows), 0, R(pool_field), 1},
		{"250 rows", AT(pool[1].n_rows), 250, R(pool_field), 1},
		{"not prime", AT(pool[1].n_rows), 253, R(pool_field), 1},
		{"too many rows", AT(pool[1].n_rows), WEIR_MAX_ROWS + 1, R(pool_field), 1},
		{"all rows", AT(pool[0].n_rows), UINT32_MAX, R(pool_field), 0},
		{"more rows than bytes", AT(pool[1].n_rows), 65537, R(section), 5},
		{"rows in the head", AT(pool[0].rows_offset), 8, R(section), 4},
		{"rows in the next hops", AT(pool[0].rows_offset), offsetof(struct blob, rows) - 8,
			R(section), 4},
		{"rows not aligned", AT(pool[0].rows_offset), offsetof(struct blob, rows) + 4,
			R(section), 4},
		{"rows end outside", AT(pool[1].rows_offset),
			offsetof(struct blob, rows) + BLOB_ROWS_SIZE + 8, R(section), 5},
		{"rows behind the end", AT(pool[1].rows_offset), sizeof(struct blob) + 8,
			R(section), 5},
		{"rows far away", AT(pool[1].rows_offset), UINT64_MAX - 7, R(section), 5},
		{"rows of another pool", AT(pool[1].rows_offset), offsetof(struct blob, rows), GOOD,
			0},
		{"rows not held", AT(pool[1].rows_offset), 0, R(pool_unknown), 1},
		{"any id", AT(pool[1].id), UINT32_MAX, GOOD, 0},
		{"any version", AT(pool[1].version), UINT64_MAX, GOOD, 0},
	};

	check_rows(rows, N(rows));
}
END_TEST

START_TEST(impossible_row_is_refused)
{
	static const struct row rows[] = {
		{"base is a hole", AT(rows[1].row[250]), 1 | 0 << 14, R(row_index), 1},
		{"target is a hole", AT(rows[1].row[250]), 0 | 1 << 14, R(row_index), 1},
		{"base behind the last slot", AT(rows[0].row[0]), 4, R(row_index), 0},
		{"target behind the last slot", AT(rows[0].row[0]), 4 << 14, R(row_index), 0},
		{"base 16382", AT(rows[0].row[0]), 0x3ffe, R(row_index), 0},
		{"nobody at all", AT(rows[0].row[0]), 0x0fffffff, GOOD, 0},
		{"phase 4", AT(rows[0].row[7]), 4u << 28, R(row_phase), 0},
		{"phase 7", AT(rows[0].row[7]), 7u << 28, R(row_phase), 0},
		{"bit 31", AT(rows[1].row[7]), 1u << 31, R(row_phase), 1},
	};

	check_rows(rows, N(rows));
}
END_TEST

START_TEST(wrong_checksum_of_rows_is_refused)
{
	struct blob b;

	blob_make(&b);
	b.rows[1].row[5] ^= 1 << 28;
	blob_seal(&b);
	expect("rows", check_copy(&b, sizeof(b), 0), R(rows_checksum), 1);
}
END_TEST

START_TEST(rows_left_out_are_asked_for)
{
	struct table_limits limits;
	uint32_t asked = 0;
	struct blob b;

	blob_limits(&limits);
	blob_make(&b);
	b.pool[0].rows_offset = 0;
	b.pool[1].rows_offset = 0;
	blob_seal(&b);
	expect("held", table_check(&b, sizeof(b), 0, &limits, holds_all, &asked), GOOD, 0);
	ck_assert_uint_eq(asked, 2);
	ck_assert_ptr_null(table_rows(&b, &b.pool[0]));
}
END_TEST

/* Nothing stands behind the last section, and nothing has to. */
START_TEST(table_without_rows_may_end_with_the_last_section)
{
	uint64_t length = offsetof(struct blob, rows);
	struct table_limits limits;
	uint32_t asked = 0;
	struct blob b;

	blob_limits(&limits);
	blob_make(&b);
	b.pool[0].rows_offset = 0;
	b.pool[1].rows_offset = 0;
	b.head.length = length;
	b.head.checksum = table_blob_checksum(&b, length);
	expect("no rows", table_check(&b, length, 0, &limits, holds_all, &asked), GOOD, 0);
}
END_TEST

START_TEST(rows_may_end_with_the_table)
{
	uint64_t length = offsetof(struct blob, rows) + BLOB_ROWS_SIZE + BLOB_ROWS * 4;
	struct blob b;

	blob_make(&b);
	b.head.length = length;
	b.head.checksum = table_blob_checksum(&b, length);
	expect("no padding", check_copy(&b, length, 0), GOOD, 0);
	b.head.length = length - 1;
	b.head.checksum = table_blob_checksum(&b, length - 1);
	expect("a byte short", check_copy(&b, length - 1, 0), R(section), 5);
}
END_TEST

START_TEST(bytes_between_rows_are_not_judged)
{
	struct blob b;

	blob_make(&b);
	memset(&b.rows[0].row[BLOB_ROWS], 0xff, BLOB_ROWS_SIZE - BLOB_ROWS * 4);
	blob_seal(&b);
	expect("padding", check_copy(&b, sizeof(b), 0), GOOD, 0);
}
END_TEST

START_TEST(head_alone_is_an_empty_table)
{
	struct blob b;

	memset(&b, 0, sizeof(b));
	b.head = (struct weir_table_head){
		.magic = WEIR_TABLE_MAGIC,
		.abi = WEIR_TABLE_ABI,
		.length = sizeof(b.head),
		.generation = 1,
	};
	b.head.checksum = table_blob_checksum(&b, sizeof(b.head));
	expect("head", check_copy(&b, sizeof(b.head), 0), R(empty), 0);
}
END_TEST

START_TEST(table_of_the_largest_size_is_taken)
{
	struct weir_table_head *head = aligned_alloc(64, WEIR_MAX_TABLE);
	struct table_limits limits;

	blob_limits(&limits);
	memset(head, 0, WEIR_MAX_TABLE);
	blob_make((struct blob *)head);
	head->length = WEIR_MAX_TABLE;
	head->checksum = table_blob_checksum(head, WEIR_MAX_TABLE);
	expect("64 MiB", table_check(head, WEIR_MAX_TABLE, 0, &limits, holds_nothing, NULL), GOOD,
		0);
	free(head);
}
END_TEST

START_TEST(sections_are_where_the_writer_put_them)
{
	struct blob b;

	blob_make(&b);
	ck_assert_ptr_eq(table_services(&b), b.service);
	ck_assert_ptr_eq(table_pools(&b), b.pool);
	ck_assert_ptr_eq(table_backends(&b), b.backend);
	ck_assert_ptr_eq(table_next_hops(&b), b.hop);
	ck_assert_ptr_eq(table_rows(&b, &b.pool[1]), b.rows[1].row);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("table_check");

	unit_case(s, good_table_is_taken, 4);
	unit_case(s, sections_are_where_the_writer_put_them, 4);
	unit_case(s, old_generation_is_refused, 4);
	unit_case(s, foreign_blob_is_refused_by_name, 4);
	unit_case(s, every_length_but_the_true_one_is_refused, 10);
	unit_case(s, length_over_the_limit_is_refused, 4);
	unit_case(s, section_past_the_end_is_refused, 4);
	unit_case(s, counts_are_judged_before_anything_is_multiplied, 4);
	unit_case(s, impossible_service_is_refused, 4);
	unit_case(s, services_out_of_order_or_overlapping_are_refused, 4);
	unit_case(s, vip_falling_is_refused, 4);
	unit_case(s, address_outside_the_allow_list_is_refused, 4);
	unit_case(s, empty_allow_list_allows_nothing, 4);
	unit_case(s, backend_that_is_a_vip_is_refused, 4);
	unit_case(s, backend_that_is_any_of_the_vips_is_refused, 4);
	unit_case(s, impossible_backend_is_refused, 4);
	unit_case(s, impossible_next_hop_is_refused, 4);
	unit_case(s, impossible_pool_is_refused, 4);
	unit_case(s, impossible_row_is_refused, 4);
	unit_case(s, wrong_checksum_of_rows_is_refused, 4);
	unit_case(s, rows_left_out_are_asked_for, 4);
	unit_case(s, table_without_rows_may_end_with_the_last_section, 4);
	unit_case(s, rows_may_end_with_the_table, 4);
	unit_case(s, bytes_between_rows_are_not_judged, 4);
	unit_case(s, head_alone_is_an_empty_table, 4);
	unit_case(s, table_of_the_largest_size_is_taken, 20);
	return s;
}
