// SPDX-License-Identifier: BSD-3-Clause
/* A good table, damaged in every byte: it is refused, or what is built from it stays in range. */
#include <stdlib.h>

#include "must.h"
#include "snapshot_samples.h"
#include "unit.h"

static int holds_nothing(const struct weir_table_pool *pool, const void *blob, void *arg)
{
	return 0;
}

static enum weir_refusal check(const struct blob *b)
{
	struct table_limits limits;

	blob_limits(&limits);
	return table_check(b, sizeof(*b), 0, &limits, holds_nothing, NULL).reason;
}

/* F36 of the fault list: a corrupt byte anywhere, of every wrong value. */
START_TEST(every_damaged_byte_is_refused)
{
	struct blob good, b;

	blob_make(&good);
	for (size_t i = 0; i < sizeof(b); i++) {
		for (uint32_t flip = 1; flip <= UINT8_MAX; flip++) {
			b = good;
			((uint8_t *)&b)[i] ^= (uint8_t)flip;
			if (check(&b) == WEIR_REFUSAL_NONE)
				ck_abort_msg("byte %zu", i);
		}
	}
}
END_TEST

static void check_headers(const struct backend *b)
{
	struct parsed p = {.family = 4, .l3_len = 100};

	for (uint32_t f = 0; f < WEIR_FWD__COUNT; f++) {
		uint32_t n = encap_len(&b->encap, (enum weir_forward)f);
		uint8_t *out;

		MUST(n <= ENCAP_MAX);
		out = calloc(1, n + p.l3_len);
		encap_write(&b->encap, (struct encap_way){(uint8_t)f, 6080}, out, &p, 1);
		free(out);
	}
}

static void check_backend(const struct snapshot *s, uint32_t slot)
{
	const struct backend *b = snapshot_backend(s, slot);
	struct table_limits limits;
	uint32_t allowed = 0;

	if (b->state == WEIR_BACKEND_NONE)
		return;
	MUST(b->state < WEIR_BACKEND_STATE__COUNT);
	MUST(b->port < BLOB_PORTS);
	blob_limits(&limits);
	for (uint32_t i = 0; i < limits.n_backends; i++)
		allowed += weir_prefix_has(&limits.backends[i], &b->addr);
	MUST(allowed >= 1);
	MUST(!snapshot_is_vip(s, &b->addr));
	check_headers(b);
}

/* What a row names: nobody, or a backend. */
static void check_slot(const struct snapshot *s, uint32_t slot)
{
	MUST((slot == WEIR_SLOT_NONE) == (snapshot_backend(s, slot)->state == WEIR_BACKEND_NONE));
}

static void check_service(const struct snapshot *s, const struct weir_table_service *t)
{
	const struct service *svc;
	int is_vip;

	svc = snapshot_service(s, &t->vip, t->proto, t->port_last, &is_vip);
	MUST(svc != NULL);
	MUST(svc->slot == t->slot);
	MUST(svc->slot < WEIR_MAX_SERVICES);
	MUST(svc->forward < WEIR_FWD__COUNT);
	MUST((svc->forward == WEIR_FWD_GUE) == (svc->gue_port != 0));
	MUST((svc->flags & ~WEIR_SVC__FLAGS) == 0);
	MUST(svc->embryonic_s != 0 && svc->closing_s != 0);
	for (uint32_t i = 0; i < 64; i++) {
		uint32_t row = service_row(svc, (uint64_t)i << 58 | 0x03ffffffffffffff);

		MUST(weir_row_phase(row) < WEIR_PHASE__COUNT);
		check_slot(s, weir_row_base(row));
		check_slot(s, weir_row_target(row));
	}
}

static void use(const struct blob *b)
{
	const struct weir_table_service *t = table_services(b);
	struct sample s;

	sample_make(&s, b);
	for (uint32_t i = 0; i < b->head.n_services; i++)
		check_service(s.snapshot, &t[i]);
	for (uint32_t i = 0; i < b->head.n_backends; i++)
		check_backend(s.snapshot, i);
	sample_free(&s);
}

/* A sender that computes checksums but is broken or hostile. Each byte takes each wrong value twice: with the table's checksum right, and with the rows' as well,
 * so that no check is hidden behind another.
 */
START_TEST(damage_under_a_right_checksum_is_refused_or_harmless)
{
	uint32_t refused[WEIR_REFUSAL__COUNT] = {0};
	struct blob good, b;

	blob_make(&good);
	for (size_t i = 0; i < 2 * sizeof(b); i++) {
		for (uint32_t flip = 1; flip <= UINT8_MAX; flip++) {
			enum weir_refusal reason;

			b = good;
			((uint8_t *)&b)[i / 2] ^= (uint8_t)flip;
			if (i % 2 == 1)
				blob_seal_rows(&b);
			blob_seal(&b);
			reason = check(&b);
			refused[reason]++;
			if (reason == WEIR_REFUSAL_NONE)
				use(&b);
		}
	}
	for (uint32_t r = 0; r < WEIR_REFUSAL__COUNT; r++) {
		if (refused[r] > 0)
			unit_note("%s: %u", weir_refusal_name((enum weir_refusal)r), refused[r]);
	}
	ck_assert_uint_gt(refused[WEIR_REFUSAL_row_index], 0);
	ck_assert_uint_gt(refused[WEIR_REFUSAL_NONE], 0);
}
END_TEST

/* Several bytes at once, aimed at the sections that carry indices. */
START_TEST(random_damage_is_refused_or_harmless)
{
	uint64_t seed = 20240608;
	uint32_t taken = 0;
	struct blob good, b;

	blob_make(&good);
	for (uint32_t n = 0; n < 100000; n++) {
		b = good;
		for (uint64_t k = unit_random(&seed) % 3 + 1; k > 0; k--) {
			uint64_t at = unit_random(&seed) %
				      (n % 2 == 0 ? offsetof(struct blob, rows) : sizeof(b));

			((uint8_t *)&b)[at] =
				(uint8_t)(unit_random(&seed) % (n % 3 == 0 ? 256 : 8));
		}
		blob_seal_rows(&b);
		blob_seal(&b);
		if (check(&b) == WEIR_REFUSAL_NONE) {
			taken++;
			use(&b);
		}
	}
	unit_note("%u of 100000 were taken", taken);
	ck_assert_uint_gt(taken, 0);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("table_damage");

	unit_case(s, every_damaged_byte_is_refused, 120);
	unit_case(s, damage_under_a_right_checksum_is_refused_or_harmless, 120);
	unit_case(s, random_damage_is_refused_or_harmless, 120);
	return s;
}
