// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <stdlib.h>

#include "blobs.h"
#include "frames.h"
#include "must.h"
#include "siphash.h"
#include "snapshot_samples.h"
#include "unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* The service at an address, as its slot; -1: a VIP without such a service, -2: no VIP. */
static int find(const struct snapshot *s, const char *addr, uint8_t proto, uint16_t port)
{
	struct weir_addr a = blob_addr(addr);
	int is_vip = -1;
	const struct service *svc = snapshot_service(s, &a, proto, port, &is_vip);

	MUST(is_vip == snapshot_is_vip(s, &a));
	if (svc == NULL)
		return is_vip ? -1 : -2;
	MUST(weir_addr_eq(&svc->vip, &a));
	return (int)svc->slot;
}

START_TEST(every_port_leads_to_its_service_or_none)
{
	struct sample s;

	sample_make(&s, NULL);
	for (uint32_t port = 0; port <= 65535; port++) {
		int tcp = port == 80 ? 7 : port >= 8000 && port <= 8010 ? 0 : -1;

		MUST(find(s.snapshot, "192.0.2.10", 6, (uint16_t)port) == tcp);
		MUST(find(s.snapshot, "192.0.2.10", 17, (uint16_t)port) == (port == 53 ? 2 : -1));
		MUST(find(s.snapshot, "2001:db8::10", 6, (uint16_t)port) == (port == 80 ? 3 : -1));
	}
	MUST(find(s.snapshot, "2001:db8::10", 17, 80) == -1);
	MUST(find(s.snapshot, "192.0.2.10", 1, 80) == -1);
	MUST(find(s.snapshot, "192.0.2.10", 255, 80) == -1);
	sample_free(&s);
}
END_TEST

START_TEST(foreign_address_is_no_vip)
{
	struct weir_addr a = blob_addr("192.0.2.10");
	struct sample s;
	uint64_t seed = 1;

	sample_make(&s, NULL);
	MUST(find(s.snapshot, "192.0.2.11", 6, 80) == -2);
	MUST(find(s.snapshot, "::", 6, 80) == -2);
	for (uint32_t bit = 0; bit < 128; bit++) {
		struct weir_addr near = a;

		near.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		MUST(!snapshot_is_vip(s.snapshot, &near));
	}
	memcpy(a.b, &s.blob.pool[0], sizeof(a.b)); // what follows the last service
	MUST(!snapshot_is_vip(s.snapshot, &a));
	for (uint32_t n = 0; n < 100000; n++) {
		a.w64[0] = unit_random(&seed);
		a.w64[1] = unit_random(&seed);
		MUST(!snapshot_is_vip(s.snapshot, &a));
	}
	sample_free(&s);
}
END_TEST

START_TEST(services_say_what_the_table_said)
{
	struct weir_addr a = blob_addr("192.0.2.10");
	const struct service *svc;
	struct sample s;
	int is_vip;

	sample_make(&s, NULL);
	svc = snapshot_service(s.snapshot, &a, 6, 8005, &is_vip);
	ck_assert_uint_eq(svc->port, 8000);
	ck_assert_uint_eq(svc->port_last, 8010);
	ck_assert_uint_eq(svc->idle_s, 900);
	ck_assert_uint_eq(svc->forward, WEIR_FWD_L2DSR);
	ck_assert_uint_eq(svc->n_rows, BLOB_ROWS);
	ck_assert_ptr_eq(svc->rows, s.pools[0]->rows);
	a = blob_addr("2001:db8::10");
	svc = snapshot_service(s.snapshot, &a, 6, 80, &is_vip);
	ck_assert_uint_eq(svc->forward, WEIR_FWD_IPIP);
	ck_assert_ptr_eq(svc->rows, s.pools[1]->rows);
	sample_free(&s);
}
END_TEST

START_TEST(backends_say_what_the_table_said)
{
	const struct backend *b;
	struct sample s;

	sample_make(&s, NULL);
	b = snapshot_backend(s.snapshot, 2);
	ck_assert_uint_eq(b->state, WEIR_BACKEND_DRAIN);
	ck_assert_uint_eq(b->hop_ready, 1);
	ck_assert_uint_eq(b->incarnation, 102);
	ck_assert_uint_eq(b->port, 1);
	ck_assert_uint_eq(b->mtu, 1500);
	ck_assert_uint_eq(encap_len(&b->encap, WEIR_FWD_IPIP), 18 + 40);
	ck_assert_uint_eq((uintptr_t)b % 64, 0);
	b = snapshot_backend(s.snapshot, 0);
	ck_assert_uint_eq(encap_len(&b->encap, WEIR_FWD_IPIP), 14 + 20);
	b = snapshot_backend(s.snapshot, 3);
	ck_assert_uint_eq(b->state, WEIR_BACKEND_DOWN);
	ck_assert_uint_eq(b->hop_ready, 0);
	sample_free(&s);
}
END_TEST

START_TEST(slot_without_a_backend_gives_a_hole)
{
	static const uint32_t slots[] = {1, 4, 5, WEIR_SLOT_NONE, 65535, UINT32_MAX};
	struct sample s;

	sample_make(&s, NULL);
	for (size_t i = 0; i < N(slots); i++) {
		const struct backend *b = snapshot_backend(s.snapshot, slots[i]);

		ck_assert_uint_eq(b->state, WEIR_BACKEND_NONE);
		ck_assert_uint_eq(b->hop_ready, 0);
		ck_assert_uint_eq(b->incarnation, 0);
	}
	sample_free(&s);
}
END_TEST

/* interfaces: saddr, daddr, ports, protocol, zeros; SipHash-1-3 under the table's key. */
START_TEST(hash_is_that_of_the_tuple_under_the_key)
{
	struct sample s;

	sample_make(&s, NULL);
	for (uint32_t kind = 0; kind < FRAME_KIND__COUNT; kind++) {
		uint64_t words[5] = {0};
		struct parsed p;
		struct frame f;
		uint32_t addr;

		frame_make(&f, (enum frame_kind)kind, 0);
		addr = frame_is_v6(&f) ? 16 : 4;
		ck_assert_int_eq(parse_frame(f.b, f.len, &p), WEIR_DROP_NONE);
		memcpy(words, f.b + f.l3 + (frame_is_v6(&f) ? 8 : 12), 2 * addr);
		memcpy((uint8_t *)words + 2 * addr, f.b + f.l4, 4);
		((uint8_t *)words)[2 * addr + 4] = frame_is_tcp(&f) ? 6 : 17;
		ck_assert_uint_eq(snapshot_hash(s.snapshot, &p),
			siphash13(s.blob.head.hash_key, words, frame_is_v6(&f) ? 5 : 2));
	}
	sample_free(&s);
}
END_TEST

START_TEST(row_is_the_scaled_upper_half_of_the_hash)
{
	struct weir_addr a = blob_addr("192.0.2.10");
	const struct service *svc;
	struct sample s;
	int is_vip;

	sample_make(&s, NULL);
	svc = snapshot_service(s.snapshot, &a, 6, 80, &is_vip);
	ck_assert_uint_eq(service_row(svc, 0), s.blob.rows[0].row[0]);
	ck_assert_uint_eq(service_row(svc, 0xffffffff), s.blob.rows[0].row[0]);
	ck_assert_uint_eq(service_row(svc, UINT64_MAX), s.blob.rows[0].row[BLOB_ROWS - 1]);
	ck_assert_uint_eq(service_row(svc, 1ull << 63), s.blob.rows[0].row[BLOB_ROWS / 2]);
	sample_free(&s);
}
END_TEST

START_TEST(identity_is_that_of_the_table)
{
	struct pool *const *pools;
	struct sample s;

	sample_make(&s, NULL);
	ck_assert_uint_eq(snapshot_generation(s.snapshot), 9);
	ck_assert_uint_eq(snapshot_checksum(s.snapshot), s.blob.head.content);
	ck_assert_uint_eq(snapshot_pools(s.snapshot, &pools), BLOB_POOLS);
	ck_assert_ptr_eq(pools[0], s.pools[0]);
	ck_assert_ptr_eq(pools[1], s.pools[1]);
	sample_free(&s);
}
END_TEST

START_TEST(pool_is_a_copy_of_the_rows)
{
	struct weir_table_pool left_out;
	struct sample s;

	sample_make(&s, NULL);
	ck_assert_uint_eq(s.pools[1]->id, 2);
	ck_assert_uint_eq(s.pools[1]->refs, 0);
	ck_assert_uint_eq(s.pools[1]->n_rows, BLOB_ROWS);
	ck_assert_uint_eq(s.pools[1]->version, 5);
	ck_assert_uint_eq(s.pools[1]->rows_checksum, s.blob.pool[1].rows_checksum);
	ck_assert_mem_eq(s.pools[1]->rows, s.blob.rows[1].row, BLOB_ROWS * 4);
	left_out = s.blob.pool[1];
	left_out.rows_offset = 0;
	ck_assert_ptr_null(pool_init(NULL, &s.blob, &left_out));
	sample_free(&s);
}
END_TEST

/* Rows that a later table leaves out must not name what that table no longer has. */
START_TEST(held_rows_fit_only_while_their_backends_live)
{
	struct sample s;
	struct blob next;

	sample_make(&s, NULL);
	next = s.blob;
	ck_assert(pool_fits(s.pools[0], &next));
	next.head.n_backends = 3;
	ck_assert(!pool_fits(s.pools[0], &next));
	next = s.blob;
	next.backend[3] = (struct weir_table_backend){0};
	ck_assert(!pool_fits(s.pools[0], &next));
	sample_free(&s);
}
END_TEST

/* 10,000 VIPs: each is found, those between are not; and what a lookup costs. */
START_TEST(ten_thousand_vips_are_found)
{
	static struct weir_addr vips[8192];
	uint32_t n = 10000, found = 0;
	struct sample s;
	uint64_t start;

	sample_make_wide(&s, n);
	for (uint32_t i = 0; i < n; i++) {
		struct weir_addr a = sample_wide_vip(i);
		int is_vip;

		MUST(snapshot_service(s.snapshot, &a, 6, 80, &is_vip) != NULL);
		a.b[8] = 1;
		ck_assert_ptr_null(snapshot_service(s.snapshot, &a, 6, 80, &is_vip));
		MUST(!is_vip);
	}
	for (uint32_t i = 0; i < N(vips); i++)
		vips[i] = sample_wide_vip((uint32_t)(i * 7919ull % n));
	start = unit_now_ns();
	for (uint32_t i = 0; i < 1000000; i++) {
		int is_vip;

		found += snapshot_service(s.snapshot, &vips[i % N(vips)], 6, 80, &is_vip) != NULL;
	}
	unit_note("snapshot_service: %.1f ns among %u VIPs", (double)(unit_now_ns() - start) / 1e6,
		n);
	ck_assert_uint_eq(found, 1000000);
	sample_free(&s);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("snapshot");

	unit_case(s, every_port_leads_to_its_service_or_none, 10);
	unit_case(s, foreign_address_is_no_vip, 10);
	unit_case(s, services_say_what_the_table_said, 4);
	unit_case(s, backends_say_what_the_table_said, 4);
	unit_case(s, slot_without_a_backend_gives_a_hole, 4);
	unit_case(s, hash_is_that_of_the_tuple_under_the_key, 4);
	unit_case(s, row_is_the_scaled_upper_half_of_the_hash, 4);
	unit_case(s, identity_is_that_of_the_table, 4);
	unit_case(s, pool_is_a_copy_of_the_rows, 4);
	unit_case(s, held_rows_fit_only_while_their_backends_live, 4);
	unit_case(s, ten_thousand_vips_are_found, 30);
	return s;
}
