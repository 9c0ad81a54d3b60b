// SPDX-License-Identifier: BSD-3-Clause
/* GET /v1/verify: what is judged to hold, with a data plane that says whatever the test wants. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api_peer.h"
#include "unit.h"

static const struct weir_verify_packets good_packets = {
	.rx = 100, .forwarded = 90, .replied = 7, .dropped = 3};
static const struct weir_verify_flows good_flows = {
	.inserts = 50, .removes = 20, .live = 30, .counted = 30};
static const struct weir_verify_mbufs good_mbufs = {
	.total = 1000, .free = 600, .at_rest = 400, .moving = 500, .still = 1, .n_workers = 2};

/* Two workers; the second one and the buffers as given. */
static void tell(struct peer *p, const struct weir_verify_packets *packets,
	const struct weir_verify_flows *flows, const struct weir_verify_mbufs *mbufs)
{
	p->accounts[0] = weir_verify_msg(0, 0, WEIR_VERIFY_PACKETS, &good_packets);
	p->accounts[1] = weir_verify_msg(0, 0, WEIR_VERIFY_FLOWS, &good_flows);
	p->accounts[2] = weir_verify_msg(0, 1, WEIR_VERIFY_PACKETS, packets);
	p->accounts[3] = weir_verify_msg(0, 1, WEIR_VERIFY_FLOWS, flows);
	p->accounts[4] = weir_verify_msg(0, 0, WEIR_VERIFY_MBUFS, mbufs);
}

static int hold(const json_t *o)
{
	ck_assert(json_is_boolean(json_object_get(o, "hold")));
	return json_is_true(json_object_get(o, "hold"));
}

/* Who does not hold, as letters: p, f, m of the parts, P, F of worker 1, and ! if the whole does not. */
static const char *verdict(const struct answer *a)
{
	const json_t *w = json_array_get(json_object_get(a->json, "workers"), 1);
	static char out[8];
	char *o = out;

	ck_assert_int_eq(a->status, 200);
	*o = 'p', o += !hold(json_object_get(a->json, "packets"));
	*o = 'f', o += !hold(json_object_get(a->json, "flows"));
	*o = 'm', o += !hold(json_object_get(a->json, "mbufs"));
	*o = 'P', o += !hold(json_object_get(w, "packets"));
	*o = 'F', o += !hold(json_object_get(w, "flows"));
	*o = '!', o += !hold(a->json);
	*o = '\0';
	return out;
}

START_TEST(each_sum_is_judged_by_itself)
{
	static const struct {
		struct weir_verify_packets p;
		struct weir_verify_flows f;
		struct weir_verify_mbufs m;
		const char *verdict;
	} rows[] = {
		{.verdict = ""},
		{.p = {.rx = 1}, .verdict = "pP!"},
		{.p = {.dropped = 1}, .verdict = "pP!"},
		{.p = {.replied = 1}, .verdict = "pP!"},
		{.f = {.inserts = 1}, .verdict = "fF!"},
		{.f = {.removes = 1}, .verdict = "fF!"},
		{.f = {.live = 1}, .verdict = "fF!"},
		{.f = {.counted = 1}, .verdict = "fF!"},
		{.f = {.counted = (uint64_t)-1}, .verdict = "fF!"},
		{.f = {.wrong = 1}, .verdict = "fF!"},
		{.m = {.free = 1}, .verdict = "m!"},
		{.m = {.free = (uint64_t)-1}, .verdict = "m!"},
		{.m = {.free = 5, .slack = 5}, .verdict = ""},
		{.m = {.free = (uint64_t)-5, .slack = 5}, .verdict = ""},
		{.m = {.free = (uint64_t)-6, .slack = 5}, .verdict = "m!"},
		{.m = {.free = (uint64_t)-500, .still = (uint32_t)-1}, .verdict = ""},
		{.m = {.free = (uint64_t)-501, .still = (uint32_t)-1}, .verdict = "m!"},
		{.m = {.free = 1, .still = (uint32_t)-1}, .verdict = "m!"},
		{.m = {.free = 401}, .verdict = "m!"},
	};
	struct peer p = {0};
	struct fixture f;

	fixture_setup(&f);
	peer_start(&p, &f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct weir_verify_packets packets = good_packets;
		struct weir_verify_flows flows = good_flows;
		struct weir_verify_mbufs mbufs = good_mbufs;
		struct answer a;

		packets.rx += rows[i].p.rx;
		packets.dropped += rows[i].p.dropped;
		packets.replied += rows[i].p.replied;
		flows.inserts += rows[i].f.inserts;
		flows.removes += rows[i].f.removes;
		flows.live += rows[i].f.live;
		flows.counted += rows[i].f.counted;
		flows.wrong = rows[i].f.wrong;
		mbufs.free += rows[i].m.free;
		mbufs.slack += rows[i].m.slack;
		mbufs.still += rows[i].m.still;
		tell(&p, &packets, &flows, &mbufs);
		a = fixture_get(&f, "/v1/verify");
		ck_assert_msg(strcmp(verdict(&a), rows[i].verdict) == 0, "row %zu: %s, not %s", i,
			verdict(&a), rows[i].verdict);
		answer_free(&a);
	}
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

/* One too many here and one too few there: the sums agree, the accounts do not. */
START_TEST(errors_of_two_workers_do_not_cancel_out)
{
	struct weir_verify_packets more = good_packets, less = good_packets;
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	peer_start(&p, &f);
	more.rx++;
	less.rx--;
	tell(&p, &more, &good_flows, &good_mbufs);
	p.accounts[0] = weir_verify_msg(0, 0, WEIR_VERIFY_PACKETS, &less);
	a = fixture_get(&f, "/v1/verify");
	ck_assert_int_eq(answer_int(json_object_get(a.json, "packets"), "rx"), 200);
	ck_assert_str_eq(verdict(&a), "pP!");
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(wrong_gauge_names_its_backend)
{
	struct weir_verify_flows flows = good_flows;
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	flows.wrong = 1;
	flows.first_wrong = fixture_backend(&f, "web", "web-2")->slot;
	peer_start(&p, &f);
	tell(&p, &good_packets, &flows, &good_mbufs);
	a = fixture_get(&f, "/v1/verify");
	ck_assert_str_eq(
		answer_text(json_array_get(json_object_get(a.json, "workers"), 1), "wrong_backend"),
		"web-2");
	answer_free(&a);
	flows.first_wrong = UINT32_MAX;
	tell(&p, &good_packets, &flows, &good_mbufs);
	a = fixture_get(&f, "/v1/verify");
	ck_assert_str_eq(verdict(&a), "fF!");
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(worker_that_did_not_answer_proves_nothing)
{
	struct peer p = {0};
	const json_t *w;
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	peer_start(&p, &f);
	tell(&p, &good_packets, &good_flows, &good_mbufs);
	p.accounts[2] = p.accounts[4];
	p.accounts[3].type = 0;
	a = fixture_get(&f, "/v1/verify");
	ck_assert_int_eq(a.status, 200);
	ck_assert_int_eq(hold(a.json), 0);
	ck_assert_int_eq(hold(json_object_get(a.json, "packets")), 1);
	w = json_array_get(json_object_get(a.json, "workers"), 1);
	ck_assert(json_is_false(json_object_get(w, "answered")));
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(nobody_to_ask_is_an_error_of_its_own)
{
	struct peer p = {0};
	struct fixture f;

	fixture_setup(&f);
	answer_expect_error(fixture_get(&f, "/v1/verify"), 503, "no_dataplane", "no data plane");
	peer_start(&p, &f);
	answer_expect_error(
		fixture_get(&f, "/v1/verify"), 504, "timeout", "did not answer in time");
	ck_assert_uint_eq(p.audits, 1);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

/* A caller who does not wait for the answer: the socket on which it will come. */
static int ask(const struct fixture *f)
{
	static const char request[] = "GET /v1/verify HTTP/1.1\r\nHost: weir\r\n\r\n";
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", f->socket);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	ck_assert_int_eq(send(fd, request, sizeof(request) - 1, 0), sizeof(request) - 1);
	return fd;
}

START_TEST(callers_at_the_same_time_share_one_audit)
{
	struct peer p = {.audit_ms = 300};
	struct fixture f;
	struct answer a;
	char text[32];
	int fd[5];

	fixture_setup(&f);
	peer_start(&p, &f);
	tell(&p, &good_packets, &good_flows, &good_mbufs);
	for (int i = 0; i < 5; i++)
		fd[i] = ask(&f);
	fixture_run(&f, 100);
	close(fd[4]); // lost patience
	a = fixture_get(&f, "/v1/verify");
	ck_assert_str_eq(verdict(&a), "");
	ck_assert_int_ge(answer_int(a.json, "took_ms"), 300);
	answer_free(&a);
	fixture_run(&f, 50);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_ge(recv(fd[i], text, sizeof(text), MSG_DONTWAIT), 16);
		ck_assert_mem_eq(text, "HTTP/1.1 200 OK", 15);
		close(fd[i]);
	}
	ck_assert_uint_eq(p.audits, 1);
	a = fixture_get(&f, "/v1/verify");
	answer_free(&a);
	ck_assert_uint_eq(p.audits, 2);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(server_that_ends_forgets_who_waits)
{
	struct peer p = {0};
	struct fixture f;
	int fd;

	fixture_setup(&f);
	peer_start(&p, &f);
	fd = ask(&f);
	fixture_run(&f, 100);
	ck_assert_uint_eq(p.audits, 1);
	peer_stop(&p);
	fixture_teardown(&f);
	close(fd);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("api_verify");

	fixture_need_root();
	unit_case(s, each_sum_is_judged_by_itself, 40);
	unit_case(s, errors_of_two_workers_do_not_cancel_out, 20);
	unit_case(s, wrong_gauge_names_its_backend, 20);
	unit_case(s, worker_that_did_not_answer_proves_nothing, 20);
	unit_case(s, nobody_to_ask_is_an_error_of_its_own, 20);
	unit_case(s, callers_at_the_same_time_share_one_audit, 20);
	unit_case(s, server_that_ends_forgets_who_waits, 20);
	return s;
}
