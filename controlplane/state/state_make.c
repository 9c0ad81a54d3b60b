/* SPDX-License-Identifier: BSD-3-Clause */
/* From the model to JSON. jansson passes NULL on: a failed allocation anywhere makes the whole NULL or
 * leaves a member out, which the caller notices by state_check().
 */
#include <inttypes.h>
#include <stdio.h>

#include "state_priv.h"

const char *const state_admin_words[] = {"up", "drain", "maint", NULL};
const char *const state_verdict_words[] = {"unknown", "up", "down", NULL};

int state_word(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

static json_t *number(uint64_t v)
{
	return json_integer((json_int_t)(v & INT64_MAX));
}

/* Texts that other processes or people wrote may be no UTF-8, or cut off within a character: JSON
 * refuses that, and one odd error message must not keep the state from being saved.
 */
static json_t *make_text(const char *text)
{
	json_t *string = json_string(text);
	char ascii[256];
	size_t i;

	if (string)
		return string;
	for (i = 0; i < sizeof(ascii) - 1 && text[i]; i++)
		ascii[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	return json_stringn(ascii, i);
}

static json_t *make_counters(const struct model_counters *c)
{
	return json_pack("{s:o,s:o,s:o}", "packets", number(c->packets), "bytes", number(c->bytes),
		"new_flows", number(c->new_flows));
}

static json_t *make_override(const struct model_override *o)
{
	return json_pack("{s:s,s:I,s:I,s:I,s:o}", "admin", state_admin_words[o->admin], "weight",
		(json_int_t)o->weight, "uid", (json_int_t)o->uid, "since", (json_int_t)o->since,
		"reason", make_text(o->reason));
}

static json_t *make_health(const struct model_health *h)
{
	return json_pack("{s:s,s:i,s:i,s:o,s:I,s:o,s:o}", "verdict",
		state_verdict_words[h->verdict], "streak", h->streak, "last_ok", h->last_ok,
		"last_error", make_text(h->last_error), "since", (json_int_t)h->since, "checks",
		number(h->checks), "failures", number(h->failures));
}

static json_t *make_backend(const struct model_backend *b)
{
	char addr[64];

	return json_pack("{s:i,s:i,s:s,s:o,s:o,s:o}", "slot", (int)b->slot, "incarnation",
		b->incarnation, "address", addr_text(&b->addr, addr, sizeof(addr)), "override",
		make_override(&b->override), "health", make_health(&b->health), "base",
		make_counters(&b->base));
}

static json_t *make_checksum(uint64_t v)
{
	return json_sprintf("%016" PRIx64, v);
}

/* Rows that follow from the members need no room: their checksum says whether the rebuilt ones are
 * the same. At 10,000 backends this is most of the file and of the time to write it.
 */
static int rows_follow(const struct model_pool *p)
{
	for (uint32_t i = 0; p->rows && i < p->n_rows; i++)
		if (weir_row_phase(p->rows[i]) != WEIR_STABLE ||
			weir_row_base(p->rows[i]) != weir_row_target(p->rows[i]))
			return 0;
	return 1;
}

static json_t *make_pool(const struct model_pool *p)
{
	json_t *backends = json_object();

	for (uint32_t i = 0; i < p->n_backends; i++)
		json_object_set_new(backends, p->backends[i]->name, make_backend(p->backends[i]));
	return json_pack("{s:I,s:I,s:o,s:o,s:o,s:o}", "id", (json_int_t)p->id, "n_rows",
		(json_int_t)p->n_rows, "version", number(p->version), "rows",
		state_pack(p->rows, sizeof(*p->rows), rows_follow(p) ? 0 : p->n_rows),
		"rows_checksum", make_checksum(p->rows_checksum), "backends", backends);
}

static json_t *make_incarnations(const struct model *m)
{
	uint32_t n = WEIR_MAX_BACKENDS;

	while (n > 0 && m->incarnation[n - 1] == 0)
		n--;
	return state_pack(m->incarnation, sizeof(m->incarnation[0]), n);
}

json_t *state_make(const struct model *m, const struct stats *s)
{
	json_t *pools = json_object(), *services = json_object();

	for (uint32_t i = 0; i < m->n_pools; i++)
		json_object_set_new(pools, m->pools[i]->name, make_pool(m->pools[i]));
	for (uint32_t i = 0; i < m->n_services; i++)
		json_object_set_new(services, m->services[i]->name,
			json_pack("{s:i,s:o}", "slot", (int)m->services[i]->slot, "base",
				make_counters(&m->services[i]->base)));
	return json_pack("{s:i,s:I,s:o,s:o,s:I,s:o,s:o,s:o,s:o}", "format", STATE_FORMAT, "saved",
		(json_int_t)time(NULL), "generation", number(m->generation), "table_checksum",
		make_checksum(m->table_checksum), "next_pool_id", (json_int_t)m->next_pool_id,
		"incarnations", make_incarnations(m), "pools", pools, "services", services, "stats",
		stats_save(s));
}
