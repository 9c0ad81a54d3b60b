// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>

#include "models.h"
#include "unit.h"

#define SERVICE(name, port, more)                                                                  \
	name ": { vip = \"192.0.2.10\"; port = " #port "; protocol = \"tcp\"; pool = \"p\";" more  \
	     "};"
#define ONE(backends)                                                                              \
	"services: {" SERVICE("s", 80, "") "}; pools: { p: { backends: {" backends "}; }; };"
#define B(name, address) name ": { address = \"" address "\"; };"

static struct model_backend *get(const struct model *m, const char *name)
{
	struct model_backend *b = model_backend(m, "s", name);

	ck_assert_ptr_nonnull(b);
	return b;
}

static void reload(struct model *m, const char *objects)
{
	ck_assert_int_eq(model_reload(m, test_conf(objects)), 0);
}

START_TEST(slots_follow_names_whatever_the_order)
{
	struct model *m = test_model(ONE(B("c", "10.1.0.3") B("a", "10.1.0.1") B("b", "10.1.0.2")));

	ck_assert_uint_eq(get(m, "a")->slot, 0);
	ck_assert_uint_eq(get(m, "b")->slot, 1);
	ck_assert_uint_eq(get(m, "c")->slot, 2);
	ck_assert_uint_eq(get(m, "a")->incarnation, 1);
	ck_assert_ptr_eq(m->by_slot[1], get(m, "b"));
	ck_assert_ptr_null(m->by_slot[3]);
	model_free(m);
}
END_TEST

START_TEST(reload_keeps_slots_overrides_and_counters_by_name)
{
	struct model *m = test_model(ONE(B("b", "10.1.0.2") B("d", "10.1.0.4")));
	struct model_backend *b = get(m, "b");
	uint32_t id = m->pools[0]->id;

	b->override.admin = MODEL_ADMIN_DRAIN;
	b->health.verdict = MODEL_DOWN;
	b->base.packets = 77;
	reload(m, ONE(B("a", "10.1.0.1") B("b", "10.1.0.2") B("d", "10.1.0.4")));
	b = get(m, "b");
	ck_assert_uint_eq(b->slot, 0);
	ck_assert_uint_eq(b->incarnation, 1);
	ck_assert_int_eq(b->override.admin, MODEL_ADMIN_DRAIN);
	ck_assert_int_eq(b->health.verdict, MODEL_DOWN);
	ck_assert_uint_eq(b->base.packets, 77);
	ck_assert_uint_eq(get(m, "d")->slot, 1);
	ck_assert_uint_eq(get(m, "a")->slot, 2);
	ck_assert_uint_eq(m->pools[0]->id, id);
	model_free(m);
}
END_TEST

START_TEST(freed_slot_is_reused_after_all_unused_ones)
{
	struct model *m = test_model(ONE(B("a", "10.1.0.1") B("b", "10.1.0.2")));

	reload(m, ONE(B("b", "10.1.0.2") B("c", "10.1.0.3")));
	ck_assert_uint_eq(get(m, "c")->slot, 2);
	ck_assert_ptr_null(m->by_slot[0]);
	ck_assert_uint_eq(m->incarnation[0], 1);
	/* As after 16,383 backends: every free slot has been used, slot 0 least often. */
	for (uint32_t i = 3; i < WEIR_MAX_BACKENDS; i++)
		m->incarnation[i] = 5;
	reload(m, ONE(B("b", "10.1.0.2") B("c", "10.1.0.3") B("d", "10.1.0.4")));
	ck_assert_uint_eq(get(m, "d")->slot, 0);
	ck_assert_uint_eq(get(m, "d")->incarnation, 2);
	model_free(m);
}
END_TEST

START_TEST(incarnation_wraps_past_zero)
{
	struct model *m = test_model(ONE(B("a", "10.1.0.1")));

	ck_assert_uint_eq(model_next_incarnation(UINT16_MAX), 1);
	m->incarnation[0] = get(m, "a")->incarnation = UINT16_MAX;
	reload(m, ONE(B("a", "10.1.0.9")));
	ck_assert_uint_eq(get(m, "a")->slot, 0);
	ck_assert_uint_eq(get(m, "a")->incarnation, 1);
	model_free(m);
}
END_TEST

START_TEST(new_address_is_a_new_incarnation_with_unknown_health)
{
	struct model *m = test_model(ONE(B("a", "10.1.0.1") B("b", "10.1.0.2")));

	get(m, "a")->health.verdict = MODEL_DOWN;
	get(m, "a")->override.weight = 3;
	get(m, "a")->hop.state = WEIR_HOP_READY;
	reload(m, ONE(B("a", "10.1.0.9") B("b", "10.1.0.2")));
	ck_assert_uint_eq(get(m, "a")->slot, 0);
	ck_assert_uint_eq(get(m, "a")->incarnation, 2);
	ck_assert_int_eq(get(m, "a")->health.verdict, MODEL_UNKNOWN);
	ck_assert_int_eq(get(m, "a")->hop.state, WEIR_HOP_PENDING);
	ck_assert_int_eq(get(m, "a")->override.weight, 3);
	ck_assert_uint_eq(get(m, "b")->incarnation, 1);
	model_free(m);
}
END_TEST

START_TEST(same_name_in_two_pools_is_two_backends)
{
	struct model *m = test_model(TEST_BASIC);

	ck_assert_ptr_eq(model_backend(m, "web", "b1"), model_backend(m, "alt", "b1"));
	ck_assert_ptr_null(model_backend(m, "web6", "b1"));
	ck_assert_ptr_null(model_backend(m, "web", "nobody"));
	ck_assert_ptr_null(model_backend(m, "nothing", "b1"));
	ck_assert_uint_eq(m->n_pools, 2);
	ck_assert_uint_ne(m->pools[0]->id, m->pools[1]->id);
	model_free(m);
}
END_TEST

START_TEST(reload_that_does_not_fit_changes_nothing)
{
	struct model *m = test_model(TEST_BASIC);
	const struct conf *before = m->conf;
	struct model_pool *pool = m->pools[0];
	struct conf *bad = test_conf(TEST_BASIC);

	bad->services[0].pool = bad->n_pools;
	ck_assert_int_eq(model_reload(m, bad), -EINVAL);
	ck_assert_ptr_eq(m->conf, before);
	ck_assert_ptr_eq(m->pools[0], pool);
	bad->n_services = 0;
	conf_free(bad);
	model_free(m);
}
END_TEST

static void expect(struct model_backend *b, enum weir_backend_state state, uint32_t weight)
{
	ck_assert_int_eq(model_backend_state(b), state);
	ck_assert_uint_eq(model_backend_weight(b), weight);
}

START_TEST(state_follows_admin_verdict_and_weight)
{
	struct model *m = test_model(ONE("a: { address = \"10.1.0.1\"; weight = 7; };"));
	struct model_backend *b = get(m, "a");

	expect(b, WEIR_BACKEND_UP, 7);
	b->override.weight = 9;
	expect(b, WEIR_BACKEND_UP, 9);
	b->override.weight = 0;
	expect(b, WEIR_BACKEND_DRAIN, 0);
	b->override.weight = -1;
	b->override.admin = MODEL_ADMIN_DRAIN;
	expect(b, WEIR_BACKEND_DRAIN, 0);
	b->health.verdict = MODEL_DOWN;
	expect(b, WEIR_BACKEND_DOWN, 0);
	b->pool->panic = 1;
	expect(b, WEIR_BACKEND_DRAIN, 0);
	b->override.admin = MODEL_ADMIN_UP;
	expect(b, WEIR_BACKEND_UP, 7);
	b->override.admin = MODEL_ADMIN_MAINT;
	expect(b, WEIR_BACKEND_DOWN, 0);
	model_free(m);
}
END_TEST

START_TEST(panic_only_when_all_that_could_serve_are_down)
{
	struct model *m = test_model(ONE(B("a", "10.1.0.1") B("b", "10.1.0.2") B("c", "10.1.0.3")));
	struct model_pool *p = m->pools[0];

	get(m, "a")->health.verdict = MODEL_DOWN;
	get(m, "b")->health.verdict = MODEL_DOWN;
	model_pool_update_panic(p);
	ck_assert_int_eq(p->panic, 0);
	get(m, "c")->override.admin = MODEL_ADMIN_MAINT;
	model_pool_update_panic(p);
	ck_assert_int_eq(p->panic, 1);
	expect(get(m, "a"), WEIR_BACKEND_UP, 10);
	expect(get(m, "c"), WEIR_BACKEND_DOWN, 0);
	get(m, "a")->override.admin = MODEL_ADMIN_DRAIN;
	get(m, "b")->override.admin = MODEL_ADMIN_DRAIN;
	model_pool_update_panic(p);
	ck_assert_int_eq(p->panic, 0);
	model_free(m);
}
END_TEST

static const struct conf_check check = {.type = CONF_CHECK_TCP, .rise = 2, .fall = 3};

START_TEST(unknown_leaves_only_after_rise_or_fall_results)
{
	struct model *m = test_model(ONE(B("a", "10.1.0.1") B("b", "10.1.0.2")));
	struct model_backend *a = get(m, "a"), *b = get(m, "b");

	ck_assert_int_eq(model_health_result(a, &check, "x"), 0);
	ck_assert_int_eq(model_health_result(a, &check, "x"), 0);
	ck_assert_int_eq(a->health.verdict, MODEL_UNKNOWN);
	expect(a, WEIR_BACKEND_UP, 10);
	ck_assert_int_eq(model_health_result(a, &check, "x"), 1);
	ck_assert_int_eq(a->health.verdict, MODEL_DOWN);
	ck_assert_str_eq(a->health.last_error, "x");
	ck_assert_int_eq(model_health_result(b, &check, NULL), 0);
	ck_assert_int_eq(model_health_result(b, &check, NULL), 1);
	ck_assert_int_eq(b->health.verdict, MODEL_UP);
	ck_assert_uint_eq(a->health.checks, 3);
	ck_assert_uint_eq(a->health.failures, 3);
	model_free(m);
}
END_TEST

START_TEST(one_other_result_starts_the_count_again)
{
	struct model *m = test_model(ONE(B("a", "10.1.0.1") B("b", "10.1.0.2")));
	struct model_backend *a = get(m, "a");

	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(model_health_result(a, &check, "x"), 0);
		ck_assert_int_eq(model_health_result(a, &check, "x"), 0);
		ck_assert_int_eq(model_health_result(a, &check, NULL), 0);
	}
	ck_assert_int_eq(model_health_result(a, &check, NULL), 1);
	ck_assert_int_eq(a->health.verdict, MODEL_UP);
	for (int i = 0; i < 70000; i++)
		ck_assert_int_eq(model_health_result(a, &check, NULL), 0);
	ck_assert_uint_eq(a->health.streak, UINT16_MAX);
	model_free(m);
}
END_TEST

START_TEST(check_is_that_of_the_first_service_that_has_one)
{
	struct model *m = test_model("services: {" SERVICE("z", 81, "check: { type = \"tcp\"; };")
			SERVICE("m", 82, "check: { type = \"tcp\"; port = 9; };") SERVICE("s", 83,
				"check: { type = \"none\"; };") "};"
								"pools: { p: { backends: {" B("a",
									"10.1.0.1") "}; }; };");
	uint16_t port = 0;

	ck_assert_ptr_eq(
		model_pool_check(m, m->pools[0], &port), &model_service(m, "m")->conf->check);
	ck_assert_uint_eq(port, 9);
	reload(m, "services: {" SERVICE("z", 81, "check: { type = \"tcp\"; };") SERVICE("s", 83,
			  "check: { type = \"none\"; };") "};"
							  "pools: { p: { backends: {" B(
								  "a", "10.1.0.1") "}; }; };");
	ck_assert_ptr_nonnull(model_pool_check(m, m->pools[0], &port));
	ck_assert_uint_eq(port, 81);
	get(m, "a")->health.verdict = MODEL_DOWN;
	reload(m, "services: {" SERVICE("s", 83,
			  "check: { type = \"none\"; };") "};"
							  "pools: { p: { backends: {" B(
								  "a", "10.1.0.1") "}; }; };");
	ck_assert_ptr_null(model_pool_check(m, m->pools[0], &port));
	ck_assert_int_eq(get(m, "a")->health.verdict, MODEL_UNKNOWN);
	model_free(m);
}
END_TEST

START_TEST(service_slots_are_the_lowest_free_ones)
{
	struct model *m = test_model(TEST_BASIC);

	ck_assert_uint_eq(model_service(m, "alt")->slot, 0);
	ck_assert_uint_eq(model_service(m, "web")->slot, 1);
	ck_assert_uint_eq(model_service(m, "web6")->slot, 2);
	reload(m, "services: { aaa: { vip = \"192.0.2.1\"; port = 1; protocol = \"udp\";"
		  "pool = \"front\"; };"
		  "web6: { vip = \"2001:db8:1::10\"; port = 80; protocol = \"tcp\";"
		  "pool = \"front6\"; }; }; pools: {" TEST_POOLS "};");
	ck_assert_uint_eq(model_service(m, "aaa")->slot, 0);
	ck_assert_uint_eq(model_service(m, "web6")->slot, 2);
	model_free(m);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		slots_follow_names_whatever_the_order,
		reload_keeps_slots_overrides_and_counters_by_name,
		freed_slot_is_reused_after_all_unused_ones,
		incarnation_wraps_past_zero,
		new_address_is_a_new_incarnation_with_unknown_health,
		same_name_in_two_pools_is_two_backends,
		reload_that_does_not_fit_changes_nothing,
		state_follows_admin_verdict_and_weight,
		panic_only_when_all_that_could_serve_are_down,
		unknown_leaves_only_after_rise_or_fall_results,
		one_other_result_starts_the_count_again,
		check_is_that_of_the_first_service_that_has_one,
		service_slots_are_the_lowest_free_ones,
	};
	Suite *s = suite_create("model");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 20);
	return s;
}
