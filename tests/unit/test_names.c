// SPDX-License-Identifier: BSD-3-Clause
#include <ctype.h>
#include <string.h>

#include "unit.h"
#include "weir_drop.h"
#include "weir_table.h"

/* Names are labels of metrics: snake_case, and no two alike. */
static void check_name(const char *name)
{
	ck_assert_uint_gt(strlen(name), 0);
	for (; *name != '\0'; name++)
		ck_assert(islower(*name) || isdigit(*name) || *name == '_');
}

START_TEST(drop_reasons_have_names_and_texts_of_their_own)
{
	int i, j;

	for (i = 0; i < WEIR_DROP__COUNT; i++) {
		check_name(weir_drop_name(i));
		ck_assert_uint_gt(strlen(weir_drop_text(i)), 0);
		for (j = 0; j < i; j++)
			ck_assert_str_ne(weir_drop_name(i), weir_drop_name(j));
	}
	ck_assert_str_eq(weir_drop_name(WEIR_DROP_NONE), "none");
	ck_assert_str_eq(weir_drop_name(WEIR_DROP_no_worker), "no_worker");
}
END_TEST

START_TEST(refusals_have_names_and_texts_of_their_own)
{
	int i, j;

	for (i = 0; i < WEIR_REFUSAL__COUNT; i++) {
		check_name(weir_refusal_name(i));
		ck_assert_uint_gt(strlen(weir_refusal_text(i)), 0);
		for (j = 0; j < i; j++)
			ck_assert_str_ne(weir_refusal_name(i), weir_refusal_name(j));
	}
	ck_assert_str_eq(weir_refusal_name(WEIR_REFUSAL_NONE), "none");
	ck_assert_str_eq(weir_refusal_name(WEIR_REFUSAL_row_index), "row_index");
}
END_TEST

START_TEST(reasons_out_of_range_are_unknown)
{
	ck_assert_str_eq(weir_drop_name(WEIR_DROP__COUNT), "unknown");
	ck_assert_str_eq(weir_refusal_name(WEIR_REFUSAL__COUNT), "unknown");
	ck_assert_str_eq(weir_drop_name((enum weir_drop) - 1), "unknown");
	ck_assert_str_eq(weir_refusal_text((enum weir_refusal)0x80000000),
		weir_refusal_text(WEIR_REFUSAL__COUNT));
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("names");

	unit_case(s, drop_reasons_have_names_and_texts_of_their_own, 10);
	unit_case(s, refusals_have_names_and_texts_of_their_own, 10);
	unit_case(s, reasons_out_of_range_are_unknown, 10);
	return s;
}
