// SPDX-License-Identifier: BSD-3-Clause
/* Verdicts, sets of targets and rhythms of the health checks; see health_fixture.h. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "health_fixture.h"

static int four_have_results(void)
{
	for (int i = 0; i < 4; i++) {
		if (fixture_seen[i].ok + fixture_seen[i].failed < 3)
			return 0;
	}
	return 1;
}

START_TEST(each_kind_of_backend_gets_its_verdict)
{
	struct health_target t[] = {
		fixture_target(0, "127.0.0.1", 80, 50, 300),
		fixture_target(1, "::1", 80, 50, 300),
		fixture_target(2, "127.0.0.1", 81, 50, 300),
		fixture_target(3, "192.0.2.9", 80, 350, 300),
		fixture_target(4, "203.0.113.1", 80, 50, 300),
	};

	fixture_setup();
	fixture_listen("127.0.0.1", 80);
	fixture_listen("::1", 80);
	ck_assert_int_eq(health_targets(fixture_health, t, 5), 0);
	ck_assert(fixture_run(four_have_results, 5000));
	ck_assert_uint_eq(fixture_seen[0].failed + fixture_seen[1].failed + fixture_seen[2].ok +
				  fixture_seen[3].ok,
		0);
	ck_assert_str_eq(fixture_seen[2].error, "connect: connection refused");
	ck_assert_str_eq(fixture_seen[3].error, "connect: timed out after 300 ms");
	ck_assert_str_eq(fixture_seen[4].error, "connect: network is unreachable");
	/* On a machine with CPU to spare it is none: the reset comes in place of the handshake's end. */
	unit_note("%u of %u checks were seen by a backend's program", fixture_accepted,
		fixture_seen[0].ok + fixture_seen[1].ok);
	ck_assert_int_eq(system("! ss -Htan state time-wait | grep -q ."), 0);
	fixture_teardown();
}
END_TEST

static int zero_failed(void)
{
	return fixture_seen[0].failed > 0;
}

START_TEST(backend_that_closes_and_returns_is_followed)
{
	struct health_target t = fixture_target(0, "127.0.0.1", 80, 20, 100);
	int fd;

	fixture_setup();
	fd = fixture_listen("127.0.0.1", 80);
	health_targets(fixture_health, &t, 1);
	ck_assert(fixture_run(fixture_zero_is_up, 3000));
	close(fd);
	ck_assert(fixture_run(zero_failed, 3000));
	fd = fixture_listen("127.0.0.1", 80);
	fixture_seen[0] = (struct seen){0};
	ck_assert(fixture_run(fixture_zero_is_up, 3000));
	close(fd);
	fixture_teardown();
}
END_TEST

START_TEST(equal_targets_are_probed_once_and_answered_to_all)
{
	struct health_target t[3];
	int fd;

	fixture_setup();
	fd = fixture_listen("127.0.0.1", 80);
	for (uint32_t i = 0; i < 3; i++)
		t[i] = fixture_target(i, "127.0.0.1", 80, 30, 100);
	t[2].check.rise = 7; /* rise and fall are the parent's affair */
	health_targets(fixture_health, t, 3);
	ck_assert_uint_eq(fixture_status().probes, 1);
	ck_assert(fixture_run(fixture_zero_is_up, 3000));
	fixture_run(NULL, 200);
	ck_assert_uint_eq(fixture_seen[0].ok, fixture_seen[1].ok);
	ck_assert_uint_eq(fixture_seen[0].ok, fixture_seen[2].ok);
	ck_assert_uint_eq(fixture_status().checks, fixture_seen[0].ok);
	close(fd);
	fixture_teardown();
}
END_TEST

START_TEST(impossible_targets_are_refused_and_the_old_set_stays)
{
	struct health_target t = fixture_target(0, "127.0.0.1", 80, 30, 100), bad = t;

	fixture_setup();
	health_targets(fixture_health, &t, 1);
	bad.check.interval_ms = 0;
	ck_assert_int_eq(health_targets(fixture_health, &bad, 1), -EINVAL);
	ck_assert_int_eq(health_targets(fixture_health, &t, HEALTH_MAX_TARGETS + 1), -E2BIG);
	ck_assert_uint_eq(fixture_status().probes, 1);
	t.check.type = CONF_CHECK_NONE;
	ck_assert_int_eq(health_targets(fixture_health, &t, 1), 0);
	ck_assert_uint_eq(fixture_status().probes, 0);
	fixture_teardown();
}
END_TEST

START_TEST(five_hundred_targets_keep_their_rhythm)
{
	static struct health_target t[500];
	double mean = 0, deviation = 0;
	uint64_t longest = 0;
	struct rusage before, after;
	uint32_t gaps = 0;
	int fd;

	fixture_setup();
	fd = fixture_listen("0.0.0.0", 80);
	fixture_targets(t, 500, 200);
	health_targets(fixture_health, t, 500);
	fixture_run(NULL, 400);
	memset(fixture_seen, 0, sizeof(fixture_seen));
	getrusage(RUSAGE_SELF, &before);
	fixture_run(NULL, 4000);
	getrusage(RUSAGE_SELF, &after);
	fixture_sum(500);
	for (uint32_t i = 0; i < 500; i++) {
		mean += fixture_seen[i].sum_gap_ns;
		deviation += fixture_seen[i].sum_square_ns;
		gaps += fixture_seen[i].gaps;
		if (fixture_seen[i].max_gap_ns > longest)
			longest = fixture_seen[i].max_gap_ns;
	}
	mean /= gaps;
	deviation = sqrt(deviation / gaps - mean * mean);
	unit_note("period 200 ms: mean %.3f ms, deviation %.3f ms, longest %.1f ms over %u periods",
		mean / 1e6, deviation / 1e6, (double)longest / 1e6, gaps);
	unit_note("late %llu, unknown %llu, failed %u of %u",
		(unsigned long long)fixture_status().late,
		(unsigned long long)fixture_status().unknown, fixture_failed,
		fixture_ok + fixture_failed);
	ck_assert_uint_eq(fixture_failed, 0);
	/* 10,000 slots in four seconds. On a machine without CPU to spare many are late or unknown, but
	 * each is accounted for, and none is made up for.
	 */
	ck_assert_uint_gt(fixture_ok + fixture_status().late + fixture_status().unknown, 8000);
	ck_assert_uint_lt(fixture_ok, 10600);
	ck_assert_double_gt(mean / 1e6, 190);
	close(fd);
	health_free(fixture_health);
	getrusage(RUSAGE_CHILDREN, &after);
	unit_note("CPU of the checker: %.1f us per check",
		((double)(after.ru_utime.tv_usec + after.ru_stime.tv_usec) +
			1e6 * (double)(after.ru_utime.tv_sec + after.ru_stime.tv_sec)) /
			(1.1 * fixture_ok));
	event_base_free(fixture_base);
}
END_TEST

START_TEST(black_holes_do_not_hold_up_the_others)
{
	static struct health_target t[220];
	int fd;

	fixture_setup();
	fd = fixture_listen("0.0.0.0", 80);
	fixture_targets(t, 200, 100);
	for (uint32_t i = 200; i < 220; i++) {
		t[i] = fixture_target(i, "192.0.2.9", (uint16_t)(i - 100), 160, 150);
	}
	health_targets(fixture_health, t, 220);
	fixture_run(NULL, 2000);
	fixture_sum(200);
	ck_assert_uint_eq(fixture_failed, 0);
	ck_assert_uint_gt(fixture_ok + fixture_status().late + fixture_status().unknown, 200 * 15);
	for (uint32_t i = 200; i < 220; i++) {
		ck_assert_uint_eq(fixture_seen[i].ok, 0);
		ck_assert_uint_gt(fixture_seen[i].failed, 0);
	}
	close(fd);
	fixture_teardown();
}
END_TEST

static int last_is_up(void)
{
	return fixture_seen[299].ok > 0;
}

START_TEST(replaced_set_keeps_the_rhythm_of_unchanged_targets)
{
	static struct health_target t[300];
	int fd;

	fixture_setup();
	fd = fixture_listen("0.0.0.0", 80);
	fixture_targets(t, 300, 200);
	health_targets(fixture_health, t, 1);
	ck_assert(fixture_run(fixture_zero_is_up, 3000));
	/* Each replacement comes sooner than the interval: a rhythm that began anew with each would
	 * hardly ever check.
	 */
	memset(fixture_seen, 0, sizeof(fixture_seen));
	for (uint32_t i = 0; i < 40; i++) {
		ck_assert_int_eq(health_targets(fixture_health, t, 1 + i * 7), 0);
		fixture_run(NULL, 50);
	}
	unit_note("40 replacements: %u checks in 2 s, longest gap %.1f ms", fixture_seen[0].ok,
		(double)fixture_seen[0].max_gap_ns / 1e6);
	ck_assert_uint_ge(fixture_seen[0].ok, 4);
	ck_assert_uint_le(fixture_seen[0].ok, 12);
	health_targets(fixture_health, t + 1, 299);
	fixture_run(NULL, 50);
	memset(fixture_seen, 0, sizeof(fixture_seen));
	ck_assert(fixture_run(last_is_up, 10000));
	fixture_run(NULL, 300);
	ck_assert_uint_eq(fixture_seen[0].ok, 0); /* it has left */
	close(fd);
	fixture_teardown();
}
END_TEST

static void replace_in_callback(void *arg, const struct health_result *r)
{
	struct health_target t = fixture_target(
		0, "127.0.0.1", 80, 20 + fixture_seen[0].ok % 2, 100);

	fixture_seen[r->id].ok++;
	health_targets(fixture_health, &t, 1);
}

START_TEST(set_replaced_by_a_result_is_taken)
{
	struct health_target t[2] = {fixture_target(0, "127.0.0.1", 80, 20, 100),
		fixture_target(1, "127.0.0.1", 80, 20, 100)};
	int fd;

	fixture_setup();
	health_free(fixture_health);
	fixture_health = health_new(fixture_base, replace_in_callback, NULL);
	fd = fixture_listen("127.0.0.1", 80);
	health_targets(fixture_health, t, 2);
	fixture_run(NULL, 1000);
	ck_assert_uint_gt(fixture_seen[0].ok, 5);
	ck_assert_uint_eq(fixture_seen[1].ok, 0);
	close(fd);
	fixture_teardown();
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		each_kind_of_backend_gets_its_verdict,
		backend_that_closes_and_returns_is_followed,
		equal_targets_are_probed_once_and_answered_to_all,
		impossible_targets_are_refused_and_the_old_set_stays,
		five_hundred_targets_keep_their_rhythm,
		black_holes_do_not_hold_up_the_others,
		replaced_set_keeps_the_rhythm_of_unchanged_targets,
		set_replaced_by_a_result_is_taken,
	};
	Suite *s = suite_create("health");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 30);
	return s;
}
