// SPDX-License-Identifier: BSD-3-Clause
/* GET /v1/trace with a data plane that knows the flow, knows it not, lies, or is silent. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api_peer.h"
#include "unit.h"

START_TEST(flow_that_a_worker_holds_is_a_hit_with_its_backend)
{
	const struct model_backend *b;
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	fixture_resolve_all(&f);
	b = fixture_backend(&f, "web", "web-3");
	p.flow = (struct weir_msg){.type = WEIR_MSG_FLOW,
		.reason = 1,
		.length = (uint64_t)1 << 32 | b->slot,
		.checksum = (uint64_t)2 << 32 | 890,
		.detail = b->incarnation};
	peer_start(&p, &f);
	fixture_resolve_all(&f);
	a = fixture_trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(answer_text(a.json, "flow"), "hit");
	ck_assert_str_eq(answer_text(a.json, "backend"), "web-3");
	ck_assert_int_eq(json_integer_value(json_object_get(a.json, "worker")), 1);
	ck_assert_ptr_nonnull(strstr(answer_text(a.json, "why"), "confirmed, expires in 890 s"));
	ck_assert_str_eq(answer_text(a.json, "verdict"), "forward");
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(entry_of_an_earlier_incarnation_is_a_miss)
{
	const struct model_backend *b;
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	b = fixture_backend(&f, "web", "web-3");
	p.flow = (struct weir_msg){.type = WEIR_MSG_FLOW,
		.reason = 1,
		.length = b->slot,
		.detail = b->incarnation + 1};
	peer_start(&p, &f);
	fixture_resolve_all(&f);
	a = fixture_trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_str_eq(answer_text(a.json, "flow"), "miss");
	ck_assert_str_eq(answer_text(a.json, "backend"), answer_text(a.json, "target"));
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(nonsense_from_the_data_plane_is_a_miss)
{
	static const uint64_t slots[] = {WEIR_MAX_BACKENDS, WEIR_SLOT_NONE, 9000, UINT32_MAX};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		struct peer p = {.flow = {.type = WEIR_MSG_FLOW,
					 .reason = 1,
					 .length = slots[i],
					 .checksum = UINT64_MAX}};

		peer_start(&p, &f);
		fixture_resolve_all(&f);
		a = fixture_trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
		ck_assert_str_eq(answer_text(a.json, "flow"), "miss");
		answer_free(&a);
		peer_stop(&p);
		fixture_run(&f, 50);
	}
	fixture_teardown(&f);
}
END_TEST

START_TEST(data_plane_that_does_not_answer_delays_only_this_trace)
{
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	peer_start(&p, &f);
	fixture_resolve_all(&f);
	a = fixture_trace(&f, "10.77.1.2:40000", "10.99.0.1:80", "tcp");
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(answer_text(a.json, "flow"), "unknown");
	ck_assert_str_eq(answer_text(a.json, "verdict"), "forward");
	ck_assert_double_lt(a.seconds, 2.5);
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

static int send_trace(const struct fixture *f)
{
	static const char request[] = "GET /v1/trace?client=10.77.1.2:4&vip=10.99.0.1:80&proto=tcp "
				      "HTTP/1.1\r\nHost: weir\r\n\r\n";
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", f->socket);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	ck_assert_int_eq(send(fd, request, sizeof(request) - 1, 0), sizeof(request) - 1);
	return fd;
}

START_TEST(client_that_leaves_before_the_answer_harms_nobody)
{
	struct peer p = {0};
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	peer_start(&p, &f);
	for (int i = 0; i < 8; i++) {
		int fd = send_trace(&f);

		fixture_run(&f, 20);
		close(fd);
	}
	fixture_run(&f, 1500);
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(a.status, 200);
	answer_free(&a);
	peer_stop(&p);
	fixture_teardown(&f);
}
END_TEST

START_TEST(server_that_ends_before_the_answer_leaves_nothing_behind)
{
	struct peer p = {0};
	struct fixture f;
	int fd;

	fixture_setup(&f);
	peer_start(&p, &f);
	fd = send_trace(&f);
	fixture_run(&f, 50);
	peer_stop(&p);
	fixture_teardown(&f);
	close(fd);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("api_flow");

	fixture_need_root();
	unit_case(s, flow_that_a_worker_holds_is_a_hit_with_its_backend, 20);
	unit_case(s, entry_of_an_earlier_incarnation_is_a_miss, 20);
	unit_case(s, nonsense_from_the_data_plane_is_a_miss, 20);
	unit_case(s, data_plane_that_does_not_answer_delays_only_this_trace, 20);
	unit_case(s, client_that_leaves_before_the_answer_harms_nobody, 20);
	unit_case(s, server_that_ends_before_the_answer_leaves_nothing_behind, 20);
	return s;
}
