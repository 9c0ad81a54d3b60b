// SPDX-License-Identifier: BSD-3-Clause
/* A counters region is another process's word: what is refused, and what may change under us. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/mman.h>
#include <unistd.h>

#include "models.h"
#include "regions.h"
#include "stats.h"
#include "unit.h"

#define SEALED (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static void attach(struct stats *s, struct model *m, struct test_region *r)
{
	ck_assert_int_eq(stats_attach(s, m, r->fd), 0);
}

/* Each row changes one thing in a good region; all must be refused. */
static void spoil(struct test_region *r, int i)
{
	struct weir_counters_head *h = r->head;

	switch (i) {
	case 0:
		h->magic++;
		break;
	case 1:
		h->abi++;
		break;
	case 2:
		h->length++;
		break;
	case 3:
		h->instance = 0;
		break;
	case 4:
		h->n_workers = 0;
		break;
	case 5:
		h->n_workers = 3;
		break; /* one more than there is room for */
	case 6:
		h->n_workers = UINT32_MAX;
		break;
	case 7:
		h->n_ports = WEIR_MAX_PORTS + 1;
		break;
	case 8:
		h->worker_offset = 64;
		break; /* inside the ports */
	case 9:
		h->worker_offset = UINT64_MAX - 63;
		break;
	case 10:
		h->worker_offset += 8;
		break;
	case 11:
		h->worker_stride -= 64;
		break;
	case 12:
		h->worker_stride = UINT64_MAX - 63;
		break;
	case 13:
		h->worker_stride += 64;
		break; /* the last one ends outside */
	}
}

START_TEST(impossible_geometry_is_refused)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();

	for (int i = 0; i < 14; i++) {
		struct test_region r;

		test_region_make(&r, 1, 2, 1, SEALED);
		spoil(&r, i);
		ck_assert_msg(stats_attach(s, m, r.fd) == -EBADMSG, "case %d was taken", i);
		ck_assert_int_eq(stats_attached(s), 0);
		test_region_free(&r);
	}
	stats_free(s);
	model_free(m);
}
END_TEST

START_TEST(region_that_could_shrink_is_refused)
{
	static const int seals[] = {
		0, F_SEAL_SHRINK, F_SEAL_SHRINK | F_SEAL_GROW, F_SEAL_GROW | F_SEAL_SEAL};
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	int fd;

	for (int i = 0; i < 4; i++) {
		struct test_region r;

		test_region_make(&r, 1, 1, 1, seals[i]);
		ck_assert_int_eq(stats_attach(s, m, r.fd), -EPERM);
		test_region_free(&r);
	}
	fd = open(test_path("file"), O_RDWR | O_CREAT, 0600);
	ck_assert_int_eq(stats_attach(s, m, fd), -EPERM);
	close(fd);
	ck_assert_int_lt(stats_attach(s, m, -1), 0);
	stats_free(s);
	model_free(m);
}
END_TEST

START_TEST(small_region_is_refused)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	int fd = memfd_create("small", MFD_ALLOW_SEALING);

	ck_assert_int_eq(ftruncate(fd, sizeof(struct weir_counters_head) - 1), 0);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, SEALED), 0);
	ck_assert_int_eq(stats_attach(s, m, fd), -EBADMSG);
	close(fd);
	stats_free(s);
	model_free(m);
}
END_TEST

START_TEST(geometry_changed_later_has_no_effect)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	struct weir_worker_counters w;
	struct weir_port_counters p;
	struct test_region r;

	test_region_make(&r, 1, 2, 1, SEALED);
	attach(s, m, &r);
	test_region_worker(&r, 1)->rx_packets = 9;
	memset(test_region_port(&r, 0)->name, 'x', WEIR_NAME_MAX);
	r.head->n_workers = r.head->n_ports = UINT32_MAX;
	r.head->worker_offset = r.head->worker_stride = UINT64_MAX / 2;
	ck_assert_uint_eq(stats_workers(s), 2);
	stats_worker(s, 1, &w);
	ck_assert_uint_eq(w.rx_packets, 9);
	stats_worker(s, 2, &w);
	ck_assert_uint_eq(w.rx_packets, 0);
	stats_port(s, 0, &p);
	ck_assert_uint_eq(strlen(p.name), WEIR_NAME_MAX - 1);
	stats_port(s, 1, &p);
	ck_assert_uint_eq(strlen(p.name), 0);
	stats_sample(s, m);
	stats_free(s);
	model_free(m);
	test_region_free(&r);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		impossible_geometry_is_refused,
		region_that_could_shrink_is_refused,
		small_region_is_refused,
		geometry_changed_later_has_no_effect,
	};
	Suite *s = suite_create("stats_region");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 20);
	return s;
}
