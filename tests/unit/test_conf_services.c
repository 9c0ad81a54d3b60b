// SPDX-License-Identifier: BSD-3-Clause
/* The options of services: ports, forwarding, affinity, fragments, timers; each refusal with its line
 * and its whole text. Lines are those of good.conf.
 */
#include <stdio.h>
#include <string.h>

#include "conf_edit.h"
#include "unit.h"

static const struct conf_service *find(const struct conf *c, const char *name)
{
	for (uint32_t i = 0; i < c->n_services; i++)
		if (!strcmp(c->services[i].name, name))
			return &c->services[i];
	ck_abort_msg("no service %s", name);
	return NULL;
}

START_TEST(options_are_read)
{
	struct conf *c = conf_edit_load(conf_edit_apply("port = 443; protocol = \"udp\"; pool",
		"ports = \"8000-8099\"; protocol = \"udp\"; forward = \"gue\"; gue-port = 6081;"
		"fragments = \"hash3\"; affinity = \"source\";"
		"timeouts: { embryonic = \"5s\"; idle = \"60s\"; closing = \"7s\"; }; pool"));
	const struct conf_service *s = find(c, "dns");

	ck_assert_uint_eq(s->port, 8000);
	ck_assert_uint_eq(s->port_last, 8099);
	ck_assert_uint_eq(s->forward, WEIR_FWD_GUE);
	ck_assert_uint_eq(s->gue_port, 6081);
	ck_assert_uint_eq(s->flags, WEIR_SVC_AFFINITY_SOURCE | WEIR_SVC_FRAG_HASH3);
	ck_assert_uint_eq(s->embryonic_s, 5);
	ck_assert_uint_eq(s->idle_s, 60);
	ck_assert_uint_eq(s->closing_s, 7);
	conf_free(c);
}
END_TEST

START_TEST(forward_and_gue_port_come_from_the_defaults)
{
	struct conf *c = conf_edit_load(
		conf_edit_apply("forward = \"ipip\";", "forward = \"gue\"; gue-port = 7000;"));

	ck_assert_uint_eq(find(c, "api")->forward, WEIR_FWD_GUE);
	ck_assert_uint_eq(find(c, "api")->gue_port, 7000);
	ck_assert_uint_eq(find(c, "web")->forward, WEIR_FWD_L2DSR);
	ck_assert_uint_eq(find(c, "web")->gue_port, 0);
	conf_free(c);
	c = conf_edit_load(conf_edit_apply("forward = \"ipip\";", "forward = \"gue\";"));
	ck_assert_uint_eq(find(c, "api")->gue_port, 6080);
	conf_free(c);
	c = conf_edit_load(
		conf_edit_apply("forward = \"ipip\";", "forward = \"gre\"; gue-port = 7000;"));
	ck_assert_uint_eq(find(c, "api")->forward, WEIR_FWD_GRE);
	ck_assert_uint_eq(find(c, "api")->gue_port, 0);
	conf_free(c);
}
END_TEST

START_TEST(ports_have_one_text)
{
	static const struct {
		uint16_t first, last;
		const char *text;
	} rows[] = {{80, 80, "80"}, {1, 65535, "1-65535"}, {65534, 65535, "65534-65535"},
		{0, 65535, "any"}};

	for (size_t i = 0; i < N(rows); i++) {
		struct conf_service s = {.port = rows[i].first, .port_last = rows[i].last};
		char text[12];

		ck_assert_str_eq(conf_ports_text(&s, text, sizeof(text)), rows[i].text);
	}
}
END_TEST

START_TEST(rates_of_icmp_are_read)
{
	struct conf *c = conf_edit_load(conf_edit_apply("heartbeat = \"100ms\";",
		"heartbeat = \"100ms\"; icmp: { echo-rate = 0; error-rate = 7; source-rate = "
		"1000000; };"));

	ck_assert_uint_eq(c->dataplane.icmp_echo_rate, 0);
	ck_assert_uint_eq(c->dataplane.icmp_error_rate, 7);
	ck_assert_uint_eq(c->dataplane.icmp_source_rate, 1000000);
	conf_free(c);
}
END_TEST

#define RANGE_HINT                                                                                 \
	" is no range, write two ports 1..65535, the lower one first, such as \"8000-8099\", or "  \
	"\"any\""
#define PORTS(text)                                                                                \
	{                                                                                          \
		"port = 443;", "ports = \"" text "\";", 37,                                        \
			"services.web.ports: \"" text "\"" RANGE_HINT                              \
	}

START_TEST(ports_that_are_no_range_are_refused)
{
	static const struct conf_edit edits[] = {
		PORTS("443"),
		PORTS("0-80"),
		PORTS("0-0"),
		PORTS("80-79"),
		PORTS("80-65536"),
		PORTS("-80"),
		PORTS("80-"),
		PORTS("80-90-99"),
		PORTS("80 - 90"),
		PORTS("+80-90"),
		PORTS("all"),
		PORTS("4294967296"),
		{"port = 443;", "ports = \"80000-800000\";", 37,
			"services.web.ports: is 12 bytes long, allowed 1..11"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(ports_are_written_once)
{
	static const struct conf_edit edits[] = {
		{"port = 443;", "", 35,
			"services.web: has neither 'port' nor 'ports', exactly one of them is "
			"needed"},
		{"port = 443;", "port = 443; ports = \"any\";", 37,
			"services.web: has both 'port' and 'ports', exactly one of them is needed"},
		{"port = 443;", "ports = 443;", 37,
			"services.web.ports: 443 has no quotes: write \"443\""},
		{"port = 443;", "ports = \"\";", 37,
			"services.web.ports: is 0 bytes long, allowed 1..11"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

/* `api6` becomes a service on the VIP of `api`, or of `web`. */
#define API6	 "vip = \"2001:db8:1::11\"; port = 443; protocol = \"tcp\";"
#define ON(more) "vip = \"192.0.2.11\"; protocol = \"tcp\"; " more

START_TEST(overlapping_ports_are_refused_with_both_places)
{
	struct conf_edit edits[] = {
		{API6, ON("port = 443;"), 49,
			"services.api6: 192.0.2.11 port 443 tcp is taken by service 'api' in "
			"%s:48: "
			"VIP, port and protocol together must differ"},
		{API6, ON("ports = \"400-443\";"), 49,
			"services.api6: ports 400-443 overlap ports 443 of service 'api' in %s:48 "
			"on "
			"192.0.2.11 tcp: ranges must not share a port, only ports = \"any\" may "
			"stand beside others"},
		{API6, ON("ports = \"1-65535\";"), 49,
			"services.api6: ports 1-65535 overlap ports 443 of service 'api' in %s:48 "
			"on 192.0.2.11 tcp: ranges must not share a port, only ports = \"any\" may "
			"stand beside others"},
	};

	for (size_t i = 0; i < N(edits); i++) {
		char text[400];

		snprintf(text, sizeof(text), edits[i].text,
			conf_edit_apply(edits[i].find, edits[i].put));
		edits[i].text = text;
		conf_edit_expect(&edits[i], 1, 0);
	}
}
END_TEST

/* The service before is not the one that is overlapped. */
START_TEST(wide_range_is_compared_with_all_behind_it)
{
	static const char put[] = ON("ports = \"1-100\"; pool = \"gateways\"; };\n") "b: { " ON(
		"port = 5; pool = \"gateways\"; };\n") "c: { " ON("port = 50;");
	static struct weir_diag d;

	memset(&d, 0, sizeof(d));
	ck_assert_ptr_null(conf_load(conf_edit_apply(API6, put), &d));
	ck_assert_uint_eq(d.n, 2);
	ck_assert_ptr_nonnull(strstr(d.msg[0].text, "services.b: ports 5 overlap ports 1-100"));
	ck_assert_ptr_nonnull(strstr(d.msg[1].text, "services.c: ports 50 overlap ports 1-100"));
}
END_TEST

START_TEST(any_port_stands_beside_others_but_not_beside_itself)
{
	static const char twice[] = ON(
		"ports = \"any\"; pool = \"gateways\"; check: { port = 1; "
		"}; };\n") "more: { " ON("ports = \"any\"; check: { port = 1; };");
	static struct weir_diag d;
	struct conf *c = conf_edit_load(
		conf_edit_apply(API6, ON("ports = \"any\"; check: { port = 1; };")));

	ck_assert_uint_eq(find(c, "api6")->port, WEIR_PORT_ANY);
	ck_assert_uint_eq(find(c, "api6")->port_last, WEIR_PORT_ANY_LAST);
	conf_free(c);
	conf_free(conf_edit_load(conf_edit_apply(API6, ON("ports = \"444-65535\";"))));
	memset(&d, 0, sizeof(d));
	ck_assert_ptr_null(conf_load(conf_edit_apply(API6, twice), &d));
	ck_assert_uint_eq(d.n, 1);
	ck_assert_ptr_nonnull(strstr(d.msg[0].text,
		"services.more: 192.0.2.11 ports any tcp is taken by service 'api6' in "));
}
END_TEST

START_TEST(any_port_needs_a_port_to_check)
{
	static const struct conf_edit edits[] = {
		{API6, ON("ports = \"any\";"), 49,
			"services.api6.check: a service on any port must say which one to check: "
			"port = 443, or type = \"none\""},
		{API6, ON("ports = \"any\"; check: { rise = 1; };"), 49,
			"services.api6.check: a service on any port must say which one to check: "
			"port = 443, or type = \"none\""},
	};

	conf_edit_expect(edits, N(edits), 0);
	conf_free(conf_edit_load(
		conf_edit_apply(API6, ON("ports = \"any\"; check: { type = \"none\"; };"))));
	conf_free(conf_edit_load(conf_edit_apply(
		API6, "vip = \"192.0.2.11\"; protocol = \"udp\"; ports = \"any\";")));
}
END_TEST

#define DNS	    "port = 443; protocol = \"udp\"; pool = \"gateways\"; };"
#define HASH3(more) "port = 443; protocol = \"udp\"; fragments = \"hash3\"; " more " };\n"
#define OTHER(more)                                                                                \
	"dns2: { vip = \"192.0.2.10\"; port = 444; protocol = \"udp\"; fragments = "               \
	"\"hash3\"; " more " };"
#define SHARE(what)                                                                                \
	"services.dns2: fragments carry no port, so services with fragments = \"hash3\" on one "   \
	"VIP must share pool, affinity and forward, but 'dns' in line 50 has another " what
#define GW "pool = \"gateways\";"

START_TEST(fragments_of_one_vip_go_one_way)
{
	static const struct conf_edit edits[] = {
		{DNS, HASH3(GW) OTHER("backends: { a: { address = \"10.1.0.9\"; }; };"), 51,
			SHARE("pool")},
		{DNS, HASH3(GW) OTHER(GW "affinity = \"source\";"), 51, SHARE("affinity")},
		{DNS, HASH3(GW) OTHER(GW "forward = \"gre\";"), 51, SHARE("forward")},
		{DNS, HASH3(GW "forward = \"gue\";") OTHER(GW "forward = \"gue\"; gue-port = 1;"),
			51, SHARE("gue-port")},
		{"protocol = \"tcp\";", "protocol = \"tcp\"; fragments = \"hash3\";", 38,
			"services.web.fragments: \"hash3\" is for UDP only, TCP finds the path's "
			"MTU and needs none: use \"drop\""},
	};

	conf_edit_expect(edits, N(edits), 0);
	conf_free(conf_edit_load(conf_edit_apply(DNS, HASH3(GW) OTHER(GW))));
}
END_TEST

START_TEST(idle_time_is_written_once)
{
	static const struct conf_edit edits[] = {
		{"idle-timeout = \"1h\";", "idle-timeout = \"1h\"; timeouts: { idle = \"1h\"; };",
			41,
			"services.web.timeouts.idle: is the same as idle-timeout, which is also "
			"written: remove one of them"},
		{"idle-timeout = \"1h\";", "timeouts: { embryonic = \"0s\"; };", 41,
			"services.web.timeouts.embryonic: 0s is out of range, allowed 1s..1h"},
		{"idle-timeout = \"1h\";", "timeouts: { closing = \"2h\"; };", 41,
			"services.web.timeouts.closing: 2h is out of range, allowed 1s..1h"},
		{"idle-timeout = \"1h\";", "timeouts: { idle = \"1500ms\"; };", 41,
			"services.web.timeouts.idle: 1500ms is not a multiple of 1s"},
	};

	conf_edit_expect(edits, N(edits), 0);
}
END_TEST

START_TEST(options_without_effect_are_warned_about)
{
	static const struct conf_edit edits[] = {
		{"\"l2dsr\";", "\"l2dsr\"; gue-port = 6080;", 39,
			"services.web.gue-port: has no effect without forward = \"gue\""},
		{"\"1h\";", "\"5s\"; timeouts: { embryonic = \"6s\"; };", 41,
			"services.web.timeouts.embryonic: 6 s are longer than the idle time of 5 "
			"s, "
			"which counts"},
		{"\"1h\";", "\"5s\"; timeouts: { closing = \"6s\"; };", 41,
			"services.web.timeouts.closing: 6 s are longer than the idle time of 5 s, "
			"which counts"},
	};

	conf_edit_expect(edits, N(edits), 1);
	conf_free(conf_edit_load(conf_edit_apply("\"1h\";", "\"5s\";")));
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("conf services");

	unit_case(s, options_are_read, 4);
	unit_case(s, forward_and_gue_port_come_from_the_defaults, 4);
	unit_case(s, ports_have_one_text, 4);
	unit_case(s, rates_of_icmp_are_read, 4);
	unit_case(s, ports_that_are_no_range_are_refused, 10);
	unit_case(s, ports_are_written_once, 4);
	unit_case(s, overlapping_ports_are_refused_with_both_places, 4);
	unit_case(s, wide_range_is_compared_with_all_behind_it, 4);
	unit_case(s, any_port_stands_beside_others_but_not_beside_itself, 4);
	unit_case(s, any_port_needs_a_port_to_check, 4);
	unit_case(s, fragments_of_one_vip_go_one_way, 4);
	unit_case(s, idle_time_is_written_once, 4);
	unit_case(s, options_without_effect_are_warned_about, 4);
	return s;
}
