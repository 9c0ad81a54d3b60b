// SPDX-License-Identifier: BSD-3-Clause
#include "table_check_int.h"

/* In this order, so that a blob which is not ours is named as such, and nothing is summed up before
 * the length is known to be true.
 */
static enum weir_refusal check_identity(const struct table_view *v)
{
	if (v->length < sizeof(*v->head) || v->length > WEIR_MAX_TABLE)
		return WEIR_REFUSAL_length;
	if (v->head->magic != WEIR_TABLE_MAGIC)
		return WEIR_REFUSAL_magic;
	if (v->head->abi != WEIR_TABLE_ABI)
		return WEIR_REFUSAL_abi;
	if (v->head->length != v->length)
		return WEIR_REFUSAL_length;
	if (v->head->checksum != table_blob_checksum(v->blob, v->length))
		return WEIR_REFUSAL_checksum;
	return WEIR_REFUSAL_NONE;
}

struct section {
	uint32_t n, max;
	uint64_t size;
};

static struct table_verdict check_limits(const struct section *sections)
{
	for (uint32_t i = 0; i < TABLE_SECTION__COUNT; i++) {
		if (sections[i].n > sections[i].max)
			return table_refuse(WEIR_REFUSAL_limits, i);
	}
	return TABLE_GOOD;
}

/* The counts are within limits, so that no product or sum here can overflow. */
static struct table_verdict check_bounds(const struct section *sections, uint64_t length)
{
	uint64_t end = sizeof(struct weir_table_head);

	for (uint32_t i = 0; i < TABLE_SECTION__COUNT; i++) {
		end += sections[i].n * sections[i].size;
		if (end > length)
			return table_refuse(WEIR_REFUSAL_section, i);
	}
	return TABLE_GOOD;
}

static struct table_verdict check_sections(const struct table_view *v)
{
	const struct weir_table_head *h = v->head;
	const struct section sections[TABLE_SECTION__COUNT] = {
		[TABLE_SERVICES] = {h->n_services, WEIR_MAX_SERVICES,
			sizeof(struct weir_table_service)},
		[TABLE_POOLS] = {h->n_pools, WEIR_MAX_POOLS, sizeof(struct weir_table_pool)},
		[TABLE_BACKENDS] = {h->n_backends, WEIR_MAX_BACKENDS,
			sizeof(struct weir_table_backend)},
		[TABLE_NEXT_HOPS] = {h->n_next_hops, WEIR_MAX_NEXT_HOPS,
			sizeof(struct weir_table_next_hop)},
	};
	struct table_verdict verdict = check_limits(sections);

	if (verdict.reason == WEIR_REFUSAL_NONE)
		verdict = check_bounds(sections, v->length);
	return verdict;
}

struct table_verdict table_check_head(const struct table_view *v, uint64_t current)
{
	enum weir_refusal reason = check_identity(v);
	struct table_verdict verdict;

	if (reason != WEIR_REFUSAL_NONE)
		return table_refuse(reason, 0);
	if (v->head->generation <= current)
		return table_refuse(WEIR_REFUSAL_generation, 0);
	verdict = check_sections(v);
	if (verdict.reason != WEIR_REFUSAL_NONE)
		return verdict;
	if (v->head->n_services == 0)
		return table_refuse(WEIR_REFUSAL_empty, 0);
	return TABLE_GOOD;
}
