/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "numbers.h"
#include "options.h"

static const char usage[] = "usage: weir-replay --config FILE --in IN.pcap --out OUT.pcap "
			    "--verdicts V.jsonl [options]\n";

static const char details[] =
	"\n"
	"What would weir do with this capture? Sends each packet through the stages of a worker "
	"with\n"
	"the table that FILE yields, writes the frames that leave to OUT.pcap and one JSON line "
	"for\n"
	"each packet to V.jsonl: {n, verdict, reason, service, pool, backend, flow, out, worker}.\n"
	"Starts no daemon, opens no device, needs no root. The same input gives the same output.\n"
	"\n"
	"  -c, --config FILE        the configuration of weir\n"
	"  -i, --in IN.pcap         the capture: Ethernet, whole packets of 0 to 65,535 bytes\n"
	"  -o, --out OUT.pcap       where the frames that leave go\n"
	"  -v, --verdicts V.jsonl   where the verdicts go\n"
	"      --next-hops F.json   {\"BACKEND ADDRESS\": {\"mac\", \"src_mac\", \"src\", \"mtu\", "
	"\"vlan\",\n"
	"                           \"port\"}, ..., \"ports\": [{\"name\", \"mac\", \"mtu\"}, "
	"...]}; only \"mac\"\n"
	"                           must be there; an address that is missing has no next hop\n"
	"      --states F.json      [{\"at\": SECONDS, \"backend\": \"POOL/NAME\",\n"
	"                           \"state\": \"up\"|\"drain\"|\"down\"|\"gone\"}, ...], in order "
	"of time;\n"
	"                           without it every backend is up\n"
	"      --burst N            packets in a burst, 1..64 (default 32)\n"
	"      --clock START,STEP   seconds at the first burst, and between bursts (default 0,0)\n"
	"      --clock pcap         the time stamps of the packets; a burst ends where they "
	"change\n"
	"      --segments N         each packet in N chained buffers, 1..8 (default 1)\n"
	"      --cuts A[,B]         a new buffer begins at byte A, and at byte B\n"
	"      --workers N          workers, each with a flow table of its own, 1..16 (default 1)\n"
	"      --deal hash|turn     who gets a packet: by addresses and ports, the same both ways\n"
	"                           (default), or one after the other\n"
	"      --path dataplane     whose verdict; this build replays the data plane only\n"
	"  -h, --help               this text\n"
	"  -V, --version            the version\n"
	"\n"
	"Without --next-hops: the MAC of every port is the destination of the capture's first "
	"unicast\n"
	"frame (02:00:00:00:00:00 if there is none), its MTU 1500. Backends are reached through "
	"port 0,\n"
	"untagged, with an MTU of 1500; slot 0 has the MAC 02:00:00:00:00:01, and so on. Tunnels "
	"come\n"
	"from 192.0.0.8 or 100::1, which are nobody's addresses.\n"
	"\n"
	"Exit codes: 0 done, 1 refused or accounting does not add up, 2 usage, 5 invalid "
	"configuration.\n";

enum {
	OPT_HOPS = 256,
	OPT_STATES,
	OPT_BURST,
	OPT_CLOCK,
	OPT_SEGMENTS,
	OPT_CUTS,
	OPT_WORKERS,
	OPT_DEAL,
	OPT_PATH
};

static const struct option longs[] = {
	{"config", required_argument, NULL, 'c'},
	{"in", required_argument, NULL, 'i'},
	{"out", required_argument, NULL, 'o'},
	{"verdicts", required_argument, NULL, 'v'},
	{"next-hops", required_argument, NULL, OPT_HOPS},
	{"states", required_argument, NULL, OPT_STATES},
	{"burst", required_argument, NULL, OPT_BURST},
	{"clock", required_argument, NULL, OPT_CLOCK},
	{"segments", required_argument, NULL, OPT_SEGMENTS},
	{"cuts", required_argument, NULL, OPT_CUTS},
	{"workers", required_argument, NULL, OPT_WORKERS},
	{"deal", required_argument, NULL, OPT_DEAL},
	{"path", required_argument, NULL, OPT_PATH},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

__attribute__((format(printf, 1, 2))) static int wrong(const char *fmt, ...)
{
	va_list ap;

	fputs("weir-replay: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n%sweir-replay --help says more\n", usage);
	return -EINVAL;
}

static int read_count(const char *name, const char *text, uint32_t max, uint32_t *out)
{
	const char *at = text;

	if (numbers_read(&at, 1, max, out) != 0 || *at != '\0')
		return wrong("--%s %s: a number from 1 to %u is expected", name, text, max);
	return 0;
}

static int read_clock(struct options *o, const char *text)
{
	const char *at = text;

	if (strcmp(text, "pcap") == 0) {
		o->clock = OPTIONS_CLOCK_PCAP;
		return 0;
	}
	o->clock = OPTIONS_CLOCK_STEPS;
	if (numbers_read_ns(&at, &o->start_ns) == 0 && *at++ == ',' &&
		numbers_read_ns(&at, &o->step_ns) == 0 && *at == '\0')
		return 0;
	return wrong(
		"--clock %s: `pcap`, or START,STEP in seconds is expected, such as 1000,0.5", text);
}

static int read_cuts(struct options *o, const char *text)
{
	const char *at = text;

	for (o->n_cuts = 0; o->n_cuts < OPTIONS_MAX_CUTS;) {
		uint32_t least = o->n_cuts == 0 ? 1 : o->cut[0] + 1;

		if (numbers_read(&at, least, UINT16_MAX, &o->cut[o->n_cuts++]) != 0)
			break;
		if (*at == '\0')
			return 0;
		if (*at++ != ',')
			break;
	}
	return wrong(
		"--cuts %s: one or two rising places from 1 to 65535 are expected, such as 14,34",
		text);
}

static int read_deal(struct options *o, const char *text)
{
	if (strcmp(text, "hash") != 0 && strcmp(text, "turn") != 0)
		return wrong("--deal %s: `hash` or `turn` is expected", text);
	o->deal = *text == 'h' ? OPTIONS_DEAL_HASH : OPTIONS_DEAL_TURN;
	return 0;
}

static int read_path(const char *text)
{
	if (strcmp(text, "dataplane") == 0)
		return 0;
	if (strcmp(text, "xdp") == 0)
		return wrong("--path xdp: this build replays the data plane's path only; leave "
			     "--path out");
	return wrong("--path %s: `dataplane` is expected", text);
}

/* Options with a value that has to be understood. */
static int read_value(struct options *o, int c, const char *text)
{
	switch (c) {
	case OPT_BURST:
		return read_count("burst", text, BATCH_MAX, &o->burst);
	case OPT_CLOCK:
		return read_clock(o, text);
	case OPT_SEGMENTS:
		return read_count("segments", text, OPTIONS_MAX_SEGMENTS, &o->segments);
	case OPT_CUTS:
		return read_cuts(o, text);
	case OPT_WORKERS:
		return read_count("workers", text, OPTIONS_MAX_WORKERS, &o->workers);
	case OPT_DEAL:
		return read_deal(o, text);
	case OPT_PATH:
		return read_path(text);
	default:
		return wrong("unknown option, or one without its value");
	}
}

/* Where the name of a file goes, or NULL. */
static const char **file_of(struct options *o, int c)
{
	switch (c) {
	case 'c':
		return &o->config;
	case 'i':
		return &o->in;
	case 'o':
		return &o->out;
	case 'v':
		return &o->verdicts;
	case OPT_HOPS:
		return &o->next_hops;
	case OPT_STATES:
		return &o->states;
	default:
		return NULL;
	}
}

static int check(const struct options *o, int argc, char **argv)
{
	if (optind < argc)
		return wrong("unexpected argument `%s`", argv[optind]);
	if (o->config == NULL || o->in == NULL || o->out == NULL || o->verdicts == NULL)
		return wrong("--config, --in, --out and --verdicts are all needed");
	if (o->segments > 1 && o->n_cuts > 0)
		return wrong("--segments and --cuts exclude each other");
	return 1;
}

int options_parse(struct options *o, int argc, char **argv)
{
	int c;

	*o = (struct options){.burst = 32, .workers = 1, .segments = 1};
	opterr = 0;
	while ((c = getopt_long(argc, argv, "c:i:o:v:hV", longs, NULL)) != -1) {
		const char **file = file_of(o, c);

		if (c == 'h' || c == 'V') {
			printf("%s%s", c == 'h' ? usage : "weir-replay " WEIR_VERSION "\n",
				c == 'h' ? details : "");
			return 0;
		}
		if (file != NULL)
			*file = optarg;
		else if (read_value(o, c, optarg) != 0)
			return -EINVAL;
	}
	return check(o, argc, argv);
}
