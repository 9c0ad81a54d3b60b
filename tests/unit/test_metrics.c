// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "api_fixture.h"
#include "metrics.h"
#include "unit.h"

/* promtool is the judge: it must accept the page and have nothing to say about it. */
static void promtool_accepts(const char *text, size_t len)
{
	char path[] = "/tmp/weir-test-metrics.XXXXXX", command[160], said[512] = "";
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w"), *p;
	int rc;

	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
	snprintf(command, sizeof(command), "promtool check metrics < %s 2>&1", path);
	p = popen(command, "r");
	ck_assert_ptr_nonnull(p);
	said[fread(said, 1, sizeof(said) - 1, p)] = '\0';
	rc = pclose(p);
	remove(path);
	ck_assert_msg(rc == 0 && said[0] == '\0', "promtool: status %d: %s", WEXITSTATUS(rc), said);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* No two lines may have the same name and labels. Cuts @text into lines. */
static size_t count_unique_series(char *text)
{
	size_t n = 0, max = 200000;
	char **line = calloc(max, sizeof(*line)), *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		char *value = strrchr(l, ' ');

		if (l[0] == '#')
			continue;
		*value = '\0';
		ck_assert_uint_lt(n, max);
		line[n++] = l;
	}
	qsort(line, n, sizeof(*line), compare_lines);
	for (size_t i = 1; i < n; i++)
		ck_assert_str_ne(line[i - 1], line[i]);
	free(line);
	return n;
}

static char *page(struct fixture *f, size_t *len)
{
	struct answer a = fixture_call(
		f, &(struct call){.method = "GET", .path = "/metrics", .metrics = 1});

	ck_assert_int_eq(a.status, 200);
	*len = a.len;
	return a.text;
}

static int has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; (at = strstr(at, line)); at += len)
		if ((at == text || at[-1] == '\n') && at[len] == '\n')
			return 1;
	return 0;
}

START_TEST(label_values_are_escaped)
{
	struct metrics_writer w;

	writer_init(&w, 10);
	writer_family(&w, "weir_x", "gauge", "A \\ and\na line.");
	writer_u64(&w, 1, "a", "q\"b\\c\nd", "e", "", NULL);
	writer_u64(&w, UINT64_MAX, NULL);
	ck_assert_mem_eq(w.buf,
		"# HELP weir_x A \\\\ and\\na line.\n# TYPE weir_x gauge\n"
		"weir_x{a=\"q\\\"b\\\\c\\nd\",e=\"\"} 1\nweir_x 18446744073709551615\n",
		w.len);
	promtool_accepts(w.buf, w.len);
	writer_free(&w);
}
END_TEST

START_TEST(doubles_that_are_no_numbers_are_written_as_prometheus_wants)
{
	struct metrics_writer w;

	writer_init(&w, 10);
	writer_family(&w, "weir_y", "gauge", "Y.");
	writer_double(&w, NAN, "v", "nan", NULL);
	writer_double(&w, -INFINITY, "v", "inf", NULL);
	writer_double(&w, 0.1, "v", "tenth", NULL);
	promtool_accepts(w.buf, w.len);
	ck_assert_ptr_nonnull(memmem(w.buf, w.len, "} NaN\n", 6));
	ck_assert_ptr_nonnull(memmem(w.buf, w.len, "} -Inf\n", 7));
	ck_assert_ptr_nonnull(memmem(w.buf, w.len, "} 0.1", 5));
	writer_free(&w);
}
END_TEST

START_TEST(series_beyond_the_limit_are_counted_and_left_out)
{
	struct metrics_writer w;
	char label[16];

	writer_init(&w, 5);
	writer_family(&w, "weir_z", "gauge", "Z.");
	for (int i = 0; i < 9; i++) {
		snprintf(label, sizeof(label), "%d", i);
		writer_u64(&w, 1, "i", label, NULL);
	}
	ck_assert_uint_eq(w.series, 5);
	ck_assert_uint_eq(w.left_out, 4);
	ck_assert_ptr_null(memmem(w.buf, w.len, "i=\"5\"", 5));
	writer_free(&w);
}
END_TEST

START_TEST(page_without_a_data_plane_passes_promtool)
{
	struct fixture f;
	size_t len;
	char *text;

	fixture_setup(&f);
	text = page(&f, &len);
	promtool_accepts(text, len);
	ck_assert(has_line(text, "weir_datapath_mode{mode=\"none\"} 1"));
	ck_assert(has_line(text, "weir_config_generation 1"));
	ck_assert(has_line(text, "weir_config_last_reload_successful 1"));
	ck_assert(has_line(text, "weir_metrics_truncated 0"));
	ck_assert_uint_gt(count_unique_series(text), 100);
	free(text);
	fixture_teardown(&f);
}
END_TEST

START_TEST(page_with_workers_passes_promtool_and_sums_them)
{
	struct fixture f;
	size_t len;
	char *text;

	fixture_setup(&f);
	fixture_counters(&f);
	text = page(&f, &len);
	promtool_accepts(text, len);
	ck_assert(has_line(text, "weir_worker_rx_packets_total{worker=\"1\"} 100"));
	ck_assert(has_line(text, "weir_drops_total{reason=\"ip_ttl\"} 20"));
	ck_assert(has_line(text, "weir_table_refused_total{reason=\"vip_not_allowed\"} 3"));
	ck_assert(has_line(
		text, "weir_backend_forwarded_packets_total{pool=\"web\",backend=\"web-1\"} 180"));
	ck_assert(has_line(text, "weir_backend_flows{pool=\"web\",backend=\"web-1\"} 8"));
	ck_assert(
		has_line(text, "weir_worker_cpu_seconds_total{worker=\"0\",state=\"busy\"} 0.25"));
	ck_assert(has_line(text, "weir_port_link_up{port=\"uplink0\"} 0"));
	count_unique_series(text);
	free(text);
	fixture_teardown(&f);
}
END_TEST

START_TEST(pool_shared_by_services_gives_one_series_per_backend)
{
	struct fixture f;
	size_t len, n = 0;
	char *text;

	fixture_setup(&f);
	text = page(&f, &len);
	for (const char *p = text; (p = strstr(p, "\nweir_backend_up{pool=\"gateways\"")); p++)
		n++;
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_nonnull(strstr(text, "weir_service_info{service=\"api6\",vip=\"fd99::2\""));
	free(text);
	fixture_teardown(&f);
}
END_TEST

START_TEST(one_state_series_of_each_backend_is_1)
{
	struct fixture f;
	size_t len;
	char *text;

	fixture_setup(&f);
	fixture_backend(&f, "web", "web-2")->override.admin = MODEL_ADMIN_DRAIN;
	text = page(&f, &len);
	ck_assert(has_line(
		text, "weir_backend_state{pool=\"web\",backend=\"web-2\",state=\"drain\"} 1"));
	ck_assert(has_line(
		text, "weir_backend_state{pool=\"web\",backend=\"web-2\",state=\"up\"} 0"));
	ck_assert(has_line(text, "weir_backend_up{pool=\"web\",backend=\"web-2\"} 0"));
	ck_assert(has_line(text, "weir_backend_weight{pool=\"web\",backend=\"web-2\"} 0"));
	free(text);
	fixture_teardown(&f);
}
END_TEST

START_TEST(metrics_listener_has_nothing_else)
{
	static const struct {
		const char *method, *path;
		long status;
	} rows[] = {
		{"GET", "/", 404},
		{"GET", "/v1/status", 404},
		{"GET", "/metricsx", 404},
		{"POST", "/metrics", 405},
		{"PUT", "/metrics", 405},
		{"POST", "/v1/reload", 404},
	};
	struct fixture f;

	fixture_setup(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer a = fixture_call(&f, &(struct call){.method = rows[i].method,
							   .path = rows[i].path,
							   .body = "",
							   .metrics = 1});

		ck_assert_msg(a.status == rows[i].status, "%s %s: %ld", rows[i].method,
			rows[i].path, a.status);
		answer_free(&a);
	}
	fixture_teardown(&f);
}
END_TEST

/* 9,000 backends have more series than the limit: the page stays valid and says so. */
START_TEST(huge_configuration_is_cut_and_stays_valid)
{
	size_t size = 1 << 21, at = 0, len;
	char *conf = malloc(size), *text;
	struct fixture f;

	at += (size_t)snprintf(
		conf, size, "defaults: { check: { type = \"none\"; }; };\nservices: {");
	for (int s = 0; s < 3; s++) {
		at += (size_t)snprintf(conf + at, size - at,
			"s%d: { vip = \"10.99.0.%d\"; port = 80; protocol = \"tcp\"; backends: {",
			s, s + 1);
		for (int i = 0; i < 3000; i++)
			at += (size_t)snprintf(conf + at, size - at,
				"b%d: { address = \"10.77.%d.%d\"; };", i, s * 20 + i / 200,
				i % 200 + 1);
		at += (size_t)snprintf(conf + at, size - at, "}; };");
	}
	snprintf(conf + at, size - at, "};\n");
	fixture_setup_with(&f, conf);
	free(conf);

	uint64_t before = unit_now_ns();
	struct metrics_writer w;

	writer_init(&w, METRICS_MAX_SERIES);
	metrics_write(&w, f.cp);
	unit_note("one page of %u series, %zu bytes: %.1f ms", w.series, w.len,
		(double)(unit_now_ns() - before) / 1e6);
	ck_assert_uint_eq(w.series, METRICS_MAX_SERIES + 1);
	ck_assert_uint_gt(w.left_out, 0);
	writer_free(&w);
	text = page(&f, &len);
	promtool_accepts(text, len);
	ck_assert(!has_line(text, "weir_metrics_truncated 0"));
	ck_assert_uint_eq(count_unique_series(text), METRICS_MAX_SERIES + 1);
	free(text);
	fixture_teardown(&f);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("metrics");

	fixture_need_root();
	unit_case(s, label_values_are_escaped, 10);
	unit_case(s, doubles_that_are_no_numbers_are_written_as_prometheus_wants, 10);
	unit_case(s, series_beyond_the_limit_are_counted_and_left_out, 10);
	unit_case(s, page_without_a_data_plane_passes_promtool, 20);
	unit_case(s, page_with_workers_passes_promtool_and_sums_them, 20);
	unit_case(s, pool_shared_by_services_gives_one_series_per_backend, 20);
	unit_case(s, one_state_series_of_each_backend_is_1, 20);
	unit_case(s, metrics_listener_has_nothing_else, 20);
	unit_case(s, huge_configuration_is_cut_and_stays_valid, 60);
	return s;
}
