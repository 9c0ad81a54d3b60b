// SPDX-License-Identifier: BSD-3-Clause
/* Callers who stall, trickle or come in crowds, and sockets that are in the way. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api_fixture.h"
#include "listen.h"
#include "unit.h"

static int dial(const struct fixture *f)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", f->socket);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	return fd;
}

static int hung_up(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);

	return n == 0 || (n < 0 && errno != EAGAIN);
}

START_TEST(silent_callers_delay_nobody)
{
	struct fixture f;
	struct answer a;
	int fd[15];

	fixture_setup(&f);
	for (int i = 0; i < 15; i++)
		fd[i] = dial(&f);
	fixture_run(&f, 50);
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(a.status, 200);
	ck_assert_double_lt(a.seconds, 1.0);
	answer_free(&a);
	for (int i = 0; i < 15; i++)
		close(fd[i]);
	fixture_teardown(&f);
}
END_TEST

/* 40 callers who say nothing: 16 are let in, and after the deadline the next ones. */
START_TEST(crowd_of_silent_callers_is_let_in_by_sixteen_and_thrown_out)
{
	struct fixture f;
	struct answer a;
	int fd[40], gone = 0;

	fixture_setup(&f);
	for (int i = 0; i < 40; i++)
		fd[i] = dial(&f);
	fixture_run(&f, 7000);
	for (int i = 0; i < 40; i++)
		gone += hung_up(fd[i]);
	unit_note("%d of 40 thrown out after 7 s", gone);
	ck_assert_int_eq(gone, 16);
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(a.status, 200);
	ck_assert_double_lt(a.seconds, 15.0);
	answer_free(&a);
	for (int i = 0; i < 40; i++)
		close(fd[i]);
	fixture_teardown(&f);
}
END_TEST

START_TEST(caller_who_trickles_is_cut_off_at_the_deadline)
{
	static const char drip[] = "GET /v1/status HTTP/1.1\r\nX: ";
	struct fixture f;
	int fd, i;

	fixture_setup(&f);
	fd = dial(&f);
	ck_assert_int_gt(send(fd, drip, sizeof(drip) - 1, 0), 0);
	for (i = 0; i < 100 && !hung_up(fd); i++) {
		fixture_run(&f, 100);
		send(fd, "x", 1, MSG_NOSIGNAL);
	}
	unit_note("cut off after %d00 ms", i);
	ck_assert_int_ge(i, 40);
	ck_assert_int_le(i, 80);
	close(fd);
	fixture_teardown(&f);
}
END_TEST

/* evhttp answers a body beyond the limit before it has read it. Whoever gets the descriptor next must
 * not lose data to the events of the one before.
 */
START_TEST(caller_after_a_refused_one_keeps_its_own_data)
{
	char *big = calloc(1, 70001), *good = calloc(1, 60001);
	struct fixture f;

	fixture_setup(&f);
	memset(big, ' ', 70000);
	memset(good, ' ', 60000);
	memcpy(good, "{\"weight\": 5}", 13);
	for (int i = 0; i < 15; i++) {
		struct answer a = fixture_post(&f, "/v1/backends/web/web-1", big);

		ck_assert(a.status == 413 || a.status == 0);
		answer_free(&a);
		a = fixture_post(&f, "/v1/backends/web/web-1", good);
		ck_assert_int_eq(a.status, 200);
		answer_free(&a);
	}
	free(big);
	free(good);
	fixture_teardown(&f);
}
END_TEST

/* Descriptors of callers who came and went are all given back. */
START_TEST(many_requests_leave_no_descriptor_behind)
{
	struct fixture f;
	int before, after;

	fixture_setup(&f);
	before = dup(0);
	close(before);
	for (int i = 0; i < 200; i++) {
		struct answer a = fixture_get(&f, "/v1/backends");

		ck_assert_int_eq(a.status, 200);
		answer_free(&a);
	}
	fixture_run(&f, 200);
	after = dup(0);
	close(after);
	ck_assert_int_le(after, before + 2);
	fixture_teardown(&f);
}
END_TEST

START_TEST(socket_is_for_owner_and_group_only)
{
	struct fixture f;
	struct stat st;

	umask(0);
	fixture_setup(&f);
	ck_assert_int_eq(stat(f.socket, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0660);
	*strrchr(f.socket, '/') = '\0';
	ck_assert_int_eq(stat(f.socket, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0750);
	fixture_teardown(&f);
}
END_TEST

static struct evconnlistener *listen_again(struct fixture *f, struct weir_diag *d)
{
	memset(d, 0, sizeof(*d));
	return listen_unix(f->base, f->socket, d);
}

START_TEST(socket_of_a_living_process_is_left_alone)
{
	static struct weir_diag d;
	struct fixture f;
	struct answer a;

	fixture_setup(&f);
	ck_assert_ptr_null(listen_again(&f, &d));
	ck_assert_ptr_nonnull(strstr(d.msg[0].text, "another process answers"));
	a = fixture_get(&f, "/v1/status");
	ck_assert_int_eq(a.status, 200);
	answer_free(&a);
	fixture_teardown(&f);
}
END_TEST

START_TEST(socket_of_a_dead_process_is_replaced)
{
	static struct weir_diag d;
	struct evconnlistener *l;
	struct fixture f;
	struct stat st;

	fixture_setup(&f);
	api_free(f.api);
	f.api = NULL;
	ck_assert_int_eq(stat(f.socket, &st), 0);
	l = listen_again(&f, &d);
	ck_assert_ptr_nonnull(l);
	evconnlistener_free(l);
	fixture_teardown(&f);
}
END_TEST

START_TEST(file_in_the_place_of_the_socket_is_not_removed)
{
	static struct weir_diag d;
	struct fixture f;
	struct stat st;

	fixture_setup(&f);
	snprintf(f.socket, sizeof(f.socket), "%s/weir.conf", f.dir);
	ck_assert_ptr_null(listen_again(&f, &d));
	ck_assert_ptr_nonnull(strstr(d.msg[0].text, "not a socket"));
	ck_assert_int_eq(stat(f.conf, &st), 0);
	fixture_teardown(&f);
}
END_TEST

START_TEST(metrics_port_in_use_is_said_with_the_remedy)
{
	static struct weir_diag d;
	struct fixture f;

	fixture_setup(&f);
	ck_assert_ptr_null(listen_tcp(f.base, "127.0.0.1:9477", &d));
	ck_assert_ptr_nonnull(strstr(d.msg[0].text, "choose another address or port"));
	ck_assert_ptr_null(listen_tcp(f.base, "localhost", &d));
	ck_assert_ptr_nonnull(strstr(d.msg[1].text, "ADDRESS:PORT"));
	fixture_teardown(&f);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("api_clients");

	fixture_need_root();
	unit_case(s, silent_callers_delay_nobody, 20);
	unit_case(s, crowd_of_silent_callers_is_let_in_by_sixteen_and_thrown_out, 40);
	unit_case(s, caller_who_trickles_is_cut_off_at_the_deadline, 30);
	unit_case(s, caller_after_a_refused_one_keeps_its_own_data, 60);
	unit_case(s, many_requests_leave_no_descriptor_behind, 30);
	unit_case(s, socket_is_for_owner_and_group_only, 20);
	unit_case(s, socket_of_a_living_process_is_left_alone, 20);
	unit_case(s, socket_of_a_dead_process_is_replaced, 20);
	unit_case(s, file_in_the_place_of_the_socket_is_not_removed, 20);
	unit_case(s, metrics_port_in_use_is_said_with_the_remedy, 20);
	return s;
}
