// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "client.h"
#include "listing.h"
#include "page.h"

/* "/v1/trace?client=..&vip=..&proto=.." of CLIENT:PORT and VIP:PORT/PROTO. */
static char *trace_path(const char *client, const char *vip)
{
	const char *slash = strchr(vip, '/');
	char *c = curl_easy_escape(NULL, client, 0);
	char *v = curl_easy_escape(NULL, vip, (int)(slash - vip));
	char *path = NULL;

	if (c && v && asprintf(&path, "/v1/trace?client=%s&vip=%s&proto=%s", c, v, slash + 1) < 0)
		path = NULL;
	curl_free(c);
	curl_free(v);
	return path;
}

static void show_next_hop(const struct options *o, const json_t *t)
{
	const json_t *hop = json_object_get(t, "next_hop");

	if (!json_is_object(hop))
		return;
	if (strcmp(page_text(hop, "state"), "ready") != 0)
		page_line(o, "next hop", "red", "not resolved yet");
	else
		page_line(o, "next hop", NULL, "%s, from %s by port %lld, MTU %lld",
			page_text(hop, "mac"), page_text(hop, "source"), page_int(hop, "port"),
			page_int(hop, "mtu"));
}

/* Of what names the flow; and of what chose the row, where that is another. */
static void show_hash(const struct options *o, const json_t *t)
{
	const char *hash = page_text(t, "hash"), *row = page_text(t, "row_hash");

	page_line(o, "hash", NULL, "%s", hash);
	if (json_is_string(json_object_get(t, "row_hash")) && strcmp(hash, row) != 0)
		page_line(o, "source hash", NULL, "%s (affinity: it chooses the row)", row);
}

static void show_row(const struct options *o, const json_t *t)
{
	if (json_is_integer(json_object_get(t, "row")))
		page_line(o, "row", NULL, "%lld, %s: base %s, target %s", page_int(t, "row"),
			page_text(t, "phase"), page_text(t, "base"), page_text(t, "target"));
}

static void show(const struct invocation *in, const json_t *t)
{
	const struct options *o = in->o;
	int drop = strcmp(page_text(t, "verdict"), "drop") == 0;
	char worker[32];

	page_line(o, "packet", NULL, "%s > %s", in->arg[0], in->arg[1]);
	page_line(o, "service", NULL, "%s", page_text(t, "service"));
	show_hash(o, t);
	show_row(o, t);
	page_line(o, "flow table", NULL, "%s (worker %s)", page_text(t, "flow"),
		listing_value(json_object_get(t, "worker"), worker, sizeof(worker)));
	page_line(o, "backend", NULL, "%s", page_text(t, "backend"));
	page_line(o, "encap", NULL, "%s", page_text(t, "encap"));
	show_next_hop(o, t);
	if (drop)
		page_line(o, "verdict", "red", "drop (%s)", page_text(t, "reason"));
	else
		page_line(o, "verdict", "green", "forward to %s", page_text(t, "backend"));
	page_line(o, "why", NULL, "%s", page_text(t, "why"));
}

int trace_run(const struct invocation *in)
{
	char *path = trace_path(in->arg[0], in->arg[1]);
	int rc = EXIT_REFUSED;
	json_t *t;

	if (path)
		rc = client_get(in->o, path, &t);
	free(path);
	if (rc != EXIT_DONE)
		return rc;
	if (in->o->json)
		return client_print(t);
	show(in, t);
	json_decref(t);
	return rc;
}
