/* SPDX-License-Identifier: BSD-3-Clause */
/* What may stand in the configuration, save the `dataplane` group: see dataplane/config. */
#include <stddef.h>
#include <string.h>

#include "conf.h"

#define MS     1000ll
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define RESTART .reload = RELOAD_RESTART_CONTROLPLANE
#define LATER	.effect = SCHEMA_INERT

#define CONF_MAX_KEYS 128

/* Rows that defaults, services and pools share, under different paths. */
#define CHECK_LATER "http|https|dns|icmp|udp|exec"
#define CHECK_ROWS(at, TYPE, INTERVAL, TIMEOUT, RISE, FALL)                                        \
	{at, SCHEMA_GROUP, .help = "how backends are checked"},                                    \
		{at ".type", SCHEMA_ENUM, .range = "tcp|none", .later = CHECK_LATER,               \
			.fallback = TYPE,                                                          \
			.help = "tcp: a connection opens in time; none: backends count as up"},    \
		{at ".interval", SCHEMA_DURATION, 10 * MS, 1 * HOUR, .step = MS,                   \
			.fallback = INTERVAL,                                                      \
			.help = "from the start of one check to the start of the next"},           \
		{at ".timeout", SCHEMA_DURATION, 1 * MS, 5 * MINUTE, .step = MS,                   \
			.fallback = TIMEOUT,                                                       \
			.help = "a check that takes longer has failed; shorter than the "          \
				"interval"},                                                       \
		{at ".rise", SCHEMA_INT, 1, 100, .fallback = RISE,                                 \
			.help = "good checks in a row that bring a backend in"},                   \
	{                                                                                          \
		at ".fall", SCHEMA_INT, 1, 100,                                                    \
			.fallback = FALL, .help = "failed checks in a row that take a backend out" \
	}

#define BACKEND_ROWS(at)                                                                           \
	{at, SCHEMA_NAMED, .help = "NAME: { address = \"10.1.0.11\"; weight = 10; };"},            \
		{at ".*.address", SCHEMA_ADDRESS, .required = 1, .help = "where its packets go"},  \
	{                                                                                          \
		at ".*.weight", SCHEMA_INT, 0, 1000,                                               \
			.fallback = "10",                                                          \
			.help = "share of new flows relative to its brothers; 0 = none"            \
	}

#define FORWARD "l2dsr|ipip|gue|gre"

static const struct schema_key conf_rows[] = {
	{"node", SCHEMA_GROUP, RESTART, .help = "this load balancer"},
	{"node.name", SCHEMA_NAME, RESTART, .help = "its name; without it the host name"},
	{"node.cluster-key-file", SCHEMA_PATH, 1, 255, .fallback = "", RESTART,
		.help = "hash key of the cluster, 32 hexadecimal digits, mode 0600; without it the "
			"node "
			"makes its own in the state directory"},
	{"node.state-dir", SCHEMA_PATH, 1, 255, .fallback = "/var/lib/weir", RESTART,
		.help = "what survives a restart is kept here"},
	{"node.socket", SCHEMA_PATH, 1, 107, .fallback = "/run/weir/api.sock", RESTART,
		.help = "UNIX socket of the API, for weirctl"},

	{"defaults", SCHEMA_GROUP, .help = "what services and pools do not say themselves"},
	{"defaults.forward", SCHEMA_ENUM, .range = FORWARD, .fallback = "ipip",
		.help = "how packets reach a backend: l2dsr changes the MAC address, the others "
			"put headers in front"},
	{"defaults.gue-port", SCHEMA_INT, 1, 65535, .fallback = "6080",
		.help = "UDP port of the backends for forward = \"gue\""},
	{"defaults.tracking", SCHEMA_ENUM, .range = "full", .later = "exceptions",
		.fallback = "full", .help = "which flows have an entry in the flow table"},
	{"defaults.settle", SCHEMA_GROUP, .help = "how long a row keeps its old backend"},
	{"defaults.settle.tcp", SCHEMA_DURATION, SECOND, DAY, .step = SECOND, .fallback = "300s",
		.help = "for TCP"},
	{"defaults.settle.udp", SCHEMA_DURATION, SECOND, DAY, .step = SECOND, .fallback = "30s",
		.help = "for UDP"},
	{"defaults.idle-timeout", SCHEMA_GROUP, .help = "when a silent flow is forgotten"},
	{"defaults.idle-timeout.tcp", SCHEMA_DURATION, SECOND, 30 * DAY, .step = SECOND,
		.fallback = "900s", .help = "for TCP"},
	{"defaults.idle-timeout.udp", SCHEMA_DURATION, SECOND, 30 * DAY, .step = SECOND,
		.fallback = "30s", .help = "for UDP"},
	CHECK_ROWS("defaults.check", "tcp", "2s", "1s", "2", "3"),

	{"services", SCHEMA_NAMED, .required = 1,
		.help = "NAME: { vip = \"192.0.2.10\"; port = 80; protocol = \"tcp\"; backends: { "
			"... }; };"},
	{"services.*.vip", SCHEMA_ADDRESS, .required = 1, .help = "the address that clients use"},
	{"services.*.port", SCHEMA_INT, 1, 65535, .help = "the port that clients use, 1..65535"},
	{"services.*.ports", SCHEMA_STRING, 1, 11,
		.help = "instead of port: a range such as \"8000-8099\", or \"any\", which takes "
			"what other services of the VIP and protocol leave"},
	{"services.*.protocol", SCHEMA_ENUM, .range = "tcp|udp", .required = 1,
		.help = "\"tcp\" or \"udp\""},
	{"services.*.forward", SCHEMA_ENUM, .range = FORWARD, .help = "as defaults.forward"},
	{"services.*.gue-port", SCHEMA_INT, 1, 65535, .help = "as defaults.gue-port"},
	{"services.*.affinity", SCHEMA_ENUM, .range = "flow|source", .fallback = "flow",
		.help = "what chooses the backend of a new flow: addresses and ports, or addresses "
			"alone, so that all flows of a client go to one"},
	{"services.*.fragments", SCHEMA_ENUM, .range = "drop|hash3", .fallback = "drop",
		.help = "IP fragments: dropped, or (UDP) forwarded by addresses and protocol "
			"alone"},
	{"services.*.tracking", SCHEMA_ENUM, .range = "full", .later = "exceptions",
		.help = "as defaults.tracking"},
	{"services.*.idle-timeout", SCHEMA_DURATION, SECOND, 30 * DAY, .step = SECOND,
		.help = "as defaults.idle-timeout, for this service's protocol"},
	{"services.*.timeouts", SCHEMA_GROUP, .help = "when a flow is forgotten"},
	{"services.*.timeouts.embryonic", SCHEMA_DURATION, SECOND, HOUR, .step = SECOND,
		.fallback = "10s", .help = "of which one packet or only SYNs have come"},
	{"services.*.timeouts.idle", SCHEMA_DURATION, SECOND, 30 * DAY, .step = SECOND,
		.help = "that is silent; the same as idle-timeout"},
	{"services.*.timeouts.closing", SCHEMA_DURATION, SECOND, HOUR, .step = SECOND,
		.fallback = "30s", .help = "that has ended: FIN or RST"},
	{"services.*.pool", SCHEMA_NAME, .help = "name of a pool; or write backends here"},
	BACKEND_ROWS("services.*.backends"),
	CHECK_ROWS("services.*.check", NULL, NULL, NULL, NULL, NULL),
	{"services.*.check.port", SCHEMA_INT, 1, 65535,
		.help = "port to check; else the service's, of a range the first"},
	{"services.*.check.path", SCHEMA_STRING, LATER, .help = "path to ask for"},
	{"services.*.check.expect", SCHEMA_STRING, LATER, .help = "status codes that are good"},
	{"services.*.check.through", SCHEMA_ENUM, .range = "direct|tunnel", LATER,
		.help = "whether the check takes the way of the packets"},
	{"services.*.min-up", SCHEMA_INT, 0, WEIR_MAX_BACKENDS, LATER,
		.help = "fewer backends up than this: withdraw the VIP"},
	{"services.*.panic-below", SCHEMA_PERCENT, 0, 100, LATER,
		.help = "fewer backends up than this: use them all"},

	{"pools", SCHEMA_NAMED, .help = "backends that several services share"},
	{"pools.*.rows", SCHEMA_INT, WEIR_MIN_ROWS, WEIR_MAX_ROWS,
		.help = "rows of its table, one of the listed primes; without it by size"},
	{"pools.*.settle", SCHEMA_GROUP, .help = "as defaults.settle"},
	{"pools.*.settle.tcp", SCHEMA_DURATION, SECOND, DAY, .step = SECOND, .help = "for TCP"},
	{"pools.*.settle.udp", SCHEMA_DURATION, SECOND, DAY, .step = SECOND, .help = "for UDP"},
	BACKEND_ROWS("pools.*.backends"),

	{"announce", SCHEMA_GROUP, LATER, .help = "how VIPs are announced to routers"},
	{"announce.method", SCHEMA_ENUM, .range = "route-table", .help = "by a routing table"},
	{"announce.table", SCHEMA_INT, 1, 2147483647, .fallback = "77", .help = "its number"},

	{"metrics", SCHEMA_GROUP, RESTART, .help = "Prometheus"},
	{"metrics.listen", SCHEMA_ENDPOINT, .fallback = "127.0.0.1:9477", RESTART,
		.help = "address and port of /metrics"},
};

/* Both tables in one, joined at the first call: C has no way to do it before. */
const struct schema_key *conf_schema(size_t *n)
{
	static struct schema_key all[CONF_MAX_KEYS];
	const size_t rows = sizeof(conf_rows) / sizeof(conf_rows[0]);

	_Static_assert(sizeof(conf_rows) / sizeof(conf_rows[0]) < CONF_MAX_KEYS - 32,
		"room for the data plane's keys");
	if (!all[0].path && rows + dataplane_schema_n <= CONF_MAX_KEYS) {
		memcpy(all, conf_rows, sizeof(conf_rows));
		memcpy(all + rows, dataplane_schema, dataplane_schema_n * sizeof(all[0]));
	}
	*n = rows + dataplane_schema_n;
	return all;
}
