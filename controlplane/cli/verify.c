// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "client.h"
#include "page.h"

static int holds(const json_t *part)
{
	return json_is_true(json_object_get(part, "hold"));
}

static const char *color(int hold)
{
	return hold ? NULL : "red";
}

static void show_packets(const struct options *o, const char *key, const json_t *p)
{
	long long sum = page_int(p, "forwarded") + page_int(p, "replied") + page_int(p, "dropped");

	if (holds(p))
		page_line(o, key, NULL,
			"%lld received = %lld forwarded + %lld replied + %lld dropped",
			page_int(p, "rx"), page_int(p, "forwarded"), page_int(p, "replied"),
			page_int(p, "dropped"));
	else
		page_line(o, key, "red",
			"%lld received, but %lld forwarded + %lld replied + %lld dropped = %lld",
			page_int(p, "rx"), page_int(p, "forwarded"), page_int(p, "replied"),
			page_int(p, "dropped"), sum);
}

static void show_flows(const struct options *o, const char *key, const json_t *f)
{
	const char *is = holds(f) ? "=" : "against";

	page_line(o, key, color(holds(f)),
		"%lld inserts - %lld removes %s %lld live %s %lld counted; %lld gauges wrong",
		page_int(f, "inserts"), page_int(f, "removes"), is, page_int(f, "live"), is,
		page_int(f, "counted"), page_int(f, "gauges_wrong"));
}

static void show_buffers(const struct options *o, const json_t *m)
{
	long long out = page_int(m, "outside");

	if (json_is_true(json_object_get(m, "still")) &&
		page_int(m, "least") == page_int(m, "most"))
		page_line(o, "buffers", color(holds(m)),
			"%lld = %lld free + %lld with the drivers, at rest %lld",
			page_int(m, "total"), page_int(m, "free"), out, page_int(m, "at_rest"));
	else
		page_line(o, "buffers", color(holds(m)),
			"%lld = %lld free + %lld in use, bounds %lld..%lld%s", page_int(m, "total"),
			page_int(m, "free"), out, page_int(m, "least"), page_int(m, "most"),
			json_is_true(json_object_get(m, "still"))
				? ""
				: " (exact after 1 s without packets)");
}

/* What concerns one worker is worth a line only if it is wrong. */
static void show_worker(const struct options *o, const json_t *w)
{
	const json_t *p = json_object_get(w, "packets"), *f = json_object_get(w, "flows");
	char key[32];

	snprintf(key, sizeof(key), "worker %lld", page_int(w, "worker"));
	if (!json_is_true(json_object_get(w, "answered"))) {
		page_line(o, key, "red", "did not answer in time");
		return;
	}
	if (!holds(p))
		show_packets(o, key, p);
	if (!holds(f))
		show_flows(o, key, f);
	if (json_is_string(json_object_get(w, "wrong_backend")))
		page_line(o, key, "red", "the gauge of backend %s is wrong",
			page_text(w, "wrong_backend"));
}

static void show(const struct options *o, const json_t *v)
{
	const json_t *workers = json_object_get(v, "workers"), *w;
	size_t i;

	show_packets(o, "packets", json_object_get(v, "packets"));
	show_flows(o, "flows", json_object_get(v, "flows"));
	show_buffers(o, json_object_get(v, "mbufs"));
	json_array_foreach (workers, i, w) {
		show_worker(o, w);
	}
	page_line(o, "verdict", holds(v) ? "green" : "red", "%s (%zu workers, %lld ms)",
		holds(v) ? "all accounts hold" : "the accounts do not hold: please report this",
		json_array_size(workers), page_int(v, "took_ms"));
}

int verify_run(const struct invocation *in)
{
	json_t *v;
	int rc = client_get(in->o, "/v1/verify", &v);

	if (rc != EXIT_DONE)
		return rc;
	rc = holds(v) ? EXIT_DONE : EXIT_REFUSED;
	if (in->o->json) {
		client_print(v);
		return rc;
	}
	show(in->o, v);
	json_decref(v);
	return rc;
}
