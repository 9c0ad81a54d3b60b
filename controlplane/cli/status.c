// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "lists.h"
#include "page.h"

static const char *all_up(long long up, long long of)
{
	return up == of ? "green" : up == 0 ? "red" : "yellow";
}

static void status_plane(const struct options *o, const json_t *s)
{
	const json_t *dp = json_object_get(s, "dataplane");

	if (json_is_true(json_object_get(dp, "connected")))
		page_line(o, "plane", strcmp(page_text(s, "plane"), "none") == 0 ? "red" : "green",
			"%s (pid %lld, %lld worker%s)", page_text(s, "plane"), page_int(dp, "pid"),
			page_int(s, "workers"), page_int(s, "workers") == 1 ? "" : "s");
	else
		page_line(o, "plane", "red", "none: no data plane is connected");
	if (!json_is_true(json_object_get(dp, "connected")))
		page_line(o, "generation", NULL, "%lld", page_int(s, "generation"));
	else if (page_int(dp, "generation") == page_int(s, "generation"))
		page_line(o, "generation", NULL, "%lld, in use", page_int(s, "generation"));
	else
		page_line(o, "generation", "yellow", "%lld, the data plane uses %lld",
			page_int(s, "generation"), page_int(dp, "generation"));
}

static void status_refusal(const struct options *o, const json_t *s)
{
	const json_t *t = json_object_get(s, "table");
	char when[32];

	if (json_is_string(json_object_get(t, "last_refusal")))
		page_line(o, "last refusal", "red", "generation %lld at %s: %s (%s, element %lld)",
			page_int(t, "last_refused_generation"),
			page_time(page_int(t, "last_refused_at"), when, sizeof(when)),
			page_text(t, "last_refusal_text"), page_text(t, "last_refusal"),
			page_int(t, "last_refused_detail"));
}

static void status_parts(const struct options *o, const json_t *s)
{
	const json_t *t = json_object_get(s, "table"), *h = json_object_get(s, "health");
	const json_t *c = json_object_get(s, "config");
	int running = json_is_true(json_object_get(h, "running"));
	int ok = json_is_true(json_object_get(c, "last_reload_ok"));

	page_line(o, "tables", page_int(s, "refused") ? "red" : NULL,
		"%lld pushed, %lld applied, %lld refused", page_int(t, "pushes"),
		page_int(t, "applied"), page_int(s, "refused"));
	page_line(o, "checks", running ? NULL : "yellow", "%lld made, %lld failed%s",
		page_int(h, "checks"), page_int(h, "failures"),
		running ? "" : "; the checker does not run");
	page_line(o, "config", ok ? NULL : "red", "%s%s", page_text(c, "file"),
		ok ? "" : "; it had errors when it was last read, the one before is in use");
	if (json_is_string(json_object_get(s, "xdp_error")))
		page_line(o, "xdp", "red", "%s", page_text(s, "xdp_error"));
}

static void status_head(const struct options *o, const json_t *s)
{
	char uptime[32];

	page_line(o, "node", NULL, "%s (weir %s)", page_text(s, "node"), page_text(s, "version"));
	status_plane(o, s);
	page_line(o, "uptime", NULL, "%s",
		page_duration(page_int(s, "uptime_s"), uptime, sizeof(uptime)));
	page_line(o, "services", all_up(page_int(s, "services_up"), page_int(s, "services")),
		"%lld up of %lld", page_int(s, "services_up"), page_int(s, "services"));
	page_line(o, "backends", all_up(page_int(s, "backends_up"), page_int(s, "backends")),
		"%lld up of %lld", page_int(s, "backends_up"), page_int(s, "backends"));
	status_parts(o, s);
	status_refusal(o, s);
}

static int status_list(const struct options *o, const struct listing *l, const char *path)
{
	json_t *rows;
	int rc = client_get(o, path, &rows);

	if (rc != EXIT_DONE)
		return rc;
	if (json_array_size(rows) > 0) {
		putchar('\n');
		rc = listing_print(o, l, rows);
	}
	json_decref(rows);
	return rc;
}

int status_run(const struct invocation *in)
{
	json_t *s;
	int rc = client_get(in->o, "/v1/status", &s);

	if (rc != EXIT_DONE)
		return rc;
	if (in->o->json)
		return client_print(s);
	status_head(in->o, s);
	json_decref(s);
	rc = status_list(in->o, &list_ports, "/v1/ports");
	return rc != EXIT_DONE ? rc : status_list(in->o, &list_workers, "/v1/workers");
}
