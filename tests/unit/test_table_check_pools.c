// SPDX-License-Identifier: BSD-3-Clause
/* Pools and their rows: sent along, left out because the other side holds them, or wrong. */
#include "table_edit.h"
#include "unit.h"

START_TEST(impossible_pool_is_refused)
{
	static const struct table_edit rows[] = {
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

	table_edit_check(rows, N(rows));
}
END_TEST

START_TEST(impossible_row_is_refused)
{
	static const struct table_edit rows[] = {
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

	table_edit_check(rows, N(rows));
}
END_TEST

START_TEST(wrong_checksum_of_rows_is_refused)
{
	struct blob b;

	blob_make(&b);
	b.rows[1].row[5] ^= 1 << 28;
	blob_seal(&b);
	table_edit_expect("rows", table_edit_copy(&b, sizeof(b), 0), R(rows_checksum), 1);
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
	table_edit_expect("held",
		table_check(&b, sizeof(b), 0, &limits, table_edit_holds_all, &asked), GOOD, 0);
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
	table_edit_expect("no rows",
		table_check(&b, length, 0, &limits, table_edit_holds_all, &asked), GOOD, 0);
}
END_TEST

START_TEST(rows_may_end_with_the_table)
{
	uint64_t length = offsetof(struct blob, rows) + BLOB_ROWS_SIZE + BLOB_ROWS * 4;
	struct blob b;

	blob_make(&b);
	b.head.length = length;
	b.head.checksum = table_blob_checksum(&b, length);
	table_edit_expect("no padding", table_edit_copy(&b, length, 0), GOOD, 0);
	b.head.length = length - 1;
	b.head.checksum = table_blob_checksum(&b, length - 1);
	table_edit_expect("a byte short", table_edit_copy(&b, length - 1, 0), R(section), 5);
}
END_TEST

START_TEST(bytes_between_rows_are_not_judged)
{
	struct blob b;

	blob_make(&b);
	memset(&b.rows[0].row[BLOB_ROWS], 0xff, BLOB_ROWS_SIZE - BLOB_ROWS * 4);
	blob_seal(&b);
	table_edit_expect("padding", table_edit_copy(&b, sizeof(b), 0), GOOD, 0);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("table_check_pools");

	unit_case(s, impossible_pool_is_refused, 4);
	unit_case(s, impossible_row_is_refused, 4);
	unit_case(s, wrong_checksum_of_rows_is_refused, 4);
	unit_case(s, rows_left_out_are_asked_for, 4);
	unit_case(s, table_without_rows_may_end_with_the_last_section, 4);
	unit_case(s, rows_may_end_with_the_table, 4);
	unit_case(s, bytes_between_rows_are_not_judged, 4);
	return s;
}
