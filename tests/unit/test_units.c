// SPDX-License-Identifier: BSD-3-Clause
/* Amounts, addresses, prefixes, CPU lists and "did you mean": the small parsers. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "dataplane_conf.h"
#include "suggest.h"
#include "unit.h"
#include "units.h"

static void expect(enum schema_type type, const char *text, int64_t value, const char *shown)
{
	int64_t got = -1;
	char out[24];

	ck_assert_msg(units_parse(type, text, &got) == 0, "'%s' is refused", text);
	ck_assert_msg(got == value, "'%s' gives %" PRId64, text, got);
	ck_assert_str_eq(units_text(type, got, out, sizeof(out)), shown);
}

START_TEST(amounts_have_their_values)
{
	expect(SCHEMA_DURATION, "20ms", 20000, "20ms");
	expect(SCHEMA_DURATION, "1000us", 1000, "1ms");
	expect(SCHEMA_DURATION, "90s", 90000000, "90s");
	expect(SCHEMA_DURATION, "2m", 120000000, "2m");
	expect(SCHEMA_DURATION, "48h", 172800000000, "2d");
	expect(SCHEMA_DURATION, "1d", 86400000000, "1d");
	expect(SCHEMA_DURATION, "0ms", 0, "0s");
	expect(SCHEMA_SIZE, "512M", 512ll << 20, "512M");
	expect(SCHEMA_SIZE, "1024k", 1 << 20, "1M");
	expect(SCHEMA_SIZE, "1T", 1ll << 40, "1T");
	expect(SCHEMA_SIZE, "4097", 4097, "4097");
	expect(SCHEMA_COUNT, "4M", 4000000, "4M");
	expect(SCHEMA_COUNT, "1500", 1500, "1500");
	expect(SCHEMA_COUNT, "9G", 9000000000, "9G");
	expect(SCHEMA_PERCENT, "50%", 50, "50%");
	expect(SCHEMA_SIZE, "9223372036854775807", INT64_MAX, "9223372036854775807");
}
END_TEST

START_TEST(nonsense_is_not_an_amount)
{
	static const char *const bad[] = {"", "20", "ms", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ",
		"1S", "1sec", "0x10s", "1s1", "ms20"};
	int64_t out = 77;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(
			units_parse(SCHEMA_DURATION, bad[i], &out) == -EINVAL, "'%s'", bad[i]);
	ck_assert_int_eq(units_parse(SCHEMA_SIZE, "1K", &out), -EINVAL);
	ck_assert_int_eq(units_parse(SCHEMA_COUNT, "1T", &out), -EINVAL);
	ck_assert_int_eq(units_parse(SCHEMA_PERCENT, "50", &out), -EINVAL);
	ck_assert_int_eq(out, 77);
}
END_TEST

START_TEST(overflow_is_out_of_range)
{
	int64_t out = 77;

	ck_assert_int_eq(units_parse(SCHEMA_SIZE, "9223372036854775808", &out), -ERANGE);
	ck_assert_int_eq(units_parse(SCHEMA_SIZE, "8388608T", &out), -ERANGE);
	ck_assert_int_eq(units_parse(SCHEMA_DURATION, "106751992d", &out), -ERANGE);
	ck_assert_int_eq(units_parse(SCHEMA_COUNT, "99999999999999999999999999G", &out), -ERANGE);
	ck_assert_int_eq(out, 77);
}
END_TEST

START_TEST(near_words_are_proposed)
{
	ck_assert_uint_eq(suggest_distance("wieght", "weight", 2), 1);
	ck_assert_uint_eq(suggest_distance("kitten", "sitting", 3), 3);
	ck_assert_uint_eq(suggest_distance("", "abc", 3), 3);
	ck_assert_uint_eq(suggest_distance("Port", "port", 2), 0);
	ck_assert_uint_ne(suggest_near("wieght", "weight", 0), 0);
	ck_assert_uint_eq(suggest_near("vip", "port", 0), 0);
	ck_assert_uint_eq(suggest_near("colour", "weight", 0), 0);
	/* A nearer one wins over a farther one, never the other way round. */
	ck_assert_uint_ne(suggest_near("rows", "row", suggest_near("rows", "rise", 0) ?: 9), 0);
	ck_assert_uint_eq(suggest_near("row", "rise", suggest_near("row", "rows", 0)), 0);
}
END_TEST

static void expect_prefix(const char *text, int rc, const char *shown)
{
	struct weir_prefix p;
	char out[64];

	ck_assert_msg(prefix_parse(text, &p) == rc, "'%s'", text);
	if (!rc)
		ck_assert_str_eq(prefix_text(&p, out, sizeof(out)), shown);
}

START_TEST(prefixes_keep_their_family)
{
	struct weir_prefix p;
	struct weir_addr in, out;

	expect_prefix("192.0.2.0/24", 0, "192.0.2.0/24");
	expect_prefix("192.0.2.7", 0, "192.0.2.7/32");
	expect_prefix("2001:db8::/32", 0, "2001:db8::/32");
	expect_prefix("2001:db8::1", 0, "2001:db8::1/128");
	expect_prefix("0.0.0.0/0", 0, "0.0.0.0/0");
	ck_assert_int_eq(prefix_parse("10.0.0.0/9", &p), 0);
	ck_assert_int_eq(addr_parse("10.127.255.255", &in), 0);
	ck_assert_int_eq(addr_parse("10.128.0.0", &out), 0);
	ck_assert(weir_prefix_has(&p, &in) && !weir_prefix_has(&p, &out));
}
END_TEST

START_TEST(malformed_prefixes_are_refused)
{
	static const char *const bad[] = {"", "/", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1",
		"192.0.2.0/ 8", "192.0.2/24", "2001:db8::/129", "192.0.2.1/24", "2001:db8::1/64",
		"192.0.2.0/24x", "192.0.2.0/0024", "1.2.3.4.5", "host"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_prefix(bad[i], -EINVAL, NULL);
}
END_TEST

START_TEST(addresses_are_read_and_judged)
{
	static const char *const unfit[] = {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255",
		"169.254.1.1", "::", "::1", "ff02::1", "fe80::1", "::ffff:127.0.0.1"};
	struct weir_addr a;
	char out[64];

	ck_assert_int_eq(addr_parse("::ffff:192.0.2.1", &a), 0);
	ck_assert_str_eq(addr_text(&a, out, sizeof(out)), "192.0.2.1");
	ck_assert_int_eq(addr_parse("2001:DB8:0::1", &a), 0);
	ck_assert_str_eq(addr_text(&a, out, sizeof(out)), "2001:db8::1");
	ck_assert_ptr_null(addr_not_unicast(&a));
	ck_assert_int_eq(addr_parse("192.0.2.256", &a), -EINVAL);
	ck_assert_int_eq(addr_parse("192.0.2.01x", &a), -EINVAL);
	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++) {
		ck_assert_int_eq(addr_parse(unfit[i], &a), 0);
		ck_assert_msg(addr_not_unicast(&a) != NULL, "%s", unfit[i]);
	}
}
END_TEST

START_TEST(cpus_come_in_the_order_written)
{
	static const char *const bad[] = {"", ",", "1,", "a", "3-2", "1--2", "-1", "1-", "1024",
		"0-1023", "4294967296", " 1", "1 "};
	unsigned int cpu[8];

	ck_assert_int_eq(cpus_parse("7,2-4", cpu, 8), 4);
	ck_assert_uint_eq(cpu[0], 7);
	ck_assert_uint_eq(cpu[1], 2);
	ck_assert_uint_eq(cpu[3], 4);
	ck_assert_int_eq(cpus_parse("0-7", cpu, 8), 8);
	ck_assert_int_eq(cpus_parse("0,0,1", cpu, 8), 3);
	ck_assert_uint_eq(cpu[1], 0);
	ck_assert_uint_eq(cpu[2], 1);
	ck_assert_int_eq(cpus_parse("0-8", cpu, 8), -EINVAL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(cpus_parse(bad[i], cpu, 8) == -EINVAL, "'%s'", bad[i]);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("units");

	unit_case(s, amounts_have_their_values, 10);
	unit_case(s, nonsense_is_not_an_amount, 10);
	unit_case(s, overflow_is_out_of_range, 10);
	unit_case(s, near_words_are_proposed, 10);
	unit_case(s, prefixes_keep_their_family, 10);
	unit_case(s, malformed_prefixes_are_refused, 10);
	unit_case(s, addresses_are_read_and_judged, 10);
	unit_case(s, cpus_come_in_the_order_written, 10);
	return s;
}
