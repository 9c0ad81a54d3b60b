// SPDX-License-Identifier: BSD-3-Clause
/* The socket, hello and welcome: who is let in, and what is handed over. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "link_rig.h"
#include "table_check.h"

START_TEST(socket_is_private_and_a_stale_one_is_replaced)
{
	struct rig *r = rig_new();
	struct stat st;

	ck_assert_int_eq(stat(r->path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0660);
	ck_assert_int_eq(stat(test_path("run"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0750);
	link_free(r->link);
	ck_assert_int_eq(stat(r->path, &st), -1);
	/* As a killed process leaves it. */
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(addr.sun_path, r->path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	close(fd);
	rig_start(r);
	rig_meet(r);
	rig_free(r);
}
END_TEST

START_TEST(socket_of_a_living_control_plane_is_left_alone)
{
	struct rig *r = rig_new();
	struct link_hooks hooks = {0};

	errno = 0;
	ck_assert_ptr_null(link_new(r->base, r->path, r->stats, r->model, &hooks));
	ck_assert_int_eq(errno, EADDRINUSE);
	rig_turn_ms(r, 5); /* the question whether somebody listens counts as a visitor */
	rig_meet(r);
	ck_assert_ptr_null(link_new(r->base, "", r->stats, r->model, &hooks));
	rig_free(r);
}
END_TEST

START_TEST(welcome_brings_a_sealed_region_and_the_beats)
{
	struct rig *r = rig_new();
	struct weir_region *region;
	struct stat st;

	r->beat_fd = open("/dev/null", O_RDONLY);
	rig_meet(r);
	region = r->plane.region;
	ck_assert_int_eq(
		fcntl(r->plane.region_fd, F_GET_SEALS), F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	ck_assert_int_eq(fstat(r->plane.region_fd, &st), 0);
	ck_assert_uint_eq((uint64_t)st.st_size, WEIR_REGION_SIZE);
	ck_assert_int_eq(ftruncate(r->plane.region_fd, 4096), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_uint_eq(region->magic, WEIR_REGION_MAGIC);
	ck_assert_uint_eq(region->abi, WEIR_REGION_ABI);
	ck_assert_uint_eq(region->length, WEIR_REGION_SIZE);
	ck_assert_uint_eq(region->instance, r->plane.welcome.instance);
	ck_assert_uint_eq(region->command.ring.size, WEIR_RING_SLOTS);
	ck_assert_uint_eq(region->reply.ring.capacity, WEIR_RING_SLOTS - 1);
	ck_assert_uint_eq(r->plane.welcome.beat_ports, 1);
	ck_assert_uint_eq(r->plane.n_beats, 1);
	ck_assert_int_eq(stats_attached(r->stats), 1);
	ck_assert_uint_eq(stats_instance(r->stats), 77);
	ck_assert_str_eq(link_hello(r->link)->port[0].interface, "eth0");
	close(r->beat_fd);
	rig_free(r);
}
END_TEST

static void spoil(struct weir_hello *h, int i)
{
	switch (i) {
	case 0:
		h->magic++;
		break;
	case 1:
		h->abi++;
		break;
	case 2:
		h->n_ports = WEIR_MAX_PORTS + 1;
		break;
	case 3:
		h->n_ports = UINT32_MAX;
		break;
	case 4:
		h->n_workers = 0;
		break;
	case 5:
		h->n_workers = WEIR_MAX_WORKERS + 1;
		break;
	case 6:
		memset(h->port[0].name, 'x', sizeof(h->port[0].name));
		break;
	case 7:
		memset(h->port[0].interface, 'x', sizeof(h->port[0].interface));
		break;
	case 8:
		strcpy(h->port[0].interface, "../eth0");
		break;
	case 9:
		strcpy(h->port[0].name, "a\nb");
		break;
	case 10:
		h->port[0].name[0] = 0;
		break;
	case 11:
		h->ports_open = 2;
		break;
	case 12:
		h->generation = UINT64_MAX;
		break;
	case 13:
		h->instance = 0;
		break;
	case 14:
		h->port[0].mtu = 65536;
		break;
	}
}

START_TEST(hostile_hello_is_refused)
{
	struct rig *r = rig_new();
	struct weir_hello good = r->plane.hello;

	for (int i = 0; i < 15; i++) {
		r->plane.hello = good;
		spoil(&r->plane.hello, i);
		ck_assert_msg(rig_say_hello(r, &r->plane, sizeof(good), 1) < 0, "case %d", i);
		test_plane_close(&r->plane);
	}
	ck_assert_int_eq(r->hellos, 0);
	ck_assert_int_eq(stats_attached(r->stats), 0);
	r->plane.hello = good;
	rig_meet(r);
	rig_free(r);
}
END_TEST

START_TEST(hello_of_the_wrong_size_or_descriptors_is_refused)
{
	static const struct {
		size_t length;
		int fds;
	} cases[] = {
		{1, 1},
		{sizeof(struct weir_hello) - 1, 1},
		{sizeof(struct weir_hello) + 1, 1},
		{sizeof(struct weir_hello), 0},
		{sizeof(struct weir_hello), 2},
		{sizeof(struct weir_hello), 17},
		{sizeof(struct weir_hello), 32},
	};
	struct rig *r = rig_new();
	int before = rig_open_fds();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(rig_say_hello(r, &r->plane, cases[i].length, cases[i].fds) < 0,
			"case %zu", i);
		test_plane_close(&r->plane);
	}
	rig_turn_ms(r, 5);
	ck_assert_int_eq(rig_open_fds(), before); /* nothing that was sent along stays open */
	rig_meet(r);
	rig_free(r);
}
END_TEST

START_TEST(unsealed_counters_are_refused)
{
	struct rig *r = rig_new();

	test_region_free(&r->plane.counters);
	test_region_make(&r->plane.counters, 77, 1, 1, 0);
	ck_assert_int_lt(rig_say_hello(r, &r->plane, sizeof(struct weir_hello), 1), 0);
	ck_assert_int_eq(link_connected(r->link), 0);
	ck_assert_int_eq(r->gone, 0);
	rig_free(r);
}
END_TEST

START_TEST(silent_peer_is_dropped)
{
	struct rig *r = rig_new();
	struct test_plane *p = &r->plane;
	int rc;

	ck_assert_int_eq(test_plane_connect(p, r->path), 0);
	UNTIL(r, (rc = test_plane_welcome(p)) != 0);
	ck_assert_int_eq(rc, -1);
	test_plane_close(p);
	rig_meet(r);
	rig_free(r);
}
END_TEST

START_TEST(hook_that_is_not_ready_keeps_the_peer_waiting)
{
	struct rig *r = rig_new();

	r->hello_rc = -EAGAIN;
	ck_assert_int_lt(rig_say_hello(r, &r->plane, sizeof(struct weir_hello), 1), 0);
	test_plane_close(&r->plane);
	r->hello_rc = 0;
	rig_meet(r);
	ck_assert_int_eq(r->hellos, 2);
	rig_free(r);
}
END_TEST

START_TEST(second_data_plane_is_refused_while_the_first_lives)
{
	struct rig *r = rig_new();
	struct test_plane second;
	int rc;

	rig_meet(r);
	test_plane_init(&second, 78);
	ck_assert_int_eq(test_plane_connect(&second, r->path), 0);
	UNTIL(r, (rc = test_plane_welcome(&second)) != 0);
	ck_assert_int_eq(rc, -1);
	test_plane_close(&second);
	ck_assert_int_eq(link_connected(r->link), 1);
	test_plane_close(&r->plane);
	UNTIL(r, r->gone);
	ck_assert_int_eq(rig_say_hello(r, &second, sizeof(struct weir_hello), 1), 1);
	test_plane_free(&second);
	rig_free(r);
}
END_TEST

START_TEST(talk_after_the_hello_ends_the_connection)
{
	struct rig *r = rig_new();

	rig_meet(r);
	ck_assert_int_eq(test_plane_send(&r->plane, 8, 0), 0);
	UNTIL(r, r->gone);
	ck_assert_int_eq(link_connected(r->link), 0);
	ck_assert_int_eq(stats_attached(r->stats), 0);
	rig_free(r);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		socket_is_private_and_a_stale_one_is_replaced,
		socket_of_a_living_control_plane_is_left_alone,
		welcome_brings_a_sealed_region_and_the_beats,
		hostile_hello_is_refused,
		hello_of_the_wrong_size_or_descriptors_is_refused,
		unsealed_counters_are_refused,
		silent_peer_is_dropped,
		hook_that_is_not_ready_keeps_the_peer_waiting,
		second_data_plane_is_refused_while_the_first_lives,
		talk_after_the_hello_ends_the_connection,
	};
	Suite *s = suite_create("link");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 30);
	return s;
}
