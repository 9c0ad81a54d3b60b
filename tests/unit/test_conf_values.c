// SPDX-License-Identifier: BSD-3-Clause
/* Values out of range, of a wrong kind or of a later version: each refusal with its line in good.conf
 * and its whole text.
 */
#include "conf_edit.h"
#include "unit.h"

#define P "services.web.backends.web-1"

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

Suite *unit_suite(void)
{
	Suite *s = suite_create("conf_values");

	unit_case(s, values_out_of_range_are_refused, 10);
	unit_case(s, values_of_a_wrong_kind_are_refused, 10);
	unit_case(s, words_of_later_versions_are_refused, 10);
	return s;
}
