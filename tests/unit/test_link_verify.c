// SPDX-License-Identifier: BSD-3-Clause
/* The audit over the link: one question, several answers, and peers that answer nonsense. */
#include <string.h>

#include "link_rig.h"

struct heard {
	int calls, answered;
	struct link_accounts accounts;
};

static void on_accounts(void *arg, const struct link_accounts *a)
{
	struct heard *h = arg;

	h->calls++;
	h->answered = a != NULL;
	if (a)
		h->accounts = *a;
}

static void send_worker(struct rig *r, uint64_t seq, uint32_t worker)
{
	const struct weir_verify_packets p = {.rx = 10 + worker, .forwarded = 10 + worker};
	const struct weir_verify_flows f = {.inserts = 5, .live = 5, .counted = 5 - worker};

	test_plane_reply(&r->plane, weir_verify_msg(seq, worker, WEIR_VERIFY_PACKETS, &p));
	test_plane_reply(&r->plane, weir_verify_msg(seq, worker, WEIR_VERIFY_FLOWS, &f));
}

static void send_last(struct rig *r, uint64_t seq, uint32_t n_workers)
{
	const struct weir_verify_mbufs m = {.total = 100, .free = 90, .n_workers = n_workers};

	test_plane_reply(&r->plane, weir_verify_msg(seq, 0, WEIR_VERIFY_MBUFS, &m));
}

/* Returns the question's sequence number. */
static uint64_t ask(struct rig *r, struct heard *h)
{
	struct weir_msg m;

	*h = (struct heard){0};
	link_verify(r->link, on_accounts, h);
	ck_assert_int_eq(h->calls, 0);
	m = rig_next_command(r);
	ck_assert_uint_eq(m.type, WEIR_MSG_VERIFY);
	return m.seq;
}

START_TEST(accounts_of_all_workers_arrive_with_the_last_message)
{
	struct rig *r = rig_new();
	struct heard h;
	uint64_t seq;

	rig_meet(r);
	seq = ask(r, &h);
	send_worker(r, seq, 0);
	send_worker(r, seq, 63);
	rig_turn_ms(r, 30);
	ck_assert_int_eq(h.calls, 0);
	send_last(r, seq, 64);
	UNTIL(r, h.calls);
	ck_assert_int_eq(h.answered, 1);
	ck_assert_uint_eq(h.accounts.n_workers, 64);
	ck_assert_uint_eq(h.accounts.worker[0].packets.rx, 10);
	ck_assert_uint_eq(h.accounts.worker[63].packets.rx, 73);
	ck_assert_uint_eq(h.accounts.worker[0].flows.counted, 5);
	ck_assert_uint_eq(h.accounts.worker[63].parts, 3);
	ck_assert_uint_eq(h.accounts.worker[1].parts, 0);
	ck_assert_uint_eq(h.accounts.mbufs.free, 90);
	send_last(r, seq, 64);
	rig_turn_ms(r, 30);
	ck_assert_int_eq(h.calls, 1);
	rig_free(r);
}
END_TEST

START_TEST(answers_that_fit_nothing_are_ignored)
{
	struct rig *r = rig_new();
	struct weir_verify_packets p = {.rx = 666};
	struct heard h;
	uint64_t seq;

	rig_meet(r);
	send_last(r, 99, 1); // before anybody asked
	seq = ask(r, &h);
	send_last(r, seq + 1, 1);
	send_last(r, seq, WEIR_MAX_WORKERS + 1);
	test_plane_reply(&r->plane, weir_verify_msg(seq, 64, WEIR_VERIFY_PACKETS, &p));
	test_plane_reply(&r->plane, weir_verify_msg(seq, 0xffffff, WEIR_VERIFY_FLOWS, &p));
	test_plane_reply(&r->plane, weir_verify_msg(seq, 0, WEIR_VERIFY__COUNT, &p));
	test_plane_reply(&r->plane, weir_verify_msg(seq, 1, WEIR_VERIFY_MBUFS, &p));
	send_worker(r, seq, 0);
	test_plane_reply(&r->plane, weir_verify_msg(seq, 0, WEIR_VERIFY_PACKETS, &p)); // twice
	rig_turn_ms(r, 30);
	ck_assert_int_eq(h.calls, 0);
	send_last(r, seq, 1);
	UNTIL(r, h.calls);
	ck_assert_int_eq(h.answered, 1);
	ck_assert_uint_eq(h.accounts.worker[0].packets.rx, 10);
	rig_free(r);
}
END_TEST

START_TEST(second_audit_is_refused_while_one_is_open)
{
	struct rig *r = rig_new();
	struct heard h, second = {0};
	uint64_t seq;

	rig_meet(r);
	seq = ask(r, &h);
	link_verify(r->link, on_accounts, &second);
	ck_assert_int_eq(second.calls, 1);
	ck_assert_int_eq(second.answered, 0);
	send_last(r, seq, 0);
	UNTIL(r, h.calls);
	ck_assert_int_eq(h.answered, 1);
	ask(r, &second);
	rig_free(r);
}
END_TEST

START_TEST(audit_runs_out_or_ends_with_the_connection)
{
	struct rig *r = rig_new();
	struct heard h = {0};
	uint64_t start = unit_now_ns(), seq;

	link_verify(r->link, on_accounts, &h);
	ck_assert_int_eq(h.calls, 1); // nobody is connected
	ck_assert_int_eq(h.answered, 0);
	rig_meet(r);
	seq = ask(r, &h);
	send_worker(r, seq, 0);
	UNTIL(r, h.calls);
	ck_assert_int_eq(h.answered, 0);
	ck_assert_uint_ge(unit_now_ns() - start, 3900000000);
	ck_assert_uint_le(unit_now_ns() - start, 6000000000);
	ask(r, &h);
	test_plane_close(&r->plane);
	UNTIL(r, r->gone);
	ck_assert_int_eq(h.calls, 1);
	ck_assert_int_eq(h.answered, 0);
	rig_free(r);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		accounts_of_all_workers_arrive_with_the_last_message,
		answers_that_fit_nothing_are_ignored,
		second_audit_is_refused_while_one_is_open,
		audit_runs_out_or_ends_with_the_connection,
	};
	Suite *s = suite_create("link_verify");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 30);
	return s;
}
