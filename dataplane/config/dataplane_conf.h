/* SPDX-License-Identifier: BSD-3-Clause */
/* The `dataplane` group of the configuration: all that the data plane reads. */
#pragma once

#include "schema.h"
#include "../include/weir_counters.h"

struct dataplane_port {
	char name[WEIR_NAME_MAX]; /* key of the group */
	char interface[16];	  /* AF_XDP on this kernel interface, or empty */
	char device[128];	  /* PCI address, or empty */
	char vdev[128];		  /* DPDK virtual device with arguments, or empty */
	uint32_t queues;
	unsigned int line;
};

struct dataplane_conf {
	char file[256];
	char mode[8];	  /* "auto", "dpdk", "xdp" */
	char socket[108]; /* where the control plane listens for the data plane */
	char lcores[64];  /* main lcore first, the others are workers */
	uint64_t memory;  /* bytes of huge pages */
	uint32_t flows_per_worker;
	int backoff;	       /* idle = "backoff" */
	uint32_t heartbeat_us; /* freshness limit */
	/* ICMP replies per second and worker, 0 = none at all */
	uint32_t icmp_echo_rate;		   /* echo replies */
	uint32_t icmp_error_rate;		   /* packet too big */
	uint32_t icmp_source_rate;		   /* either, to one /24 (IPv4) or /64 (IPv6) */
	struct weir_prefix vips[64], backends[64]; /* the allow list */
	uint32_t n_vips, n_backends;
	struct dataplane_port port[WEIR_MAX_PORTS];
	uint32_t n_ports;
};

extern const struct schema_key dataplane_schema[];
extern const size_t dataplane_schema_n;

/* Fill @out from a validated configuration; messages about what the schema cannot say (a port with
 * neither interface nor device, an empty allow list) go to @d. 0 or -EINVAL.
 */
int dataplane_conf_read(const config_t *cfg, struct dataplane_conf *out, struct weir_diag *d);
/* Read and validate the `dataplane` group of @file only. */
int dataplane_conf_load(const char *file, struct dataplane_conf *out, struct weir_diag *d);

/* "192.0.2.0/24" or a bare address. 0 or -EINVAL. */
int prefix_parse(const char *text, struct weir_prefix *out);
/* The same, but bits behind the length may be set: prefix_text() then shows what was meant. */
int prefix_parse_loose(const char *text, struct weir_prefix *out);
/* @out: at least 50 bytes. Returns @out. */
const char *prefix_text(const struct weir_prefix *p, char *out, size_t size);
int addr_parse(const char *text, struct weir_addr *out);
/* @out: at least 46 bytes. Returns @out. */
const char *addr_text(const struct weir_addr *a, char *out, size_t size);
/* NULL, or why no packet can be addressed to it across links: "is a multicast address". */
const char *addr_not_unicast(const struct weir_addr *a);
/* CPUs of "2-5,7" in the order written; one written twice is shared by two lcores. Returns their
 * number or -EINVAL.
 */
int cpus_parse(const char *text, unsigned int *out, unsigned int max);
