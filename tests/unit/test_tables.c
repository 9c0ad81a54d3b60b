// SPDX-License-Identifier: BSD-3-Clause
/* Blobs as the data plane judges them: table_check() and the snapshot are the real ones. */
#include <stdio.h>
#include <stdlib.h>

#include "maglev.h"
#include "models.h"
#include "state.h"
#include "table_check.h"
#include "tables.h"
#include "unit.h"
#include "weir_ring.h"

static uint64_t blob_mem[(8 << 20) / 8];
static uint8_t *const blob = (uint8_t *)blob_mem;

static int nothing_held(const struct weir_table_pool *pool, const void *b, void *arg)
{
	return 0;
}

static int all_held(const struct weir_table_pool *pool, const void *b, void *arg)
{
	return 1;
}

static struct table_limits limits_of(const struct model *m)
{
	const struct dataplane_conf *c = &m->conf->dataplane;
	struct table_limits l = {.n_vips = c->n_vips, .n_backends = c->n_backends, .n_ports = 1};

	memcpy(l.vips, c->vips, sizeof(l.vips));
	memcpy(l.backends, c->backends, sizeof(l.backends));
	return l;
}

static int64_t write_table(struct model *m, uint64_t generation)
{
	ck_assert_int_ge(tables_build_rows(m), 0);
	return tables_write(m, generation, NULL, NULL, blob);
}

static void expect_accepted(struct model *m, int64_t length, table_holds_rows holds)
{
	struct table_limits limits = limits_of(m);
	struct table_verdict v;

	ck_assert_int_gt(length, 0);
	v = table_check(blob, (uint64_t)length, 0, &limits, holds, NULL);
	ck_assert_msg(v.reason == WEIR_REFUSAL_NONE, "refused: %s, element %lu",
		weir_refusal_name(v.reason), v.detail);
}

static const struct weir_table_head *head(void)
{
	return (const void *)blob;
}

START_TEST(written_table_is_accepted_by_the_data_plane)
{
	struct model *m = test_model(TEST_BASIC);

	test_resolve(m);
	expect_accepted(m, write_table(m, 7), nothing_held);
	ck_assert_uint_eq(head()->generation, 7);
	ck_assert_uint_eq(head()->content, tables_content(m));
	ck_assert_uint_eq(head()->n_services, 3);
	ck_assert_uint_eq(head()->n_pools, 2);
	ck_assert_uint_eq(head()->n_backends, 5);
	ck_assert_uint_eq(head()->n_next_hops, 2);
	model_free(m);
}
END_TEST

#define OPTIONS                                                                                    \
	"services: { one: { vip = \"192.0.2.10\"; port = 443; protocol = \"tcp\"; pool = "         \
	"\"front\"; "                                                                              \
	"forward = \"gre\"; };"                                                                    \
	"rest: { vip = \"192.0.2.10\"; ports = \"any\"; protocol = \"tcp\"; pool = \"front\"; "    \
	"check: { type = \"none\"; }; affinity = \"source\"; };"                                   \
	"games: { vip = \"192.0.2.10\"; ports = \"8000-8099\"; protocol = \"udp\"; pool = "        \
	"\"front\"; forward = \"gue\"; gue-port = 6081; fragments = \"hash3\"; "                   \
	"timeouts: { embryonic = \"5s\"; idle = \"60s\"; closing = \"7s\"; }; }; };"               \
	"pools: {" TEST_POOLS "};"

/* In the order of the table: the service on any port first. */
START_TEST(options_of_services_reach_the_table)
{
	struct model *m = test_model(OPTIONS);
	const struct weir_table_service *s = table_services(blob);

	test_resolve(m);
	expect_accepted(m, write_table(m, 7), nothing_held);
	ck_assert_uint_eq(head()->n_services, 3);
	ck_assert_uint_eq(s[0].port, WEIR_PORT_ANY);
	ck_assert_uint_eq(s[0].port_last, WEIR_PORT_ANY_LAST);
	ck_assert_uint_eq(s[0].flags, WEIR_SVC_AFFINITY_SOURCE);
	ck_assert_uint_eq(s[0].embryonic_s, 10);
	ck_assert_uint_eq(s[0].closing_s, 30);
	ck_assert_uint_eq(s[0].gue_port, 0);
	ck_assert_uint_eq(s[1].port, 443);
	ck_assert_uint_eq(s[1].forward, WEIR_FWD_GRE);
	ck_assert_uint_eq(s[2].port, 8000);
	ck_assert_uint_eq(s[2].port_last, 8099);
	ck_assert_uint_eq(s[2].forward, WEIR_FWD_GUE);
	ck_assert_uint_eq(s[2].gue_port, 6081);
	ck_assert_uint_eq(s[2].flags, WEIR_SVC_FRAG_HASH3);
	ck_assert_uint_eq(s[2].embryonic_s, 5);
	ck_assert_uint_eq(s[2].idle_s, 60);
	ck_assert_uint_eq(s[2].closing_s, 7);
	model_free(m);
}
END_TEST

START_TEST(unresolved_and_odd_hops_are_pending_and_accepted)
{
	struct model *m = test_model(TEST_BASIC);
	struct weir_table_next_hop *h;

	test_resolve(m);
	model_backend(m, "web", "b1")->hop.state = WEIR_HOP_PENDING;
	h = &model_backend(m, "web", "b2")->hop;
	h->mtu = 68; /* a table with this hop READY would be refused whole */
	h = &model_backend(m, "web6", "s1")->hop;
	h->src = model_backend(m, "web", "b1")->addr;
	h = &model_backend(m, "web6", "s2")->hop;
	memset(h->dst_mac, 0xff, 6);
	expect_accepted(m, write_table(m, 1), nothing_held);
	ck_assert_uint_eq(head()->n_next_hops, 2);
	ck_assert_uint_eq(table_next_hops(blob)[0].state, WEIR_HOP_PENDING);
	ck_assert_uint_eq(table_next_hops(blob)[1].state, WEIR_HOP_READY);
	ck_assert_uint_eq(table_backends(blob)[2].next_hop, 1);
	model_free(m);
}
END_TEST

START_TEST(rows_are_those_of_maglev)
{
	static const struct maglev_member members[] = {{"b3", 20, 2}, {"b1", 10, 0}};
	struct model *m = test_model(TEST_BASIC);
	const uint32_t *rows;
	uint32_t want[509];
	void *scratch;

	model_backend(m, "web", "b2")->override.admin = MODEL_ADMIN_DRAIN;
	expect_accepted(m, write_table(m, 1), nothing_held);
	ck_assert_uint_eq(table_pools(blob)[0].n_rows, 509);
	scratch = aligned_alloc(64, (maglev_scratch_size(2, 509) + 63) / 64 * 64);
	ck_assert_int_eq(maglev_build(members, 2, 509, want, scratch), 0);
	rows = table_rows(blob, &table_pools(blob)[0]);
	for (uint32_t i = 0; i < 509; i++)
		ck_assert_uint_eq(rows[i], weir_row(want[i], want[i], WEIR_STABLE));
	free(scratch);
	model_free(m);
}
END_TEST

START_TEST(pool_without_takers_has_empty_rows)
{
	struct model *m = test_model(TEST_BASIC);

	for (uint32_t i = 0; i < 3; i++)
		m->pools[0]->backends[i]->override.admin = MODEL_ADMIN_DRAIN;
	expect_accepted(m, write_table(m, 1), nothing_held);
	for (uint32_t i = 0; i < m->pools[0]->n_rows; i++)
		ck_assert_uint_eq(m->pools[0]->rows[i],
			weir_row(WEIR_SLOT_NONE, WEIR_SLOT_NONE, WEIR_STABLE));
	model_free(m);
}
END_TEST

START_TEST(version_rises_only_when_rows_differ)
{
	struct model *m = test_model(TEST_BASIC);
	struct model_pool *p = m->pools[0];
	struct model_backend *b = model_backend(m, "web", "b1");
	uint64_t content;

	ck_assert_int_eq(tables_build_rows(m), 2);
	ck_assert_uint_eq(p->version, 1);
	ck_assert_int_eq(tables_build_rows(m), 0);
	b->override.admin = MODEL_ADMIN_DRAIN;
	ck_assert_int_eq(tables_build_rows(m), 1);
	ck_assert_uint_eq(p->version, 2);
	/* Down instead of draining: the same rows, another content. */
	content = tables_content(m);
	b->override.admin = MODEL_ADMIN_MAINT;
	ck_assert_int_eq(tables_build_rows(m), 0);
	ck_assert_uint_eq(p->version, 2);
	ck_assert_uint_ne(tables_content(m), content);
	p->members_checksum = 0; /* as after a restart: built anew, found equal */
	ck_assert_int_eq(tables_build_rows(m), 0);
	ck_assert_uint_eq(p->version, 2);
	model_free(m);
}
END_TEST

static int hold_first(const struct model_pool *p, void *arg)
{
	return p->id == 1;
}

START_TEST(held_rows_are_left_out_and_content_stays)
{
	struct model *m = test_model(TEST_BASIC);
	int64_t whole, part;
	uint64_t content;

	test_resolve(m);
	whole = write_table(m, 1);
	content = head()->content;
	part = tables_write(m, 2, hold_first, NULL, blob);
	ck_assert_int_eq(whole - part, (509 + 1) * 4);
	ck_assert_uint_eq(head()->content, content);
	ck_assert_uint_eq(table_pools(blob)[0].rows_offset, 0);
	ck_assert_uint_ne(table_pools(blob)[1].rows_offset, 0);
	expect_accepted(m, part, all_held);
	ck_assert_int_eq(
		table_check(blob, (uint64_t)part, 0, &(struct table_limits){0}, nothing_held, NULL)
				.reason != WEIR_REFUSAL_NONE,
		1);
	model_free(m);
}
END_TEST

START_TEST(content_does_not_know_the_order_in_the_file)
{
	struct model *a = test_model(TEST_BASIC);
	struct model *b = test_model(
		"pools: { front6: { backends: { s2: { address = \"2001:db8:2::2\"; };"
		" s1: { address = \"2001:db8:2::1\"; }; }; };"
		"front: { backends: { b3: { address = \"10.1.0.3\"; weight = 20; };"
		" b2: { address = \"10.1.0.2\"; }; b1: { address = \"10.1.0.1\"; }; }; }; };"
		"services: {"
		"alt: { vip = \"192.0.2.9\"; port = 8080; protocol = \"tcp\"; pool = \"front\"; };"
		"web6: { vip = \"2001:db8:1::10\"; port = 80; protocol = \"tcp\"; pool = "
		"\"front6\"; };"
		"web: { vip = \"192.0.2.10\"; port = 80; protocol = \"tcp\"; pool = \"front\"; }; "
		"};");

	test_resolve(a);
	test_resolve(b);
	tables_build_rows(a);
	tables_build_rows(b);
	ck_assert_uint_eq(tables_content(a), tables_content(b));
	b->hash_key[1]++;
	ck_assert_uint_ne(tables_content(a), tables_content(b));
	model_free(a);
	model_free(b);
}
END_TEST

START_TEST(content_survives_a_restart)
{
	struct model *m = test_model(TEST_BASIC), *again;
	struct stats *s = stats_new(), *s2 = stats_new();
	struct weir_diag d = {0};
	uint64_t content;
	int found;

	test_resolve(m);
	ck_assert_int_eq(tables_build_rows(m), 2);
	model_backend(m, "web", "b1")->override.admin = MODEL_ADMIN_DRAIN;
	model_backend(m, "web6", "s1")->health.verdict = MODEL_DOWN;
	ck_assert_int_eq(tables_build_rows(m), 2);
	content = tables_content(m);
	ck_assert_int_eq(state_save(test_path("state.json"), m, s), 0);

	again = test_model(TEST_BASIC);
	ck_assert_int_eq(state_load(test_path("state.json"), again, s2, &found, &d), 0);
	ck_assert_int_eq(found, 1);
	test_resolve(again);
	ck_assert_int_eq(tables_build_rows(again), 0);
	ck_assert_uint_eq(tables_content(again), content);
	model_free(m);
	model_free(again);
	stats_free(s);
	stats_free(s2);
}
END_TEST

START_TEST(too_many_rows_for_one_blob_are_refused)
{
	char *text = malloc(1 << 20), *at = text;
	uint8_t *big = malloc(WEIR_BLOB_SIZE);
	struct model *m;

	ck_assert_ptr_nonnull(text);
	at += sprintf(at, "services: {");
	for (int i = 0; i < 30; i++)
		at += sprintf(at,
			"s%d: { vip = \"192.0.2.%d\"; port = 80; protocol = \"tcp\"; pool = "
			"\"p%d\"; };",
			i, i + 1, i);
	at += sprintf(at, "}; pools: {");
	for (int i = 0; i < 30; i++)
		at += sprintf(at,
			"p%d: { rows = 655373; backends: { b: { address = \"10.1.0.%d\"; }; }; };",
			i, i + 1);
	sprintf(at, "};");
	m = test_model(text);
	ck_assert_int_ge(tables_build_rows(m), 0);
	ck_assert_int_eq(tables_write(m, 1, NULL, NULL, big), -E2BIG);
	model_free(m);
	free(text);
	free(big);
}
END_TEST

/* Figures of a large configuration: 10,000 backends in 50 pools, 10,000 services. */
START_TEST(large_model_builds_and_is_accepted)
{
	const int pools = 50, per_pool = 200, services = 10000;
	char *text = malloc(4 << 20), *at = text;
	struct model *m;
	uint64_t t0, t1, t2;
	int64_t length;

	ck_assert_ptr_nonnull(text);
	at += sprintf(at, "services: {");
	for (int i = 0; i < services; i++)
		at += sprintf(at,
			"s%d: { vip = \"2001:db8:1::%x\"; port = 80; protocol = \"tcp\"; pool = "
			"\"p%d\"; };\n",
			i, i + 1, i % pools);
	at += sprintf(at, "};\npools: {");
	for (int p = 0; p < pools; p++) {
		at += sprintf(at, "p%d: { backends: {\n", p);
		for (int b = 0; b < per_pool; b++)
			at += sprintf(at, "b%d: { address = \"10.%d.%d.%d\"; };\n", b, p + 1,
				b / 100, b % 100 + 1);
		at += sprintf(at, "}; };\n");
	}
	sprintf(at, "};");
	m = test_model(text);
	test_resolve(m);
	t0 = unit_now_ns();
	ck_assert_int_eq(tables_build_rows(m), pools);
	t1 = unit_now_ns();
	length = tables_write(m, 1, NULL, NULL, blob);
	t2 = unit_now_ns();
	expect_accepted(m, length, nothing_held);
	unit_note(
		"10,000 backends, 50 pools, 10,000 services: rows %.1f ms, write %.1f ms, %ld KiB",
		(double)(t1 - t0) / 1e6, (double)(t2 - t1) / 1e6, length >> 10);
	model_free(m);
	free(text);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		written_table_is_accepted_by_the_data_plane,
		options_of_services_reach_the_table,
		unresolved_and_odd_hops_are_pending_and_accepted,
		rows_are_those_of_maglev,
		pool_without_takers_has_empty_rows,
		version_rises_only_when_rows_differ,
		held_rows_are_left_out_and_content_stays,
		content_does_not_know_the_order_in_the_file,
		content_survives_a_restart,
		too_many_rows_for_one_blob_are_refused,
		large_model_builds_and_is_accepted,
	};
	Suite *s = suite_create("tables");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 60);
	return s;
}
