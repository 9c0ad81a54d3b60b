/* SPDX-License-Identifier: BSD-3-Clause */
/* Capture files, by libpcap: classic ones with micro- or nanoseconds, and pcapng, are read; classic
 * ones with nanoseconds are written.
 */
#pragma once

#include <pcap/pcap.h>
#include <stdint.h>

#include "diag.h"

struct capture_packet {
	uint64_t ns; /* time stamp */
	uint32_t len;
	const uint8_t *data;
};

struct capture_in {
	const char *file;
	pcap_t *pcap;
	uint64_t n;	/* packets taken */
	int is_waiting; /* `packet` was looked at and not taken */
	struct capture_packet packet;
};

struct capture_out {
	pcap_t *pcap;
	pcap_dumper_t *dump;
	uint64_t n; /* frames written */
};

/* 0 or -errno; what is wrong goes to @d. */
int capture_open(struct capture_in *in, const char *file, struct weir_diag *d);
void capture_close(struct capture_in *in);
/* The next packet, which stays until capture_take(). 1, 0 = no more, or -EINVAL and @d. */
int capture_peek(struct capture_in *in, const struct capture_packet **p, struct weir_diag *d);
void capture_take(struct capture_in *in);

/* Destination MAC of the first unicast frame of @file; zero if there is none. 0, or -errno and @d. */
int capture_first_mac(const char *file, uint8_t mac[6], struct weir_diag *d);

int capture_create(struct capture_out *out, const char *file, struct weir_diag *d);
/* Returns the index of the frame in the file. */
uint64_t capture_write(struct capture_out *out, uint64_t ns, const void *frame, uint32_t len);
/* 0, or -EIO if something could not be written. */
int capture_finish(struct capture_out *out);
