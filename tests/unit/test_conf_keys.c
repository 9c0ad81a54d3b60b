// SPDX-License-Identifier: BSD-3-Clause
/* Keys that are unknown, missing, in the wrong place or without effect: each refusal or warning with
 * its line in good.conf and its whole text.
 */
#include "conf_edit.h"
#include "unit.h"

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

Suite *unit_suite(void)
{
	Suite *s = suite_create("conf_keys");

	unit_case(s, unknown_keys_are_refused_with_the_nearest, 10);
	unit_case(s, missing_keys_are_refused, 10);
	unit_case(s, groups_are_keyed_by_names, 10);
	unit_case(s, keys_without_effect_are_warned_about, 10);
	return s;
}
