// SPDX-License-Identifier: BSD-3-Clause
#include "maglev.h"
#include "table_check_int.h"

static void set(struct table_slots *slots, uint32_t slot)
{
	slots->bits[slot / 64] |= 1ull << slot % 64;
}

static uint64_t get(const struct table_slots *slots, uint32_t slot)
{
	return slots->bits[slot / 64] >> slot % 64 & 1;
}

void table_slots_init(struct table_slots *slots, const void *blob)
{
	const struct weir_table_head *head = blob;
	const struct weir_table_backend *b = table_backends(blob);

	memset(slots, 0, sizeof(*slots));
	set(slots, WEIR_SLOT_NONE);
	for (uint32_t i = 0; i < head->n_backends; i++) {
		if (b[i].state != WEIR_BACKEND_NONE)
			set(slots, i);
	}
}

/* The phase has three bits for four values, and bit 31 above it must be zero as well. */
static int is_phase_known(uint32_t row)
{
	return row >> 28 < WEIR_PHASE__COUNT;
}

enum weir_refusal table_rows_check(
	const uint32_t *rows, uint32_t n, const struct table_slots *slots)
{
	for (uint32_t i = 0; i < n; i++) {
		if (!is_phase_known(rows[i]))
			return WEIR_REFUSAL_row_phase;
		if (!get(slots, weir_row_base(rows[i])) || !get(slots, weir_row_target(rows[i])))
			return WEIR_REFUSAL_row_index;
	}
	return WEIR_REFUSAL_NONE;
}

/* The fixed sections end at the last next hop; rows may stand anywhere behind it, in any order. */
static int are_rows_inside(const struct table_view *v, const struct weir_table_pool *p)
{
	const uint8_t *fixed_end =
		(const uint8_t *)(table_next_hops(v->blob) + v->head->n_next_hops);
	uint64_t start = (uint64_t)(fixed_end - (const uint8_t *)v->blob);

	return p->rows_offset % 8 == 0 && p->rows_offset >= start && p->rows_offset <= v->length &&
	       v->length - p->rows_offset >= p->n_rows * (uint64_t)sizeof(uint32_t);
}

static enum weir_refusal check_rows(const struct table_view *v, const struct weir_table_pool *p,
	const struct table_slots *slots)
{
	const uint32_t *rows = table_rows(v->blob, p);

	if (table_checksum(rows, p->n_rows * sizeof(*rows)) != p->rows_checksum)
		return WEIR_REFUSAL_rows_checksum;
	return table_rows_check(rows, p->n_rows, slots);
}

static enum weir_refusal check_shape(const struct table_view *v, const struct weir_table_pool *p)
{
	if (!maglev_rows_valid(p->n_rows))
		return WEIR_REFUSAL_pool_field;
	if (p->rows_offset != 0 && !are_rows_inside(v, p))
		return WEIR_REFUSAL_section;
	return WEIR_REFUSAL_NONE;
}

static uint64_t detail_of(enum weir_refusal reason, uint32_t pool)
{
	return reason == WEIR_REFUSAL_section ? (uint64_t)TABLE_SECTION__COUNT + pool : pool;
}

struct table_verdict table_check_pools(
	const struct table_view *v, table_holds_rows holds, void *arg)
{
	const struct weir_table_pool *p = table_pools(v->blob);
	struct table_slots slots;

	table_slots_init(&slots, v->blob);
	for (uint32_t i = 0; i < v->head->n_pools; i++) {
		enum weir_refusal reason = check_shape(v, &p[i]);

		if (reason == WEIR_REFUSAL_NONE && p[i].rows_offset != 0)
			reason = check_rows(v, &p[i], &slots);
		else if (reason == WEIR_REFUSAL_NONE && !holds(&p[i], v->blob, arg))
			reason = WEIR_REFUSAL_pool_unknown;
		if (reason != WEIR_REFUSAL_NONE)
			return table_refuse(reason, detail_of(reason, i));
	}
	return TABLE_GOOD;
}
