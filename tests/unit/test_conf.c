// SPDX-License-Identifier: BSD-3-Clause
/* Loading: values and defaults; then every refusal with its line and its whole text. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_edit.h"
#include "unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct conf *load(const char *file)
{
	static struct weir_diag d;
	struct conf *c;

	memset(&d, 0, sizeof(d));
	c = conf_load(file, &d);
	diag_print(&d, stderr);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(d.n, 0);
	return c;
}

START_TEST(node_and_dataplane_are_read)
{
	struct conf *c = load(CONF_DIR "/good.conf");
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
	struct conf *c = load(CONF_DIR "/good.conf");
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
	struct conf *c = load(CONF_DIR "/good.conf");
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
	c = load(file);
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
	conf_free(load(CONF_EXAMPLE));
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

#define P "services.web.backends.web-1"

START_TEST(unknown_keys_are_refused_with_the_nearest)
{
	static const struct conf_edit edits[] = {
		{"weight = 10", "wieght = 10", 44,
			P ": unknown key 'wieght' (did you mean 'weight'?)"},
		{"weight = 10", "colour = 10", 44,
			P ": unknown key 'colour', allowed here: address, weight"},
		{"weight = 10", "rows = 251", 44,
			P ": 'rows' belongs to pools.NAME; allowed here: address, "
			  "weight"},
		{"metrics:", "metric:", 62, "unknown key 'metric' (did you mean 'metrics'?)"},
		{"heartbeat", "hartbeat", 16,
			"dataplane: unknown key 'hartbeat' (did you mean 'heartbeat'?)"},
		{"interval = \"3s\"", "intervall = \"3s\"", 32,
			"defaults.check: unknown key 'intervall' (did you mean 'interval'?)"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(missing_keys_are_refused)
{
	static const struct conf_edit edits[] = {
		{"vip = \"192.0.2.10\";", "", 35,
			"services.web: the key 'vip' is missing: the address that clients use"},
		{"address = \"10.1.0.11\"; ", "", 44,
			P ": the key 'address' is missing: where its packets go"},
		{"pool = \"gateways\";", "", 48,
			"services.api: has neither 'backends' nor 'pool', exactly one of them is "
			"needed"},
		{"interface = \"eth0\"; ", "", 22,
			"dataplane.ports.uplink0: has none of 'interface', "
			"'device' and 'vdev', exactly one is needed"},
		{"services: {", "other: {", 62,
			"the group 'services' is missing: NAME: { vip = \"192.0.2.10\"; port = 80; "
			"protocol = "
			"\"tcp\"; backends: { ... }; };"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(values_out_of_range_are_refused)
{
	static const struct conf_edit edits[] = {
		{"weight = 10", "weight = 70000", 44,
			P ".weight: 70000 is out of range, allowed 0..1000"},
		{"weight = 10", "weight = -1", 44,
			P ".weight: -1 is out of range, allowed 0..1000"},
		{"port = 443", "port = 0", 37,
			"services.web.port: 0 is out of range, allowed 1..65535"},
		{"\"100ms\";", "\"100ms\"; icmp: { echo-rate = -1; };", 16,
			"dataplane.icmp.echo-rate: -1 is out of range, allowed 0..1000000"},
		{"\"100ms\"", "\"30s\"", 16,
			"dataplane.heartbeat: 30s is out of range, allowed 1ms..10s"},
		{"\"100ms\"", "\"106751992d\"", 16,
			"dataplane.heartbeat: \"106751992d\" is out of range, allowed 1ms..10s"},
		{"\"1G\"", "\"63M\"", 13, "dataplane.memory: 63M is out of range, allowed 64M..1T"},
		{"\"4M\"", "\"257M\"", 14,
			"dataplane.flows-per-worker: 257M is out of range, allowed "
			"1k..256M"},
		{"queues = 2", "queues = 65", 22,
			"dataplane.ports.uplink0.queues: 65 is out of range, "
			"allowed 1..64"},
		{"\"eth0\"", "\"sixteen-letters-\"", 22,
			"dataplane.ports.uplink0.interface: is 16 bytes "
			"long, allowed 1..15"},
		{"\"1h\"", "\"31d\"", 41,
			"services.web.idle-timeout: 31d is out of range, allowed 1s..30d"},
		{"\"1h\"", "\"1500ms\"", 41,
			"services.web.idle-timeout: 1500ms is not a multiple of 1s"},
		{"rows = 16381", "rows = 1", 54,
			"pools.gateways.rows: 1 is out of range, allowed "
			"251..655373"},
		{"\"/tmp/dp.sock\"", "\"tmp/dp.sock\"", 11,
			"dataplane.socket: \"tmp/dp.sock\" is not an "
			"absolute path, it must begin with '/'"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(values_of_a_wrong_kind_are_refused)
{
	static const struct conf_edit edits[] = {
		{"\"100ms\"", "20", 16,
			"dataplane.heartbeat: 20 has no quotes: write, in quotes, a whole "
			"number and one of us, ms, s, m, h, d, such as \"20ms\""},
		{"\"100ms\"", "\"20\"", 16,
			"dataplane.heartbeat: \"20\" is not understood, write a whole "
			"number and one of us, ms, s, m, h, d, such as \"20ms\""},
		{"\"1G\"", "\"1X\"", 13,
			"dataplane.memory: \"1X\" is not understood, write a whole number of "
			"bytes, or one with k, M, G or T, such as \"512M\""},
		{"weight = 10", "weight = \"10\"", 44,
			P ".weight: write the number without quotes: 10"},
		{"weight = 10", "weight = 2.5", 44,
			P ".weight: 2.5 is not a whole number, allowed 0..1000"},
		{"weight = 10", "weight = true", 44,
			P ".weight: true is not a whole number, allowed 0..1000"},
		{"\"lb1\"", "7", 4, "node.name: 7 has no quotes: write \"7\""},
		{"\"lb1\"", "\"lb 1\"", 4,
			"node.name: \"lb 1\" is not a name, allowed are 1 to 63 of A-Z a-z "
			"0-9 _ . -"},
		{"\"lb1\"", "\"lb\\x011\"", 4, "node.name: holds a control character (byte 1)"},
		{"\"10.1.0.11\"", "\"10.1.0.256\"", 44,
			P ".address: \"10.1.0.256\" is not an address, write "
			  "one such as \"192.0.2.1\" or \"2001:db8::1\""},
		{"\"10.1.0.11\"", "\"224.0.0.1\"", 44,
			P ".address: \"224.0.0.1\" is a multicast address, a "
			  "unicast address is needed"},
		{"\"192.0.2.0/24\"", "\"192.0.2.1/24\"", 18,
			"dataplane.allow.vips: \"192.0.2.1/24\" has bits "
			"set behind its length, did you mean \"192.0.2.0/24\"?"},
		{"\"192.0.2.0/24\"", "\"192.0.2.0/33\"", 18,
			"dataplane.allow.vips: \"192.0.2.0/33\" is not a "
			"prefix, write one such as \"192.0.2.0/24\" or \"2001:db8::/32\""},
		{"\"192.0.2.0/24\"", "\"::/0\"", 18,
			"dataplane.allow.vips: \"::/0\" would allow all of IPv4 "
			"too, \"2000::/3\" is all global IPv6"},
		{"[\"192.0.2.0/24\", \"2001:db8:1::/64\"]", "\"192.0.2.0/24\"", 18,
			"dataplane.allow.vips: write an array of quoted prefixes: "
			"[\"192.0.2.0/24\"]"},
		{"[\"192.0.2.0/24\", \"2001:db8:1::/64\"]", "[ ]", 18,
			"dataplane.allow.vips: has 0 prefixes, allowed 1..64"},
		{"\"2-4,7\"", "\"2-4,x\"", 12,
			"dataplane.lcores: \"2-4,x\" is not a list of CPUs such as "
			"\"2-5,7\": numbers 0..1023, rising in a range, at most 65"},
		{"\"[::1]:9477\"", "\"localhost:9477\"", 62,
			"metrics.listen: \"localhost:9477\" is not an "
			"address and a port 1..65535, write \"127.0.0.1:9477\" or \"[::1]:9477\""},
		{"\"[::1]:9477\"", "\"[::1]:65536\"", 62,
			"metrics.listen: \"[::1]:65536\" is not an address "
			"and a port 1..65535, write \"127.0.0.1:9477\" or \"[::1]:9477\""},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(groups_are_keyed_by_names)
{
	static const struct conf_edit edits[] = {
		{"pools: {", "p2: (); pools: {", 52,
			"unknown key 'p2', allowed here: node, defaults, services, pools, "
			"announce, "
			"metrics, dataplane"},
		{"backends: {\n\t\t\tweb-1",
			"backends = ( { address = \"10.1.0.1\"; } ); b: { web-1", 43,
			"services.web.backends: is a list, but groups are keyed by names here: "
			"write NAME: { "
			"... }; inside { }"},
		{"web-1: { address = \"10.1.0.11\"; weight = 10; };", "web-1 = \"10.1.0.11\";", 44,
			P ": is a plain value, but a group belongs here: write { ... }"},
		{"web-1:", "web*1:", 44,
			"services.web.backends: 'web*1' is not a name, allowed are 1 to 63 "
			"of A-Z a-z 0-9 _ . -"},
		{"web-1:", "a234567890123456789012345678901234567890123456789012345678901234:", 44,
			"services.web.backends: "
			"'a234567890123456789012345678901234567890123456789012345678901"
			"234' is not a name, allowed are 1 to 63 of A-Z a-z 0-9 _ . -"},
		{"port = 443;", "port: { a = 1; };", 37,
			"services.web.port: this is not a whole number, "
			"allowed 1..65535"},
		{"\"lb1\"", "[\"lb1\"]", 4,
			"node.name: is a group or a list, but one value belongs here"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(words_of_later_versions_are_refused)
{
	static const struct conf_edit edits[] = {
		{"\"full\"", "\"exceptions\"", 29,
			"defaults.tracking: \"exceptions\" is not available in "
			"this version, use full"},
		{"type = \"tcp\"", "type = \"https\"", 32,
			"defaults.check.type: \"https\" is not available in "
			"this version, use tcp or none"},
		{"\"dpdk\"", "\"xdp\"", 10,
			"dataplane.mode: \"xdp\" is not available: this version forwards "
			"with the DPDK workers only, use \"auto\" or \"dpdk\""},
		{"\"dpdk\"", "\"dpkd\"", 10,
			"dataplane.mode: \"dpkd\" is unknown (did you mean \"dpdk\"?), "
			"allowed are auto, dpdk or xdp"},
		{"\"l2dsr\"", "\"magic\"", 39,
			"services.web.forward: \"magic\" is unknown, allowed are l2dsr, ipip, gue "
			"or gre"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(keys_without_effect_are_warned_about)
{
	static const struct conf_edit edits[] = {
		{"port = 443;", "port = 443; min-up = 1;", 37,
			"services.web.min-up: has no effect in this version"},
		{"port = 443;", "port = 443; panic-below = \"50%\";", 37,
			"services.web.panic-below: has no effect in this version"},
		{"metrics:", "announce: { method = \"route-table\"; table = 77; };\nmetrics:", 62,
			"announce: has no effect in this version"},
		{"port = 8080;", "path = \"/healthz\";", 42,
			"services.web.check.path: has no effect in this version"},
		{"\"udp\"; pool", "\"udp\"; check: { rise = 2; }; pool", 50,
			"services.dns.check: has no effect: a UDP service is checked only with its "
			"own type = "
			"\"tcp\", which opens a TCP connection"},
		{"10.1.0.12", "10.1.0.11", 45,
			"services.web.backends.web-2: 10.1.0.11 is also the address of "
			"'web-1' in line 44: it takes both shares"},
	};

	conf_edit_expect(edits, N(edits), 1);
}
END_TEST

START_TEST(contradictions_between_objects_are_refused)
{
	static const struct conf_edit edits[] = {
		{"\"gateways\"", "\"gateway\"", 48,
			"services.api.pool: no pool 'gateway' (did you mean "
			"'gateways'?)"},
		{"\"gateways\"", "\"web\"", 48,
			"services.api.pool: no pool 'web' (have: gateways)"},
		{"pool = \"gateways\"",
			"pool = \"gateways\"; backends: { a: { address = \"10.1.0.9\"; }; }", 48,
			"services.api: has both 'backends' and 'pool', exactly one of them is "
			"needed"},
		{"\"10.1.0.11\"", "\"10.2.0.11\"", 44,
			P ".address: 10.2.0.11 is in no prefix of "
			  "dataplane.allow.backends: add one, such as \"10.2.0.11/32\""},
		{"\"10.1.0.11\"", "\"2001:db8::1\"", 44,
			P ".address: 2001:db8::1 is in no prefix of "
			  "dataplane.allow.backends: add one, such as \"2001:db8::1/128\""},
		{"\"192.0.2.11\"", "\"192.0.3.11\"", 48,
			"services.api.vip: 192.0.3.11 is in no prefix of "
			"dataplane.allow.vips: add one, such as \"192.0.3.11/32\""},
		{"\"10.1.0.11\"", "\"192.0.2.11\"", 44,
			P ".address: 192.0.2.11 is the VIP of service 'api': "
			  "its packets would come back for ever"},
		{"\"10.1.0.11\"", "\"2001:db8:2::11\"", 35,
			"services.web: l2dsr needs backends of the VIP's "
			"family, but 'web-1' of pool 'web' is 2001:db8:2::11 and the VIP is IPv4: "
			"use forward = "
			"\"ipip\", or an IPv4 backend"},
		{"weight = 10", "weight = 0", 35,
			"services.web.backends: all weights are 0, nobody would take "
			"a flow: give one of them 1..1000, or drain with weirctl"},
		{"gw-1: { address = \"10.1.0.21\"; };\n\t\t\tgw-2: { address = \"2001:db8:2::22\"; "
		 "weight = 30; "
		 "};",
			"", 53, "pools.gateways.backends: there is none, at least one is needed"},
		{"rows = 16381", "rows = 16382", 54,
			"pools.gateways.rows: 16382 is not one of the primes "
			"allowed: 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65537, 131071, "
			"262139, 655373"},
		{"timeout = \"200ms\"", "timeout = \"500ms\"", 42,
			"services.web.check: the timeout (500 ms) "
			"must be shorter than the interval (500 ms)"},
		{"interval = \"3s\"", "interval = \"1s\"", 32,
			"defaults.check: the timeout (2000 ms) must be "
			"shorter than the interval (1000 ms)"},
		{"interface = \"eth0\";", "interface = \"eth0\"; vdev = \"x\";", 22,
			"dataplane.ports.uplink0: "
			"has more than one of 'interface', 'device' and 'vdev', exactly one is "
			"needed"},
		{"device = \"0000:8a:00.0\"", "interface = \"eth0\"", 23,
			"dataplane.ports.uplink1: uses eth0, "
			"which is taken by port 'uplink0' in line 22"},
		{"\"eth0\"", "\"a/b\"", 22,
			"dataplane.ports.uplink0.interface: \"a/b\" cannot be the name of "
			"an interface"},
		{"\"2-4,7\"", "\"2\"", 12,
			"dataplane.lcores: names one CPU, but two are needed: the first "
			"manages, the others work, such as \"0-1\""},
		{"\"4M\"", "\"200M\"", 14,
			"dataplane.flows-per-worker: flow tables need 9155M, but "
			"dataplane.memory is 1G: raise it, or lower this"},
		{"\"/tmp/api.sock\"", "\"/tmp/dp.sock\"", 7,
			"node.socket: /tmp/dp.sock is also "
			"dataplane.socket, they must differ"},
		{"uplink0: {",
			"p1: {}; p2: {}; p3: {}; p4: {}; p5: {}; p6: {}; p7: {}; p8: {}; p9: {}; "
			"p10: {}; "
			"p11: {}; p12: {}; p13: {}; p14: {}; uplink0: {",
			21, "dataplane.ports: there are 17 ports, allowed 1..16"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

/* These name the other place too, in a file whose name is known only here. */
START_TEST(twins_are_refused_with_both_lines)
{
	struct conf_edit edits[] = {
		{"\"192.0.2.11\"", "\"192.0.2.10\"", 48, NULL},
		{"\tgateways: {", "\tweb: {", 43, NULL},
	};
	char text[2][400];

	snprintf(text[0], sizeof(text[0]),
		"services.api: 192.0.2.10 port 443 tcp is taken by service "
		"'web' in %s:35: VIP, port and protocol together must differ",
		conf_edit_scratch("edited.conf"));
	snprintf(text[1], sizeof(text[1]),
		"services.web.backends: they make a pool named 'web', but that "
		"pool stands in %s:53: rename one, or write pool = \"web\"",
		conf_edit_scratch("edited.conf"));
	edits[0].text = text[0];
	edits[1].text = text[1];
	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(udp_service_may_ask_for_a_tcp_check)
{
	struct conf *c = load(
		conf_edit_apply("\"udp\"; pool", "\"udp\"; check: { type = \"tcp\"; }; pool"));

	ck_assert_uint_eq(c->services[3].check.type, CONF_CHECK_TCP);
	conf_free(c);
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
	ck_assert_int_gt(asprintf(&expected,
				 "%s:44: error: " P ".weight: 70000 is out of range, "
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
	unit_case(s, unknown_keys_are_refused_with_the_nearest, 10);
	unit_case(s, missing_keys_are_refused, 10);
	unit_case(s, values_out_of_range_are_refused, 10);
	unit_case(s, values_of_a_wrong_kind_are_refused, 10);
	unit_case(s, groups_are_keyed_by_names, 10);
	unit_case(s, words_of_later_versions_are_refused, 10);
	unit_case(s, keys_without_effect_are_warned_about, 10);
	unit_case(s, contradictions_between_objects_are_refused, 10);
	unit_case(s, twins_are_refused_with_both_lines, 10);
	unit_case(s, udp_service_may_ask_for_a_tcp_check, 10);
	unit_case(s, report_is_json_with_file_and_line, 10);
	unit_case(s, message_shows_the_line_itself, 10);
	return s;
}
