// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "models.h"
#include "regions.h"
#include "stats.h"
#include "unit.h"

#define SEALED (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static uint64_t packets(const struct stats *s, const struct model *m, const char *name)
{
	struct model_counters c;

	stats_backend(s, model_backend(m, "web", name), &c, NULL);
	return c.packets;
}

static void attach(struct stats *s, struct model *m, struct test_region *r)
{
	ck_assert_int_eq(stats_attach(s, m, r->fd), 0);
}

START_TEST(workers_are_added_up)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	struct model_counters c;
	struct test_region r;
	uint64_t flows, drops, all[WEIR_DROP__COUNT];

	test_region_make(&r, 1, 3, 2, SEALED | F_SEAL_FUTURE_WRITE);
	for (uint32_t w = 0; w < 3; w++) {
		*test_region_backend(&r, w, 1) = (struct weir_backend_counters){1, 10, 100, 7};
		*test_region_service(&r, w, 1) = (struct weir_service_counters){2, 20, 200, 5};
		test_region_worker(&r, w)->drops[WEIR_DROP_frag] = w + 1;
	}
	attach(s, m, &r);
	stats_backend(s, model_backend(m, "web", "b2"), &c, &flows);
	ck_assert_uint_eq(c.packets, 3);
	ck_assert_uint_eq(c.bytes, 30);
	ck_assert_uint_eq(c.new_flows, 300);
	ck_assert_uint_eq(flows, 21);
	stats_service(s, model_service(m, "web"), &c, &drops);
	ck_assert_uint_eq(c.packets, 6);
	ck_assert_uint_eq(c.new_flows, 600);
	ck_assert_uint_eq(drops, 15);
	stats_drops(s, all);
	ck_assert_uint_eq(all[WEIR_DROP_frag], 6);
	ck_assert_uint_eq(all[WEIR_DROP_frag_bad], 0);
	ck_assert_uint_eq(stats_workers(s), 3);
	ck_assert_uint_eq(stats_ports(s), 2);
	stats_free(s);
	model_free(m);
	test_region_free(&r);
}
END_TEST

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

START_TEST(new_instance_adds_to_what_the_last_one_counted)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	struct test_region a, b;
	uint64_t all[WEIR_DROP__COUNT], drops;

	test_region_make(&a, 1, 1, 1, SEALED);
	test_region_make(&b, 2, 2, 1, SEALED);
	test_region_backend(&a, 0, 0)->packets = 100;
	attach(s, m, &a);
	/* Counted after the last look, by a process that is dead when the next one comes. */
	test_region_backend(&a, 0, 0)->packets = 1000;
	test_region_service(&a, 0, 1)->drops = 11;
	test_region_worker(&a, 0)->drops[WEIR_DROP_too_big] = 5;
	stats_detach(s);
	test_region_free(&a);
	ck_assert_uint_eq(packets(s, m, "b1"), 1000);
	test_region_backend(&b, 1, 0)->packets = 7;
	test_region_service(&b, 1, 1)->drops = 1;
	test_region_worker(&b, 0)->drops[WEIR_DROP_too_big] = 2;
	attach(s, m, &b);
	ck_assert_uint_eq(packets(s, m, "b1"), 1007);
	stats_service(s, model_service(m, "web"), NULL, &drops);
	ck_assert_uint_eq(drops, 12);
	stats_drops(s, all);
	ck_assert_uint_eq(all[WEIR_DROP_too_big], 7);
	attach(s, m, &b); /* the same instance again: nothing is folded twice */
	ck_assert_uint_eq(packets(s, m, "b1"), 1007);
	stats_free(s);
	model_free(m);
	test_region_free(&b);
}
END_TEST

START_TEST(counters_never_go_backwards)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	struct test_region r;
	uint64_t last = 0, seed = 4;

	test_region_make(&r, 1, 2, 1, SEALED);
	attach(s, m, &r);
	for (int i = 0; i < 2000; i++) {
		test_region_backend(&r, i & 1, 0)->packets = unit_random(&seed) % 1000;
		stats_sample(s, m);
		ck_assert_uint_ge(packets(s, m, "b1"), last);
		last = packets(s, m, "b1");
	}
	stats_free(s);
	model_free(m);
	test_region_free(&r);
}
END_TEST

START_TEST(detached_values_stay_and_flows_do_not)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	struct test_region r;
	uint64_t flows;

	test_region_make(&r, 1, 1, 1, SEALED);
	*test_region_backend(&r, 0, 0) = (struct weir_backend_counters){5, 50, 3, 3};
	attach(s, m, &r);
	stats_detach(s);
	ck_assert_int_eq(stats_attached(s), 0);
	ck_assert_uint_eq(packets(s, m, "b1"), 5);
	stats_backend(s, model_backend(m, "web", "b1"), NULL, &flows);
	ck_assert_uint_eq(flows, 0);
	stats_free(s);
	model_free(m);
	test_region_free(&r);
}
END_TEST

#define FRONT(backends)                                                                            \
	"services: { web: { vip = \"192.0.2.10\"; port = 80; protocol = \"tcp\"; pool = "          \
	"\"front\"; }; }; pools: { front: { backends: {" backends "}; }; };"

START_TEST(next_owner_of_a_slot_starts_at_zero)
{
	struct model *m = test_model(FRONT("b1: { address = \"10.1.0.1\"; };"));
	struct stats *s = stats_new();
	struct test_region r;

	test_region_make(&r, 1, 1, 1, SEALED);
	test_region_backend(&r, 0, 0)->packets = 40;
	attach(s, m, &r);
	ck_assert_uint_eq(packets(s, m, "b1"), 40);
	for (uint32_t i = 1; i < WEIR_MAX_BACKENDS; i++)
		m->incarnation[i] = 9;
	ck_assert_int_eq(model_reload(m, test_conf(FRONT("b2: { address = \"10.1.0.2\"; };"))), 0);
	ck_assert_uint_eq(model_backend(m, "web", "b2")->slot, 0);
	ck_assert_uint_eq(packets(s, m, "b2"), 0);   /* before anybody looked */
	test_region_backend(&r, 0, 0)->packets = 41; /* still the old owner's */
	stats_sample(s, m);
	ck_assert_uint_eq(packets(s, m, "b2"), 0);
	test_region_backend(&r, 0, 0)->packets = 51;
	ck_assert_uint_eq(packets(s, m, "b2"), 10);
	stats_slot_reset(s, 0);
	ck_assert_uint_eq(packets(s, m, "b2"), 0);
	stats_free(s);
	model_free(m);
	test_region_free(&r);
}
END_TEST

START_TEST(new_address_of_a_name_goes_on_counting)
{
	struct model *m = test_model(FRONT("b1: { address = \"10.1.0.1\"; };"));
	struct stats *s = stats_new();
	struct test_region r;

	test_region_make(&r, 1, 1, 1, SEALED);
	test_region_backend(&r, 0, 0)->packets = 40;
	attach(s, m, &r);
	ck_assert_int_eq(model_reload(m, test_conf(FRONT("b1: { address = \"10.1.0.7\"; };"))), 0);
	stats_sample(s, m);
	ck_assert_uint_eq(packets(s, m, "b1"), 40);
	stats_free(s);
	model_free(m);
	test_region_free(&r);
}
END_TEST

/* The control plane is killed and comes back: to the same data plane, or to another one. */
static void restart(uint64_t instance_then, uint64_t add, uint64_t want)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new(), *again = stats_new();
	uint64_t all[WEIR_DROP__COUNT];
	struct test_region a, b;
	json_t *saved;

	test_region_make(&a, 1, 1, 1, SEALED);
	test_region_make(&b, instance_then, 1, 1, SEALED);
	test_region_backend(&a, 0, 0)->packets = 100;
	test_region_worker(&a, 0)->drops[WEIR_DROP_frag] = 3;
	attach(s, m, &a);
	saved = stats_save(s);
	stats_free(s);
	test_region_backend(&b, 0, 0)->packets = add;
	stats_restore(again, saved);
	json_decref(saved);
	ck_assert_uint_eq(packets(again, m, "b1"), 100);
	attach(again, m, &b);
	ck_assert_uint_eq(packets(again, m, "b1"), want);
	stats_drops(again, all);
	ck_assert_uint_eq(all[WEIR_DROP_frag], 3);
	stats_free(again);
	model_free(m);
	test_region_free(&a);
	test_region_free(&b);
}

START_TEST(restart_finds_the_same_data_plane)
{
	restart(1, 130, 130);
}
END_TEST

START_TEST(restart_finds_another_data_plane)
{
	restart(2, 30, 130);
}
END_TEST

START_TEST(nonsense_in_the_saved_part_counts_as_absent)
{
	struct model *m = test_model(TEST_BASIC);
	struct stats *s = stats_new();
	json_t *saved = json_loads("{\"instance\": 7, \"drops_base\": [1], \"backends\": {"
				   "\"x\": 1, \"99999\": {}, \"00001\": \"zz\","
				   "\"00000\": \"1 9 9 9 9 8 9 9 9 0\"}}",
		0, NULL);

	ck_assert_ptr_nonnull(saved);
	stats_restore(s, saved);
	ck_assert_uint_eq(stats_instance(s), 0);
	ck_assert_uint_eq(packets(s, m, "b1"), 0);
	json_decref(saved);
	stats_free(s);
	model_free(m);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		workers_are_added_up,
		impossible_geometry_is_refused,
		region_that_could_shrink_is_refused,
		small_region_is_refused,
		geometry_changed_later_has_no_effect,
		new_instance_adds_to_what_the_last_one_counted,
		counters_never_go_backwards,
		detached_values_stay_and_flows_do_not,
		next_owner_of_a_slot_starts_at_zero,
		new_address_of_a_name_goes_on_counting,
		restart_finds_the_same_data_plane,
		restart_finds_another_data_plane,
		nonsense_in_the_saved_part_counts_as_absent,
	};
	Suite *s = suite_create("stats");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 20);
	return s;
}
