// SPDX-License-Identifier: BSD-3-Clause
/* Loading: values and defaults, and how a refusal is shown. Lines are those of good.conf. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_edit.h"
#include "unit.h"

START_TEST(node_and_dataplane_are_read)
{
	struct conf *c = conf_edit_load(CONF_DIR "/good.conf");
	const struct dataplane_conf *dp = &c->dataplane;

	ck_assert_str_eq(c->node_name, "lb1");
	ck_assert_str_eq(c->cluster_key_file, "/etc/weir/cluster.key");
	ck_assert_str_eq(c->state_dir, "/tmp/state");
	ck_assert_str_eq(c->socket, "/tmp/api.sock");
	ck_assert_str_eq(c->metrics_listen, "[::1]:9477");
	ck_assert_str_eq(dp->mode, "dpdk");
	ck_assert_str_eq(dp->socket, "/tmp/dp.sock");
	ck_assert_str_eq(dp->lcores, "2-4,7");
	ck_assert_uint_eq(dp->memory, 1 << 30);
	ck_assert_uint_eq(dp->flows_per_worker, 4000000);
	ck_assert_int_eq(dp->backoff, 1);
	ck_assert_uint_eq(dp->heartbeat_us, 100000);
	ck_assert_uint_eq(dp->n_vips, 2);
	ck_assert_uint_eq(dp->n_backends, 2);
	ck_assert_uint_eq(dp->backends[0].len, 96 + 16);
	ck_assert_uint_eq(dp->n_ports, 3);
	ck_assert_str_eq(dp->port[0].interface, "eth0");
	ck_assert_uint_eq(dp->port[0].queues, 2);
	ck_assert_str_eq(dp->port[1].device, "0000:8a:00.0");
	ck_assert_uint_eq(dp->port[1].queues, 1);
	ck_assert_str_eq(dp->port[2].vdev, "net_tap0,iface=tap0");
	ck_assert_uint_eq(dp->port[2].line, 24);
	conf_free(c);
}
END_TEST

START_TEST(services_inherit_key_by_key)
{
	struct conf *c = conf_edit_load(CONF_DIR "/good.conf");
	const struct conf_service *web = &c->services[0], *api = &c->services[1];
	const struct conf_service *dns = &c->services[3];

	ck_assert_uint_eq(c->n_services, 4);
	ck_assert_str_eq(web->name, "web");
	ck_assert_uint_eq(web->port, 443);
	ck_assert_uint_eq(web->proto, 6);
	ck_assert_uint_eq(web->forward, WEIR_FWD_L2DSR);
	ck_assert_uint_eq(web->idle_s, 3600);
	ck_assert_uint_eq(web->check.type, CONF_CHECK_TCP);
	ck_assert_uint_eq(web->check.interval_ms, 500);
	ck_assert_uint_eq(web->check.timeout_ms, 200);
	ck_assert_uint_eq(web->check.rise, 4);
	ck_assert_uint_eq(web->check.fall, 5);
	ck_assert_uint_eq(web->check.port, 8080);
	ck_assert_uint_eq(api->forward, WEIR_FWD_IPIP);
	ck_assert_uint_eq(api->idle_s, 600);
	ck_assert_uint_eq(api->check.interval_ms, 3000);
	ck_assert_uint_eq(api->check.port, 0);
	ck_assert_uint_eq(dns->proto, 17);
	ck_assert_uint_eq(dns->idle_s, 40);
	ck_assert_uint_eq(dns->check.type, CONF_CHECK_NONE);
	ck_assert_uint_eq(dns->line, 50);
	conf_free(c);
}
END_TEST

START_TEST(pools_are_named_or_inline)
{
	struct conf *c = conf_edit_load(CONF_DIR "/good.conf");
	const struct conf_pool *gateways = &c->pools[c->services[1].pool];
	const struct conf_pool *web = &c->pools[c->services[0].pool];
	struct weir_addr a;

	ck_assert_uint_eq(c->n_pools, 2);
	ck_assert_str_eq(gateways->name, "gateways");
	ck_assert_uint_eq(gateways->rows, 16381);
	ck_assert_uint_eq(gateways->settle_tcp_s, 400);
	ck_assert_uint_eq(gateways->settle_udp_s, 20);
	ck_assert_uint_eq(gateways->n_backends, 2);
	ck_assert_uint_eq(gateways->backends[0].weight, 10);
	ck_assert_uint_eq(gateways->backends[1].weight, 30);
	ck_assert_uint_eq(gateways->backends[1].line, 58);
	ck_assert_uint_eq(c->services[3].pool, c->services[1].pool);
	ck_assert_str_eq(web->name, "web");
	ck_assert_uint_eq(web->rows, 0);
	ck_assert_uint_eq(web->settle_tcp_s, 200);
	ck_assert_uint_eq(web->n_backends, 2);
	ck_assert_int_eq(addr_parse("10.1.0.12", &a), 0);
	ck_assert(weir_addr_eq(&web->backends[1].addr, &a));
	conf_free(c);
}
END_TEST

START_TEST(absent_keys_have_the_documented_defaults)
{
	static const char text[] =
		"dataplane: { allow: { vips = [\"192.0.2.0/24\"]; backends = [\"10.0.0.0/8\"]; };\n"
		"  ports: { a: { interface = \"eth0\"; }; }; };\n"
		"services: { w: { vip = \"192.0.2.1\"; port = 80; protocol = \"tcp\";\n"
		"  backends: { b: { address = \"10.0.0.1\"; }; }; }; };\n";
	const char *file = conf_edit_scratch("least.conf");
	char host[256] = "";
	struct conf *c;

	conf_edit_write(file, text, strlen(text));
	c = conf_edit_load(file);
	ck_assert_int_eq(gethostname(host, sizeof(host) - 1), 0);
	ck_assert_uint_eq(strlen(c->node_name), strlen(host) < 64 ? strlen(host) : 63);
	ck_assert_str_eq(c->cluster_key_file, "");
	ck_assert_str_eq(c->state_dir, "/var/lib/weir");
	ck_assert_str_eq(c->socket, "/run/weir/api.sock");
	ck_assert_str_eq(c->metrics_listen, "127.0.0.1:9477");
	ck_assert_str_eq(c->dataplane.mode, "auto");
	ck_assert_str_eq(c->dataplane.socket, "/run/weir/dataplane.sock");
	ck_assert_str_eq(c->dataplane.lcores, "0-1");
	ck_assert_uint_eq(c->dataplane.memory, 512 << 20);
	ck_assert_uint_eq(c->dataplane.flows_per_worker, 1000000);
	ck_assert_int_eq(c->dataplane.backoff, 0);
	ck_assert_uint_eq(c->dataplane.heartbeat_us, 20000);
	ck_assert_uint_eq(c->services[0].forward, WEIR_FWD_IPIP);
	ck_assert_uint_eq(c->dataplane.icmp_echo_rate, 1000);
	ck_assert_uint_eq(c->dataplane.icmp_error_rate, 1000);
	ck_assert_uint_eq(c->dataplane.icmp_source_rate, 100);
	ck_assert_uint_eq(c->services[0].port, 80);
	ck_assert_uint_eq(c->services[0].port_last, 80);
	ck_assert_uint_eq(c->services[0].flags, 0);
	ck_assert_uint_eq(c->services[0].gue_port, 0);
	ck_assert_uint_eq(c->services[0].embryonic_s, 10);
	ck_assert_uint_eq(c->services[0].closing_s, 30);
	ck_assert_uint_eq(c->services[0].idle_s, 900);
	ck_assert_uint_eq(c->services[0].check.interval_ms, 2000);
	ck_assert_uint_eq(c->services[0].check.timeout_ms, 1000);
	ck_assert_uint_eq(c->services[0].check.rise, 2);
	ck_assert_uint_eq(c->services[0].check.fall, 3);
	ck_assert_uint_eq(c->pools[0].settle_tcp_s, 300);
	ck_assert_uint_eq(c->pools[0].settle_udp_s, 30);
	conf_free(c);
}
END_TEST

/* What is shipped must load, and without a word. */
START_TEST(shipped_example_loads_silently)
{
	conf_free(conf_edit_load(CONF_EXAMPLE));
}
END_TEST

/* The data plane does not care what stands beside its group. */
START_TEST(dataplane_reads_its_group_alone)
{
	static struct weir_diag d;
	struct dataplane_conf dp;
	const char *file = conf_edit_apply("vip = \"192.0.2.10\";", "nonsense = 1;");

	ck_assert_int_eq(dataplane_conf_load(file, &dp, &d), 0);
	ck_assert_uint_eq(dp.n_ports, 3);
	ck_assert_str_eq(dp.file, file);
	file = conf_edit_apply("dataplane:", "dataplan:");
	ck_assert_int_lt(dataplane_conf_load(file, &dp, &d), 0);
	ck_assert_uint_eq(d.n, 1);
	ck_assert_str_eq(d.msg[0].text,
		"the group 'dataplane' is missing: the packet workers: ports, CPUs, memory and the "
		"addresses they may use");
}
END_TEST

START_TEST(report_is_json_with_file_and_line)
{
	const char *file = conf_edit_apply("weight = 10", "weight = 70000");
	int code = -1;
	char *text = conf_check_json(file, &code);
	json_t *top = json_loads(text, 0, NULL), *m;

	ck_assert_int_eq(code, 5);
	ck_assert_ptr_nonnull(top);
	ck_assert(json_is_false(json_object_get(top, "ok")));
	ck_assert_uint_eq(json_array_size(json_object_get(top, "errors")), 1);
	m = json_array_get(json_object_get(top, "errors"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(m, "file")), file);
	ck_assert_int_eq(json_integer_value(json_object_get(m, "line")), 44);
	json_decref(top);
	free(text);
	free(conf_check_json(CONF_DIR "/good.conf", &code));
	ck_assert_int_eq(code, 0);
	ck_assert_int_eq(conf_check_main("/nonexistent.conf"), 5);
}
END_TEST

START_TEST(message_shows_the_line_itself)
{
	static struct weir_diag d;
	char *text = NULL, *expected;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const char *file = conf_edit_apply("weight = 10", "weight = 70000");

	ck_assert_ptr_null(conf_load(file, &d));
	diag_print(&d, out);
	fclose(out);
	ck_assert_int_gt(
		asprintf(&expected,
			"%s:44: error: services.web.backends.web-1.weight: 70000 is out of range, "
			"allowed 0..1000\n    web-1: { address = \"10.1.0.11\"; weight = "
			"70000; };\n",
			file),
		0);
	ck_assert_str_eq(text, expected);
	free(expected);
	free(text);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("conf");

	unit_case(s, node_and_dataplane_are_read, 10);
	unit_case(s, services_inherit_key_by_key, 10);
	unit_case(s, pools_are_named_or_inline, 10);
	unit_case(s, absent_keys_have_the_documented_defaults, 10);
	unit_case(s, shipped_example_loads_silently, 10);
	unit_case(s, dataplane_reads_its_group_alone, 10);
	unit_case(s, report_is_json_with_file_and_line, 10);
	unit_case(s, message_shows_the_line_itself, 10);
	return s;
}
