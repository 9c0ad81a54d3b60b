// SPDX-License-Identifier: BSD-3-Clause
/* backend show, and the changes of one backend. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "listing.h"
#include "page.h"

static char *backend_path(const char *name)
{
	const char *slash = strchr(name, '/');
	char *service = strndup(name, (size_t)(slash - name));
	char *path = service ? client_path("/v1/backends/", service, slash + 1) : NULL;

	free(service);
	if (!path)
		fprintf(stderr, "weirctl: out of memory\n");
	return path;
}

static void show_override(const struct options *o, const json_t *b)
{
	const json_t *v = json_object_get(b, "override");
	const char *reason = page_text(v, "reason");
	char when[32], weight[32];

	if (!json_is_object(v))
		return;
	page_line(o, "override", "yellow", "%s, weight %s, by uid %lld at %s%s%s",
		page_text(v, "admin"),
		json_is_null(json_object_get(v, "weight"))
			? "as configured"
			: listing_value(json_object_get(v, "weight"), weight, sizeof(weight)),
		page_int(v, "uid"), page_time(page_int(v, "since"), when, sizeof(when)),
		reason[0] ? ": " : "", reason);
}

static void show_next_hop(const struct options *o, const json_t *b)
{
	const json_t *hop = json_object_get(b, "next_hop");

	if (strcmp(page_text(hop, "state"), "ready") != 0)
		page_line(o, "next hop", "red", "not resolved yet");
	else
		page_line(o, "next hop", NULL, "%s, from %s by port %lld, MTU %lld",
			page_text(hop, "mac"), page_text(hop, "source"), page_int(hop, "port"),
			page_int(hop, "mtu"));
}

static void show(const struct options *o, const json_t *b)
{
	page_line(o, "backend", NULL, "%s/%s (pool %s)", page_text(b, "service"),
		page_text(b, "backend"), page_text(b, "pool"));
	page_line(o, "address", NULL, "%s", page_text(b, "address"));
	page_line(o, "state", listing_color(page_text(b, "state")), "%s", page_text(b, "state"));
	page_line(o, "weight", NULL, "%lld, effective %lld, configured %lld", page_int(b, "weight"),
		page_int(b, "effective_weight"), page_int(b, "configured_weight"));
	page_line(o, "check", NULL, "%s (%lld made, %lld failed)", page_text(b, "check"),
		page_int(b, "checks"), page_int(b, "check_failures"));
	show_override(o, b);
	page_line(o, "flows", NULL, "%lld now, %lld ever", page_int(b, "flows"),
		page_int(b, "new_flows"));
	page_line(o, "forwarded", NULL, "%lld packets, %lld bytes", page_int(b, "packets"),
		page_int(b, "bytes"));
	show_next_hop(o, b);
	page_line(o, "slot", NULL, "%lld, incarnation %lld", page_int(b, "slot"),
		page_int(b, "incarnation"));
}

int backend_show_run(const struct invocation *in)
{
	char *path = backend_path(in->arg[0]);
	int rc = EXIT_REFUSED;
	json_t *b;

	if (path)
		rc = client_get(in->o, path, &b);
	free(path);
	if (rc != EXIT_DONE)
		return rc;
	if (in->o->json)
		return client_print(b);
	show(in->o, b);
	json_decref(b);
	return rc;
}

/* Takes @body over. */
static int change(const struct invocation *in, json_t *body)
{
	char *path = backend_path(in->arg[0]);
	json_t *b;
	int rc;

	if (in->o->reason)
		json_object_set_new(body, "reason", json_string(in->o->reason));
	if (!path) {
		json_decref(body);
		return EXIT_REFUSED;
	}
	rc = client_post(in->o, path, body, &b);
	free(path);
	if (rc != EXIT_DONE)
		return rc;
	if (in->o->json)
		return client_print(b);
	printf("%s: %s, weight %lld, effective %lld\n", in->arg[0], page_text(b, "state"),
		page_int(b, "weight"), page_int(b, "effective_weight"));
	json_decref(b);
	return EXIT_DONE;
}

int backend_drain_run(const struct invocation *in)
{
	return change(in, json_pack("{s:s}", "admin", "drain"));
}

int backend_up_run(const struct invocation *in)
{
	return change(in, json_pack("{s:s}", "admin", "up"));
}

int backend_maint_run(const struct invocation *in)
{
	return change(in, json_pack("{s:s}", "admin", "maint"));
}

int backend_weight_run(const struct invocation *in)
{
	if (strcmp(in->arg[1], "default") == 0)
		return change(in, json_pack("{s:n}", "weight"));
	return change(in, json_pack("{s:i}", "weight", atoi(in->arg[1])));
}
