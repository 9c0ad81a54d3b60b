// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>

#include "blobs.h"

struct weir_addr blob_addr(const char *text)
{
	struct weir_addr a;
	uint8_t v4[4];

	if (inet_pton(AF_INET, text, v4) == 1)
		return weir_addr_v4(v4);
	if (inet_pton(AF_INET6, text, a.b) != 1)
		abort();
	return a;
}

static void make_services(struct blob *b)
{
	static const struct weir_table_service services[BLOB_SERVICES] = {
		{.port = 80, .port_last = 80, .proto = 6, .forward = WEIR_FWD_L2DSR, .slot = 7},
		{.port = 8000, .port_last = 8010, .proto = 6, .forward = WEIR_FWD_L2DSR},
		{.port = 53, .port_last = 53, .proto = 17, .forward = WEIR_FWD_IPIP, .slot = 2},
		{.port = 80,
			.port_last = 80,
			.proto = 6,
			.forward = WEIR_FWD_IPIP,
			.slot = 3,
			.pool = 1},
	};

	memcpy(b->service, services, sizeof(services));
	for (uint32_t i = 0; i < BLOB_SERVICES; i++) {
		b->service[i].vip = blob_addr(i < 3 ? "192.0.2.10" : "2001:db8::10");
		b->service[i].idle_s = 900;
		b->service[i].embryonic_s = 10;
		b->service[i].closing_s = 30;
	}
}

static void make_hop(struct weir_table_next_hop *h, const char *src, uint16_t port, uint16_t vlan)
{
	static const uint8_t dst_mac[6] = {2, 0, 0, 0, 1, 1}, src_mac[6] = {2, 0, 0, 0, 0, 0x10};

	h->src = blob_addr(src);
	h->port = port;
	h->vlan = vlan;
	h->mtu = 1500;
	h->state = WEIR_HOP_READY;
	memcpy(h->dst_mac, dst_mac, sizeof(dst_mac));
	memcpy(h->src_mac, src_mac, sizeof(src_mac));
}

static void make_backend(struct blob *b, uint32_t slot, const char *addr, uint32_t hop,
	enum weir_backend_state state)
{
	b->backend[slot] = (struct weir_table_backend){
		.addr = blob_addr(addr),
		.next_hop = hop,
		.incarnation = (uint16_t)(slot + 100),
		.state = (uint8_t)state,
		.weight = 10,
	};
}

static void make_pool(struct blob *b, uint32_t i)
{
	static const uint32_t slots[] = {0, 2, 3, WEIR_SLOT_NONE};

	b->pool[i] = (struct weir_table_pool){
		.id = i + 1,
		.n_rows = BLOB_ROWS,
		.version = 5,
		.rows_offset = offsetof(struct blob, rows) + i * BLOB_ROWS_SIZE,
	};
	for (uint32_t r = 0; r < BLOB_ROWS; r++)
		b->rows[i].row[r] = weir_row(
			slots[r % 4], slots[(r + i) % 4], r % WEIR_PHASE__COUNT);
}

void blob_make(struct blob *b)
{
	memset(b, 0, sizeof(*b));
	b->head = (struct weir_table_head){
		.magic = WEIR_TABLE_MAGIC,
		.abi = WEIR_TABLE_ABI,
		.length = sizeof(*b),
		.generation = 9,
		.content = 0x1234,
		.hash_key = {0x0706050403020100, 0x0f0e0d0c0b0a0908},
		.n_services = BLOB_SERVICES,
		.n_pools = BLOB_POOLS,
		.n_backends = BLOB_BACKENDS,
		.n_next_hops = BLOB_HOPS,
	};
	make_services(b);
	make_hop(&b->hop[0], "10.1.0.254", 0, 0);
	make_hop(&b->hop[1], "fd00:1::fe", 1, 5);
	make_backend(b, 0, "10.1.0.1", 0, WEIR_BACKEND_UP);
	make_backend(b, 2, "fd00:1::2", 1, WEIR_BACKEND_DRAIN);
	make_backend(b, 3, "10.1.0.3", 2, WEIR_BACKEND_DOWN);
	for (uint32_t i = 0; i < BLOB_POOLS; i++)
		make_pool(b, i);
	blob_seal_rows(b);
	blob_seal(b);
}

static struct weir_prefix prefix(const char *text, uint8_t len)
{
	return (struct weir_prefix){.addr = blob_addr(text), .len = len};
}

void blob_limits(struct table_limits *limits)
{
	*limits = (struct table_limits){
		.vips = {prefix("192.0.2.0", 120), prefix("2001:db8::", 64)},
		.backends = {prefix("10.1.0.0", 112), prefix("fd00:1::", 32),
			prefix("192.0.2.0", 120)},
		.n_vips = 2,
		.n_backends = 3,
		.n_ports = BLOB_PORTS,
	};
}

/* Where a pool says that its rows are, if that lies in the blob at all. */
void blob_seal_rows(struct blob *b)
{
	for (uint32_t i = 0; i < BLOB_POOLS; i++) {
		struct weir_table_pool *p = &b->pool[i];
		uint64_t size = p->n_rows * (uint64_t)sizeof(uint32_t);

		if (size <= sizeof(*b) && p->rows_offset <= sizeof(*b) - size)
			p->rows_checksum = table_checksum((uint8_t *)b + p->rows_offset, size);
	}
}

void blob_seal(struct blob *b)
{
	b->head.checksum = table_blob_checksum(b, sizeof(*b));
}
