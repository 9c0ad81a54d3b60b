/* SPDX-License-Identifier: BSD-3-Clause */
/* A small valid table to start from, with something of everything:
 *
 *	services  0  192.0.2.10    tcp 80          l2dsr  pool 0
 *	          1  192.0.2.10    tcp 8000-8010   l2dsr  pool 0
 *	          2  192.0.2.10    udp 53          ipip   pool 0
 *	          3  2001:db8::10  tcp 80          ipip   pool 1
 *	backends  0  10.1.0.1       UP     hop 0 (IPv4 source, untagged, port 0)
 *	          1  hole
 *	          2  fd00:1::2      DRAIN  hop 1 (IPv6 source, VLAN 5, port 1)
 *	          3  10.1.0.3       DOWN   hop 2 (pending)
 */
#pragma once

#include "table_check.h"

#define BLOB_SERVICES 4
#define BLOB_POOLS    2
#define BLOB_BACKENDS 4
#define BLOB_HOPS     3
#define BLOB_ROWS     251
#define BLOB_PORTS    2

#define BLOB_ROWS_SIZE ((BLOB_ROWS * 4 + 7) / 8 * 8)

/* As on the wire: the sections stand one behind the other. */
struct blob {
	struct weir_table_head head;
	struct weir_table_service service[BLOB_SERVICES];
	struct weir_table_pool pool[BLOB_POOLS];
	struct weir_table_backend backend[BLOB_BACKENDS];
	struct weir_table_next_hop hop[BLOB_HOPS];
	union {
		uint32_t row[BLOB_ROWS];
		uint8_t size[BLOB_ROWS_SIZE];
	} rows[BLOB_POOLS];
};

void blob_make(struct blob *b);
void blob_limits(struct table_limits *limits);

/* Recompute the checksums that a deliberate change has broken. */
void blob_seal_rows(struct blob *b);
void blob_seal(struct blob *b);

struct weir_addr blob_addr(const char *text);
