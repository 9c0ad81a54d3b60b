/* SPDX-License-Identifier: BSD-3-Clause */
/* Types, ranges and what must be unique. The file has passed its checksum, so this is about files by
 * other versions and other hands; nothing that is wrong here may reach the model.
 */
#include <stdlib.h>

#include "maglev.h"
#include "state_priv.h"

#define GENERATION_MAX ((json_int_t)1 << 62)

struct seen {
	uint8_t slot[WEIR_MAX_BACKENDS];
	uint8_t service[WEIR_MAX_SERVICES];
	uint32_t ids[WEIR_MAX_POOLS];
	uint32_t n_ids;
	const char *incarnations;
	int64_t n_incarnations;
	json_int_t next_pool_id;
};

static int between(json_int_t v, json_int_t min, json_int_t max)
{
	return v >= min && v <= max;
}

static int name_fits(const char *name)
{
	return *name && strlen(name) < WEIR_NAME_MAX;
}

static const char *check_counters(json_t *o)
{
	json_int_t packets, bytes, new_flows;

	if (json_unpack(o, "{s:I,s:I,s:I}", "packets", &packets, "bytes", &bytes, "new_flows",
		    &new_flows) < 0 ||
		packets < 0 || bytes < 0 || new_flows < 0)
		return "a counter is missing or negative";
	return NULL;
}

static const char *check_override(json_t *o)
{
	const char *admin, *reason;
	json_int_t weight, uid, since;

	if (json_unpack(o, "{s:s,s:I,s:I,s:I,s:s}", "admin", &admin, "weight", &weight, "uid", &uid,
		    "since", &since, "reason", &reason) < 0 ||
		state_word(state_admin_words, admin) < 0 || !between(weight, -1, WEIR_MAX_WEIGHT) ||
		!between(uid, 0, UINT32_MAX) || since < 0 ||
		strlen(reason) >= sizeof(((struct model_override *)0)->reason))
		return "an override is out of range";
	return NULL;
}

static const char *check_health(json_t *o)
{
	const char *verdict, *error;
	json_int_t since, checks, failures;
	int streak, last_ok;

	if (json_unpack(o, "{s:s,s:i,s:i,s:s,s:I,s:I,s:I}", "verdict", &verdict, "streak", &streak,
		    "last_ok", &last_ok, "last_error", &error, "since", &since, "checks", &checks,
		    "failures", &failures) < 0 ||
		state_word(state_verdict_words, verdict) < 0 || !between(streak, 0, UINT16_MAX) ||
		!between(last_ok, 0, 1) || since < 0 || checks < 0 || failures < 0 ||
		strlen(error) >= sizeof(((struct model_health *)0)->last_error))
		return "a verdict is out of range";
	return NULL;
}

static const char *check_slot(struct seen *seen, json_int_t slot, json_int_t incarnation)
{
	if (!between(slot, 0, WEIR_MAX_BACKENDS - 1) || seen->slot[slot]++)
		return "a backend's slot is out of range, or taken twice";
	if (slot >= seen->n_incarnations ||
		incarnation != state_unpack(seen->incarnations, 2, (uint32_t)slot) ||
		incarnation == 0)
		return "a backend's incarnation is not the last one of its slot";
	return NULL;
}

static const char *check_backend(struct seen *seen, const char *name, json_t *o)
{
	json_t *override, *health, *base;
	json_int_t slot, incarnation;
	struct weir_addr addr;
	const char *text, *why;

	if (!name_fits(name) ||
		json_unpack(o, "{s:I,s:I,s:s,s:o,s:o,s:o}", "slot", &slot, "incarnation",
			&incarnation, "address", &text, "override", &override, "health", &health,
			"base", &base) < 0 ||
		addr_parse(text, &addr) < 0)
		return "a backend lacks something, or has an impossible name or address";
	why = check_slot(seen, slot, incarnation);
	if (!why)
		why = check_override(override);
	if (!why)
		why = check_health(health);
	return why ? why : check_counters(base);
}

static int is_checksum(const char *text)
{
	return strlen(text) == 16 && state_packed(text, 4) == 2;
}

static const char *check_rows(const char *rows, json_int_t n_rows)
{
	int64_t n = state_packed(rows, 4);

	if (n != 0 && n != n_rows)
		return "a pool's rows are not as many as it has";
	for (int64_t i = 0; i < n; i++) {
		uint32_t row = state_unpack(rows, 4, (uint32_t)i);

		/* 14 bits cannot name a slot out of range; the last value is NONE. */
		if (row >> 31 || weir_row_phase(row) >= WEIR_PHASE__COUNT)
			return "a row is in an unknown phase";
	}
	return NULL;
}

static const char *check_pool_id(struct seen *seen, json_int_t id)
{
	if (seen->n_ids == WEIR_MAX_POOLS || !between(id, 1, seen->next_pool_id - 1))
		return "a pool's id is out of range";
	seen->ids[seen->n_ids++] = (uint32_t)id;
	return NULL;
}

static const char *check_pool(struct seen *seen, const char *name, json_t *o)
{
	json_int_t id, n_rows, version;
	const char *rows, *checksum, *why, *key;
	json_t *backends, *b;

	if (!name_fits(name) ||
		json_unpack(o, "{s:I,s:I,s:I,s:s,s:s,s:o}", "id", &id, "n_rows", &n_rows, "version",
			&version, "rows", &rows, "rows_checksum", &checksum, "backends",
			&backends) < 0 ||
		!json_is_object(backends) || !is_checksum(checksum) || version < 0 ||
		!between(n_rows, WEIR_MIN_ROWS, WEIR_MAX_ROWS) ||
		!maglev_rows_valid((uint32_t)n_rows))
		return "a pool lacks something, or is out of range";
	why = check_pool_id(seen, id);
	if (!why)
		why = check_rows(rows, n_rows);
	json_object_foreach (backends, key, b) {
		if (!why)
			why = check_backend(seen, key, b);
	}
	return why;
}

static const char *check_service(struct seen *seen, const char *name, json_t *o)
{
	json_int_t slot;
	json_t *base;

	if (!name_fits(name) || json_unpack(o, "{s:I,s:o}", "slot", &slot, "base", &base) < 0 ||
		!between(slot, 0, WEIR_MAX_SERVICES - 1) || seen->service[slot]++)
		return "a service's slot is missing, out of range, or taken twice";
	return check_counters(base);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static const char *check_ids(struct seen *seen)
{
	qsort(seen->ids, seen->n_ids, sizeof(seen->ids[0]), by_value);
	for (uint32_t i = 1; i < seen->n_ids; i++)
		if (seen->ids[i] == seen->ids[i - 1])
			return "two pools have the same id";
	return NULL;
}

static const char *check_objects(struct seen *seen, json_t *pools, json_t *services)
{
	const char *why = NULL, *name;
	json_t *o;

	json_object_foreach (pools, name, o) {
		if (!why)
			why = check_pool(seen, name, o);
	}
	json_object_foreach (services, name, o) {
		if (!why)
			why = check_service(seen, name, o);
	}
	return why ? why : check_ids(seen);
}

const char *state_check(const json_t *state)
{
	static struct seen seen; /* 50 KB; one thread: see model.h */
	json_int_t format, saved, generation;
	json_t *pools, *services, *stats;
	const char *checksum;

	memset(&seen, 0, sizeof(seen));
	if (json_unpack((json_t *)state, "{s:I,s:I,s:I,s:s,s:I,s:s,s:o,s:o,s:o}", "format", &format,
		    "saved", &saved, "generation", &generation, "table_checksum", &checksum,
		    "next_pool_id", &seen.next_pool_id, "incarnations", &seen.incarnations, "pools",
		    &pools, "services", &services, "stats", &stats) < 0)
		return "a member is missing or has the wrong type";
	if (format != STATE_FORMAT)
		return "it was written by another version of weir";
	seen.n_incarnations = state_packed(seen.incarnations, 2);
	if (!between(generation, 0, GENERATION_MAX) || !between(seen.next_pool_id, 1, UINT32_MAX) ||
		!is_checksum(checksum) || !between(seen.n_incarnations, 0, WEIR_MAX_BACKENDS) ||
		!json_is_object(pools) || !json_is_object(services) || !json_is_object(stats))
		return "a number is out of range";
	return check_objects(&seen, pools, services);
}
