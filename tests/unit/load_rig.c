// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>

#include "load_rig.h"
#include "maglev.h"
#include "siphash.h"
#include "unit.h"

#define BURST	      64u
#define SWEEP_BUCKETS 8u

static struct rte_mbuf *waiting[BURST];
static uint16_t *wanted[BURST];
static uint16_t n_waiting;

struct load_packet load_flow(uint32_t i, uint8_t flags)
{
	return (struct load_packet){
		.saddr = 0x14000000 + i / 16,
		.sport = (uint16_t)(1024 + i % 16 * 77),
		.dport = 80,
		.proto = IPPROTO_TCP,
		.flags = flags,
	};
}

struct load_packet load_stranger(uint64_t *seed, uint8_t proto, uint8_t flags)
{
	uint64_t r = unit_random(seed);

	return (struct load_packet){
		.saddr = 0x40000000 + (uint32_t)r % 0x3e000000,
		.sport = (uint16_t)(r >> 32 | 1),
		.dport = 80,
		.proto = proto,
		.flags = flags,
	};
}

uint64_t load_hash(const uint64_t key[2], const struct load_packet *p)
{
	const uint32_t saddr = htonl(p->saddr), daddr = htonl(LOAD_VIP);
	union flow_tuple t = {.v4 = {.sport_be = htons(p->sport),
				      .dport_be = htons(p->dport),
				      .proto = p->proto}};

	memcpy(t.v4.saddr, &saddr, sizeof(saddr));
	memcpy(t.v4.daddr, &daddr, sizeof(daddr));
	return siphash13(key, t.words, FLOW_TUPLE4_WORDS);
}

static void publish(void)
{
	ck_assert_str_eq(weir_refusal_name(rig_publish()), "none");
}

/* stage_rig's secret is too plain to mix anything; real ones are drawn at boot. */
static void draw_secret(uint32_t flows)
{
	static const uint64_t secret[2] = {0x243f6a8885a308d3, 0x13198a2e03707344};

	rig.w.flows = flow_table_init(
		rig.flow_mem, flows, secret, &rig.w.backends[0].flows, sizeof(rig.w.backends[0]));
}

void load_world(uint32_t flows)
{
	static const char *const addr[LOAD_BACKENDS] = {
		"10.1.0.1", "10.1.0.2", "10.1.0.3", "10.1.0.4"};

	rig_reset(flows);
	draw_secret(flows);
	rig_blob(WEIR_FWD_IPIP);
	rig.blob.service[0].port = WEIR_PORT_ANY;
	rig.blob.service[0].port_last = WEIR_PORT_ANY_LAST;
	for (uint32_t i = 0; i < LOAD_BACKENDS; i++) {
		rig.blob.backend[i] = rig.blob.backend[0];
		rig.blob.backend[i].addr = blob_addr(addr[i]);
		rig.blob.backend[i].incarnation = (uint16_t)(100 + i);
	}
	load_shares(0);
}

void load_shares(uint32_t out)
{
	static const char *const names[LOAD_BACKENDS] = {"a", "b", "c", "d"};
	struct maglev_member members[LOAD_BACKENDS];
	uint32_t slots[BLOB_ROWS];
	void *scratch = malloc(maglev_scratch_size(LOAD_BACKENDS, BLOB_ROWS));

	for (uint32_t i = 0; i < LOAD_BACKENDS; i++) {
		members[i] = (struct maglev_member){
			.name = names[i], .weight = out >> i & 1 ? 0 : 10, .slot = i};
		rig.blob.backend[i].state = out >> i & 1 ? WEIR_BACKEND_DOWN : WEIR_BACKEND_UP;
	}
	ck_assert_int_eq(maglev_build(members, LOAD_BACKENDS, BLOB_ROWS, slots, scratch), 0);
	for (uint32_t r = 0; r < BLOB_ROWS; r++)
		rig.blob.rows[0].row[r] = weir_row(slots[r], slots[r], WEIR_STABLE);
	rig.blob.pool[0].version++;
	free(scratch);
	publish();
}

void load_turn_rows(void)
{
	for (uint32_t r = 0; r < BLOB_ROWS; r++) {
		uint32_t next = (weir_row_base(rig.blob.rows[0].row[r]) + 1) % LOAD_BACKENDS;

		rig.blob.rows[0].row[r] = weir_row(next, next, WEIR_STABLE);
	}
	rig.blob.pool[0].version++;
	publish();
}

static void drain(void)
{
	struct rte_mbuf *m[BURST];
	uint16_t n;

	while ((n = rte_eth_rx_burst(0, 0, m, BURST)) > 0)
		rte_pktmbuf_free_bulk(m, n);
}

void load_flush(void)
{
	if (n_waiting == 0)
		return;
	rig_run(waiting, n_waiting);
	for (uint16_t i = 0; i < n_waiting; i++) {
		if (wanted[i] != NULL)
			*wanted[i] = rig.batch.reason[i] == WEIR_DROP_NONE ? rig.batch.slot[i]
									   : WEIR_SLOT_NONE;
	}
	n_waiting = 0;
	flow_table_sweep(rig.w.flows, rig.w.now, SWEEP_BUCKETS);
	drain();
}

/* Not rig_mbuf(): an assertion for each of millions of packets costs more than the packets. */
static void enqueue(const struct frame *f, uint16_t *slot)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(rig.pool);

	if (m == NULL)
		abort();
	memcpy(rte_pktmbuf_append(m, (uint16_t)f->len), f->b, f->len);
	waiting[n_waiting] = m;
	wanted[n_waiting++] = slot;
	if (n_waiting == BURST)
		load_flush();
}

void load_put_frame(const struct frame *f)
{
	enqueue(f, NULL);
}

void load_put(const struct load_packet *p, uint16_t *slot)
{
	static struct frame tcp, udp;
	struct frame *f = p->proto == IPPROTO_TCP ? &tcp : &udp;

	if (f->len == 0)
		frame_make(f, p->proto == IPPROTO_TCP ? FRAME_TCP4 : FRAME_UDP4, 0);
	frame_put16(f, f->l3 + 12, p->saddr >> 16);
	frame_put16(f, f->l3 + 14, p->saddr);
	frame_put16(f, f->l4, p->sport);
	frame_put16(f, f->l4 + 2, p->dport);
	if (p->proto == IPPROTO_TCP)
		f->b[f->l4 + 13] = p->flags;
	frame_fix_csum(f);
	enqueue(f, slot);
}

void load_flows(uint32_t first, uint32_t n, uint8_t flags, uint16_t *slots)
{
	for (uint32_t i = 0; i < n; i++) {
		struct load_packet p = load_flow(first + i, flags);

		load_put(&p, slots == NULL ? NULL : &slots[i]);
	}
	load_flush();
}

void load_establish(uint32_t n, uint16_t *slots)
{
	for (uint32_t i = 0; i < n; i++) {
		struct load_packet syn = load_flow(i, LOAD_SYN), ack = load_flow(i, LOAD_ACK);

		load_put(&syn, NULL);
		load_put(&ack, &slots[i]);
	}
	load_flush();
	ck_assert_uint_eq(load_census().of[FLOW_CONFIRMED], n);
}

uint32_t load_moved(uint32_t n, const uint16_t *slots)
{
	uint16_t *now = calloc(n, sizeof(*now));
	uint32_t moved = 0;

	load_flows(0, n, LOAD_ACK, now);
	for (uint32_t i = 0; i < n; i++)
		moved += now[i] != slots[i];
	free(now);
	return moved;
}

static void count_class(const struct flow_entry *e, void *arg)
{
	struct load_census *c = arg;
	enum flow_class class = flow_entry_class(e);
	uint32_t left = flow_entry_left_s(e, rig.w.now);

	c->of[class]++;
	if (class == FLOW_EMBRYONIC && left > c->longest_s)
		c->longest_s = left;
}

struct load_census load_census(void)
{
	struct load_census c = {0};

	flow_table_scan(rig.w.flows, count_class, &c);
	return c;
}

void load_pass(uint32_t seconds)
{
	rig.w.now += seconds * 1000 / FLOW_TICK_MS;
	rig.w.now_ns += seconds * 1000000000ull;
}

uint64_t load_dropped(void)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < WEIR_DROP__COUNT; i++)
		n += rig.w.count->drops[i];
	return n;
}
