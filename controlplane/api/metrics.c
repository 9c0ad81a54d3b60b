// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "metrics.h"
#include "plane.h"
#include "server.h"

#define CACHE_NS 50000000ull

static void metrics_table(struct metrics_writer *w, const struct cp *cp)
{
	struct weir_counters_head head;
	struct link_status st;

	stats_head(cp->stats, &head);
	plane_status(cp, &st);
	writer_family(w, "weir_config_generation", "gauge", "Generation of the newest table made.");
	writer_u64(w, cp->model->generation, NULL);
	writer_family(w, "weir_datapath_generation", "gauge",
		"Generation of the table that the data plane uses; 0 = none.");
	writer_u64(w, plane_generation(cp), NULL);
	writer_family(w, "weir_table_pushes_total", "counter",
		"Tables sent to the data plane by this control plane.");
	writer_u64(w, st.pushes, NULL);
	writer_family(w, "weir_table_refused_total", "counter",
		"Tables that the data plane refused since it started.");
	for (int i = WEIR_REFUSAL_NONE + 1; i < WEIR_REFUSAL__COUNT; i++)
		writer_u64(w, head.refused[i], "reason", weir_refusal_name((enum weir_refusal)i),
			NULL);
}

static void metrics_drops(struct metrics_writer *w, const struct cp *cp)
{
	uint64_t drops[WEIR_DROP__COUNT];

	drops_collect(cp, drops);
	writer_family(w, "weir_drops_total", "counter", "Packets dropped, by reason.");
	for (int i = WEIR_DROP_NONE + 1; i < WEIR_DROP__COUNT; i++)
		writer_u64(w, drops[i], "reason", weir_drop_name((enum weir_drop)i), NULL);
}

void metrics_general(struct metrics_writer *w, const struct cp *cp)
{
	static const char *const modes[] = {"dpdk", "xdp", "none"};

	writer_family(w, "weir_build_info", "gauge", "Version of the control plane; always 1.");
	writer_u64(w, 1, "version", WEIR_VERSION, "node", cp->model->conf->node_name, NULL);
	writer_family(w, "weir_datapath_mode", "gauge", "1 for the plane that balances now.");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		writer_u64(w, strcmp(modes[i], plane_name(cp)) == 0, "mode", modes[i], NULL);
	writer_family(w, "weir_datapath_connected", "gauge", "1 while a data plane is connected.");
	writer_u64(w, (uint64_t)plane_connected(cp), NULL);
	writer_family(w, "weir_config_last_reload_successful", "gauge",
		"1 if the configuration file had no error when it was last read.");
	writer_u64(w, cp->last_reload_ok != 0, NULL);
	metrics_table(w, cp);
	metrics_drops(w, cp);
}

void metrics_write(struct metrics_writer *w, const struct cp *cp)
{
	metrics_general(w, cp);
	metrics_process(w, cp);
	metrics_ports(w, cp);
	metrics_workers(w, cp);
	metrics_services(w, cp);
	metrics_backends(w, cp);
	w->max_series++; /* the word about the limit is beyond the limit */
	writer_family(w, "weir_metrics_truncated", "gauge",
		"Series left out because of the limit on their number.");
	writer_u64(w, w->left_out, NULL);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* A storm of scrapes costs one page each 50 ms. */
static int metrics_refresh(struct api *a)
{
	struct metrics_writer w;
	uint64_t now = now_ns();

	if (a->metrics.body && now - a->metrics.made_ns < CACHE_NS)
		return 0;
	writer_init(&w, METRICS_MAX_SERIES);
	metrics_write(&w, a->cp);
	if (w.failed) {
		writer_free(&w);
		return -1;
	}
	free(a->metrics.body);
	a->metrics.body = w.buf;
	a->metrics.len = w.len;
	a->metrics.made_ns = now;
	return 0;
}

void metrics_dispatch(struct evhttp_request *req, void *arg)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
	const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
	struct api *a = arg;

	if (!path || strcmp(path, "/metrics") != 0)
		reply_error(req, 404, "no_such_path", "nothing here but /metrics");
	else if (evhttp_request_get_command(req) != EVHTTP_REQ_GET)
		reply_error(req, 405, "bad_method", "/metrics takes GET only");
	else if (metrics_refresh(a) < 0)
		reply_error(req, 500, "internal", "out of memory");
	else
		reply_body(req, 200, "text/plain; version=0.0.4; charset=utf-8", a->metrics.body,
			a->metrics.len);
}
