/* SPDX-License-Identifier: BSD-3-Clause */
/* What may stand in the `dataplane` group. The rest of the table: controlplane/config. */
#include "dataplane_conf.h"

#define MS	1000ll
#define SECOND	(1000 * MS)
#define RESTART .reload = RELOAD_RESTART_DATAPLANE

const struct schema_key dataplane_schema[] = {
	{"dataplane", SCHEMA_GROUP, .required = 1, RESTART,
		.help = "the packet workers: ports, CPUs, memory and the addresses they may use"},
	{"dataplane.mode", SCHEMA_ENUM, .range = "auto|dpdk|xdp", .fallback = "auto", RESTART,
		.help = "who forwards: auto and dpdk mean the DPDK workers"},
	{"dataplane.socket", SCHEMA_PATH, .min = 1, .max = 107,
		.fallback = "/run/weir/dataplane.sock", RESTART,
		.help = "UNIX socket where the control plane waits for the data plane"},
	{"dataplane.lcores", SCHEMA_CPUS, .fallback = "0-1", RESTART,
		.help = "CPUs: the first one manages, each other one is a worker"},
	{"dataplane.memory", SCHEMA_SIZE, 64ll << 20, 1ll << 40, .fallback = "512M", RESTART,
		.help = "huge pages to use"},
	{"dataplane.flows-per-worker", SCHEMA_COUNT, 1000, 256000000, .fallback = "1M", RESTART,
		.help = "room of each worker's flow table, 16 bytes a flow"},
	{"dataplane.idle", SCHEMA_ENUM, .range = "poll|backoff", .fallback = "poll", RESTART,
		.help = "a worker without packets spins (poll) or sleeps briefly (backoff)"},
	{"dataplane.heartbeat", SCHEMA_DURATION, 1 * MS, 10 * SECOND, .fallback = "20ms", RESTART,
		.help = "a worker silent for longer counts as dead"},
	{"dataplane.icmp", SCHEMA_GROUP, RESTART,
		.help = "ICMP that weir itself sends, in packets per second and worker; 0 = none"},
	{"dataplane.icmp.echo-rate", SCHEMA_INT, 0, 1000000, .fallback = "1000", RESTART,
		.help = "answers to a ping of a VIP"},
	{"dataplane.icmp.error-rate", SCHEMA_INT, 0, 1000000, .fallback = "1000", RESTART,
		.help = "packet-too-big messages (path MTU discovery)"},
	{"dataplane.icmp.source-rate", SCHEMA_INT, 0, 1000000, .fallback = "100", RESTART,
		.help = "either of them to the same /24 (IPv6: /64)"},
	{"dataplane.allow", SCHEMA_GROUP, .required = 1, RESTART,
		.help = "the only addresses that tables may bring"},
	{"dataplane.allow.vips", SCHEMA_PREFIXES, 1, 64, .required = 1, RESTART,
		.help = "prefixes that hold every VIP, such as [\"192.0.2.0/24\"]"},
	{"dataplane.allow.backends", SCHEMA_PREFIXES, 1, 64, .required = 1, RESTART,
		.help = "prefixes that hold every backend, such as [\"10.1.0.0/16\"]"},
	{"dataplane.ports", SCHEMA_NAMED, .required = 1, RESTART,
		.help = "where packets come in and go out, up to 16, NAME: { interface = \"eth0\"; "
			"};"},
	{"dataplane.ports.*.interface", SCHEMA_STRING, 1, 15, RESTART,
		.help = "kernel interface, used through AF_XDP"},
	{"dataplane.ports.*.device", SCHEMA_STRING, 1, 127, RESTART,
		.help = "PCI address of a device bound to a DPDK driver"},
	{"dataplane.ports.*.vdev", SCHEMA_STRING, 1, 127, RESTART,
		.help = "DPDK virtual device with its arguments"},
	{"dataplane.ports.*.queues", SCHEMA_INT, 1, 64, .fallback = "1", RESTART,
		.help = "receive queues, shared out among the workers"},
};

const size_t dataplane_schema_n = sizeof(dataplane_schema) / sizeof(dataplane_schema[0]);
