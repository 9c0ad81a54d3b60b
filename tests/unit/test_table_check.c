// SPDX-License-Identifier: BSD-3-Clause
/* The head of a table, where its sections stand, and how long it may be. */
#include <stdlib.h>

#include "table_edit.h"
#include "unit.h"

START_TEST(good_table_is_taken)
{
	struct blob b;

	blob_make(&b);
	table_edit_expect("good", table_edit_copy(&b, sizeof(b), 0), GOOD, 0);
	table_edit_expect("next", table_edit_copy(&b, sizeof(b), 8), GOOD, 0);
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

START_TEST(old_generation_is_refused)
{
	struct blob b;

	blob_make(&b);
	table_edit_expect("same", table_edit_copy(&b, sizeof(b), 9), R(generation), 0);
	table_edit_expect("older", table_edit_copy(&b, sizeof(b), 10), R(generation), 0);
	table_edit_expect("last", table_edit_copy(&b, sizeof(b), UINT64_MAX), R(generation), 0);
	b.head.generation = 0;
	blob_seal(&b);
	table_edit_expect("zero", table_edit_copy(&b, sizeof(b), 0), R(generation), 0);
}
END_TEST

/* Each of these alone, and the earlier reason wins. */
START_TEST(foreign_blob_is_refused_by_name)
{
	struct blob b;

	blob_make(&b);
	b.head.checksum++;
	table_edit_expect("checksum", table_edit_copy(&b, sizeof(b), 0), R(checksum), 0);
	b.head.length--;
	table_edit_expect("length", table_edit_copy(&b, sizeof(b), 0), R(length), 0);
	b.head.abi++;
	table_edit_expect("abi", table_edit_copy(&b, sizeof(b), 0), R(abi), 0);
	b.head.magic++;
	table_edit_expect("magic", table_edit_copy(&b, sizeof(b), 0), R(magic), 0);
}
END_TEST

START_TEST(every_length_but_the_true_one_is_refused)
{
	struct blob b;

	blob_make(&b);
	for (uint64_t n = 0; n < sizeof(b); n++)
		table_edit_expect("cut", table_edit_copy(&b, n, 0), R(length), 0);
}
END_TEST

/* The message may say more than a table may have; nothing of it is read. */
START_TEST(length_over_the_limit_is_refused)
{
	struct table_limits limits;
	struct blob b;

	blob_limits(&limits);
	blob_make(&b);
	table_edit_expect("64 MiB + 1",
		table_check(&b, WEIR_MAX_TABLE + 1, 0, &limits, table_edit_holds_nothing, NULL),
		R(length), 0);
	table_edit_expect("huge",
		table_check(&b, UINT64_MAX, 0, &limits, table_edit_holds_nothing, NULL), R(length),
		0);
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
		table_edit_expect("section", table_edit_copy(&b, ends[i] - 8, 0), R(section), i);
	}
}
END_TEST

START_TEST(counts_are_judged_before_anything_is_multiplied)
{
	static const struct table_edit rows[] = {
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

	table_edit_check(rows, N(rows));
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
	table_edit_expect("head", table_edit_copy(&b, sizeof(b.head), 0), R(empty), 0);
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
	table_edit_expect("64 MiB",
		table_check(head, WEIR_MAX_TABLE, 0, &limits, table_edit_holds_nothing, NULL), GOOD,
		0);
	free(head);
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
	unit_case(s, head_alone_is_an_empty_table, 4);
	unit_case(s, table_of_the_largest_size_is_taken, 20);
	return s;
}
