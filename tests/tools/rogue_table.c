// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <stddef.h>

#include "rogue.h"
#include "table_check.h"

static struct weir_addr v4(const char *text)
{
	struct in_addr a;

	inet_pton(AF_INET, text, &a);
	return weir_addr_v4(&a);
}

static void put_objects(struct rogue_table *t)
{
	t->service = (struct weir_table_service){.vip = v4("10.99.0.1"),
		.port = 80,
		.port_last = 80,
		.proto = 6,
		.forward = WEIR_FWD_IPIP,
		.tracking = WEIR_TRACK_FULL,
		.idle_s = 900,
		.embryonic_s = 10,
		.closing_s = 30};
	t->pool = (struct weir_table_pool){.id = 1,
		.n_rows = ROGUE_ROWS,
		.version = 1,
		.rows_offset = offsetof(struct rogue_table, rows)};
	for (int i = 0; i < 2; i++)
		t->backend[i] = (struct weir_table_backend){
			.incarnation = 1, .state = WEIR_BACKEND_UP, .weight = 1};
	t->backend[0].addr = v4("10.77.0.21");
	t->backend[1].addr = v4("10.77.0.22");
	t->hop = (struct weir_table_next_hop){.src = v4("10.77.0.10"),
		.mtu = 1500,
		.state = WEIR_HOP_READY,
		.dst_mac = {2, 0, 0, 0, 0, 1},
		.src_mac = {2, 0, 0, 0, 0, 2}};
}

void rogue_table_good(struct rogue_table *t, uint64_t generation)
{
	memset(t, 0, sizeof(*t));
	t->head = (struct weir_table_head){.magic = WEIR_TABLE_MAGIC,
		.abi = WEIR_TABLE_ABI,
		.length = sizeof(*t),
		.generation = generation,
		.content = generation,
		.hash_key = {1, 2},
		.n_services = 1,
		.n_pools = 1,
		.n_backends = 2,
		.n_next_hops = 1};
	put_objects(t);
	for (int i = 0; i < ROGUE_ROWS; i++)
		t->rows[i] = weir_row(i % 2, i % 2, WEIR_STABLE);
	rogue_table_seal(t);
}

void rogue_table_seal(struct rogue_table *t)
{
	t->pool.rows_checksum = table_checksum(t->rows, ROGUE_ROWS * sizeof(uint32_t));
	t->head.checksum = table_blob_checksum(t, sizeof(*t));
}
