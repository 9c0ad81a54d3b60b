// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "listing.h"
#include "weir_drop.h"

/* The texts come from the list itself: a reason of a newer daemon shows without one. */
static const char *reason_text(const char *name)
{
	static const struct {
		const char *name, *text;
	} reasons[] = {
#define X(name, text) {#name, text},
		WEIR_DROP_LIST(X)
#undef X
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].name, name) == 0)
			return reasons[i].text;
	return "-";
}

static json_t *drops_rows(const struct options *o, json_t *drops)
{
	json_t *rows = json_array(), *count;
	const char *name;

	json_object_foreach (drops, name, count)
		if (o->all || json_integer_value(count) != 0)
			json_array_append_new(
				rows, json_pack("{s:s, s:O, s:s}", "reason", name, "count", count,
					      "text", reason_text(name)));
	return rows;
}

int drops_run(const struct invocation *in)
{
	static const struct listing_column columns[] = {
		{"reason", "REASON", 0, NULL},
		{"count", "COUNT", LISTING_RIGHT, NULL},
		{"text", "TEXT", 0, NULL},
	};
	static const struct listing listing = {columns, 3};
	json_t *drops, *rows;
	int rc = client_get(in->o, "/v1/drops", &drops);

	if (rc != EXIT_DONE)
		return rc;
	if (in->o->json)
		return client_print(drops);
	rows = drops_rows(in->o, drops);
	rc = listing_print(in->o, &listing, rows);
	if (json_array_size(rows) == 0)
		fprintf(stderr, "no packet was dropped (--all lists the reasons)\n");
	json_decref(rows);
	json_decref(drops);
	return rc;
}
