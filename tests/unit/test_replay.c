/* SPDX-License-Identifier: BSD-3-Clause */
/* What no capture can bring about: numbers that do not add up. And the small parts that need no EAL. */
#include <string.h>

#include "deal.h"
#include "frames.h"
#include "lane.h"
#include "numbers.h"
#include "unit.h"

static struct lanes lanes;
static struct weir_diag diag;

static void fresh(void)
{
	static const struct dataplane_conf conf = {.flows_per_worker = 1000};
	static const struct hops hops = {.n_ports = 1};

	memset(&lanes, 0, sizeof(lanes));
	memset(&diag, 0, sizeof(diag));
	ck_assert_int_eq(lanes_init(&lanes, 2, &conf, &hops, &diag), 0);
	for (uint32_t i = 0; i < 3; i++)
		flow_table_insert(lanes.lane[1].w.flows, 0x1234567800000000 * (i + 1), 5, 1, 0, 10);
	lanes.lane[1].w.count->rx_packets = 6;
	lanes.lane[1].w.count->forwarded_packets = 3;
	lanes.lane[1].w.count->replied_packets = 1;
	lanes.lane[1].w.count->drops[WEIR_DROP_frag] = 2;
}

static void release(void)
{
	lanes_free(&lanes);
}

static void expect_breach(const char *words)
{
	ck_assert_int_eq(lanes_check(&lanes, &diag), -EIO);
	ck_assert_uint_eq(diag.n_errors, 1);
	ck_assert_ptr_nonnull(strstr(diag.msg[0].text, words));
}

START_TEST(all_adds_up_says_nothing)
{
	ck_assert_int_eq(lanes_check(&lanes, &diag), 0);
	ck_assert_uint_eq(diag.n, 0);
}
END_TEST

START_TEST(packet_without_counter_is_said)
{
	lanes.lane[1].w.count->rx_packets++;
	expect_breach(
		"worker 1 does not account for every packet: 7 received, 3 forwarded, 1 replied, "
		"2 dropped");
}
END_TEST

START_TEST(gauge_of_backend_off_by_one_is_said)
{
	lanes.lane[1].w.backends[5].flows--;
	expect_breach("worker 1 counts 2 flows of slot 5, and holds 3");
}
END_TEST

START_TEST(entry_out_of_the_books_is_said)
{
	struct flow_stats *s = (struct flow_stats *)flow_table_stats(lanes.lane[1].w.flows);

	s->live++;
	expect_breach("flow table of worker 1: 3 made, 0 removed, 4 live, 3 found");
}
END_TEST

START_TEST(leap_of_months_forgets_all_flows)
{
	lanes_set(&lanes, NULL, 0);
	lanes_set(&lanes, NULL, 97 * 24 * 3600 * NUMBERS_S_NS); // flow_time has gone round once
	ck_assert_uint_eq(flow_table_stats(lanes.lane[1].w.flows)->live, 0);
	ck_assert_int_eq(lanes_check(&lanes, &diag), 0);
}
END_TEST

static uint32_t dealt(const struct options *o, const struct frame *f)
{
	return deal_packet(o, 0, f->b, f->len);
}

START_TEST(both_directions_go_to_one_worker)
{
	const struct options o = {.workers = 16, .deal = OPTIONS_DEAL_HASH};
	uint32_t seen = 0;
	struct frame f;

	frame_make(&f, FRAME_UDP6, 10);
	for (uint16_t port = 1; port < 1000; port++) {
		uint8_t swap[16];
		uint32_t there;

		frame_put16(&f, f.l4, port);
		frame_put16(&f, f.l4 + 2, 53);
		there = dealt(&o, &f);
		ck_assert_uint_lt(there, o.workers);
		seen |= 1u << there;
		memcpy(swap, f.b + f.l3 + 8, 16);
		memcpy(f.b + f.l3 + 8, f.b + f.l3 + 24, 16);
		memcpy(f.b + f.l3 + 24, swap, 16);
		frame_put16(&f, f.l4, 53);
		frame_put16(&f, f.l4 + 2, port);
		ck_assert_uint_eq(dealt(&o, &f), there);
	}
	ck_assert_uint_eq(seen, 0xffff);
}
END_TEST

START_TEST(seconds_are_read_to_the_nanosecond)
{
	static const struct {
		const char *text;
		int rc;
		uint64_t ns;
	} cases[] = {
		{"0", 0, 0},
		{"1000", 0, 1000 * NUMBERS_S_NS},
		{"0.1", 0, 100000000},
		{"0.000000001", 0, 1},
		{"4294967295.999999999", 0, 4294967295999999999},
		{"4294967296", -EINVAL, 0},
		{"0.0000000001", -EINVAL, 0},
		{"1.", -EINVAL, 0},
		{".5", -EINVAL, 0},
		{"-1", -EINVAL, 0},
		{"", -EINVAL, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *at = cases[i].text;
		uint64_t ns = 0;

		ck_assert_int_eq(numbers_read_ns(&at, &ns), cases[i].rc);
		ck_assert_uint_eq(ns, cases[i].ns);
		ck_assert_str_eq(at, cases[i].rc == 0 ? "" : cases[i].text);
	}
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		all_adds_up_says_nothing,
		packet_without_counter_is_said,
		gauge_of_backend_off_by_one_is_said,
		entry_out_of_the_books_is_said,
		leap_of_months_forgets_all_flows,
		both_directions_go_to_one_worker,
		seconds_are_read_to_the_nanosecond,
	};
	Suite *s = suite_create("replay");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		TCase *tc = tcase_create(tests[i]->name);

		tcase_add_checked_fixture(tc, fresh, release);
		tcase_add_test(tc, tests[i]);
		suite_add_tcase(s, tc);
	}
	return s;
}
