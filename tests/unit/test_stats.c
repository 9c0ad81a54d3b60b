// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>

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
