// SPDX-License-Identifier: BSD-3-Clause
/* Objects that contradict each other: each refusal with its line in good.conf and its whole text. */
#include <stdio.h>

#include "conf_edit.h"
#include "unit.h"

#define P "services.web.backends.web-1"

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
	struct conf *c = conf_edit_load(
		conf_edit_apply("\"udp\"; pool", "\"udp\"; check: { type = \"tcp\"; }; pool"));

	ck_assert_uint_eq(c->services[3].check.type, CONF_CHECK_TCP);
	conf_free(c);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("conf_objects");

	unit_case(s, contradictions_between_objects_are_refused, 10);
	unit_case(s, twins_are_refused_with_both_lines, 10);
	unit_case(s, udp_service_may_ask_for_a_tcp_check, 10);
	return s;
}
