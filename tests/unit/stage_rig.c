// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_ethdev.h>

#include "alloc.h"
#include "stage_rig.h"
#include "stages.h"
#include "tx.h"

#define RIG_MAC 0x020000000010ull

struct rig rig;

static void start_eal(void)
{
	static char *args[] = {"test", "--no-huge", "-m", "64", "--no-pci", "--no-shconf",
		"--no-telemetry", "-l", "0", "--log-level", "error", "--vdev", "net_ring0"};

	if (rte_eal_init((int)(sizeof(args) / sizeof(args[0])), args) < 0)
		abort();
}

static void start_port(void)
{
	const struct rte_eth_conf conf = {0};

	if (rte_eth_dev_configure(0, 1, 1, &conf) != 0 ||
		rte_eth_rx_queue_setup(0, 0, 1024, SOCKET_ID_ANY, NULL, rig.pool) != 0 ||
		rte_eth_tx_queue_setup(0, 0, 1024, SOCKET_ID_ANY, NULL) != 0 ||
		rte_eth_dev_start(0) != 0)
		abort();
}

static void applied(void *arg, struct publish_ticket ticket, const struct table *t)
{
	rig.applied++;
	rig.applied_generation = t->generation;
}

void rig_boot(void)
{
	start_eal();
	rig.pool = rte_pktmbuf_pool_create(
		"rig", RIG_MBUFS, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (rig.pool == NULL || grace_init(&rig.grace, 1) != 0)
		abort();
	start_port();
	rte_rcu_qsbr_thread_register(rig.grace.qs, 0);
	rte_rcu_qsbr_thread_online(rig.grace.qs, 0);
	blob_limits(&rig.limits);
	rig.w.count = alloc_zeroed("count", sizeof(*rig.w.count));
	rig.w.backends = alloc_zeroed("be", sizeof(*rig.w.backends) * (WEIR_MAX_BACKENDS + 1));
	rig.w.services = alloc_zeroed("svc", sizeof(*rig.w.services) * WEIR_MAX_SERVICES);
}

Suite *rig_suite(const char *name, const TTest *const *tests, size_t n, void (*fresh)(void))
{
	Suite *s = suite_create(name);

	setenv("CK_FORK", "no", 1); // EAL starts once and does not survive a fork
	for (size_t i = 0; i < n; i++) {
		TCase *tc = tcase_create(tests[i]->name);

		tcase_add_checked_fixture(tc, fresh, NULL);
		tcase_add_test(tc, tests[i]);
		suite_add_tcase(s, tc);
	}
	return s;
}

static void end_grace(void)
{
	rte_rcu_qsbr_quiescent(rig.grace.qs, 0);
	grace_poll(&rig.grace);
}

static void reset_flows(uint32_t flows)
{
	static const uint64_t secret[2] = {1, 2};

	alloc_free(rig.flow_mem);
	rig.flow_mem = alloc_zeroed("flows", flow_table_memsize(flows));
	rig.w.flows = flow_table_init(
		rig.flow_mem, flows, secret, &rig.w.backends[0].flows, sizeof(rig.w.backends[0]));
}

void rig_reset(uint32_t flows)
{
	end_grace();
	publish_free(&rig.publish);
	rig_drain();
	memset(rig.w.count, 0, sizeof(*rig.w.count));
	memset(rig.w.backends, 0, sizeof(*rig.w.backends) * (WEIR_MAX_BACKENDS + 1));
	memset(rig.w.services, 0, sizeof(*rig.w.services) * WEIR_MAX_SERVICES);
	reset_flows(flows);
	rig.publish = (struct publish){
		.grace = &rig.grace,
		.limits = &rig.limits,
		.applied = applied,
	};
	rig.w.table = NULL;
	rig.w.now = 1000;
	rig.w.now_ns = 500 * 1000000000ull;
	rig.w.peers = NULL;
	rig.w.n_peers = 0;
	rig_rates(0, 0, 0);
	rig.w.n_ports = BLOB_PORTS;
	rig.w.port[0] = (struct worker_port){.mac = RIG_MAC, .max_frame = 1518, .open = 1};
	rig.w.port[1] = (struct worker_port){0};
	rig.applied = 0;
}

void rig_rates(uint32_t echo, uint32_t error, uint32_t source)
{
	static const uint64_t key[2] = {3, 4};
	const struct rates_conf conf = {
		.echo_per_s = echo, .error_per_s = error, .source_per_s = source};

	rates_init(&rig.w.rates, &conf, key);
}

void rig_blob(enum weir_forward forward)
{
	blob_make(&rig.blob);
	rig.blob.service[2].port = rig.blob.service[2].port_last = 80;
	for (uint32_t i = 0; i < BLOB_SERVICES; i++) {
		rig.blob.service[i].forward = (uint8_t)forward;
		rig.blob.service[i].gue_port = forward == WEIR_FWD_GUE ? WEIR_GUE_PORT : 0;
	}
	rig_rows(0, 0, 0);
	rig_rows(1, 0, 0);
}

void rig_rows(uint32_t pool, uint32_t base, uint32_t target)
{
	for (uint32_t r = 0; r < BLOB_ROWS; r++)
		rig.blob.rows[pool].row[r] = weir_row(base, target, WEIR_STABLE);
	rig.blob.pool[pool].version++;
}

void rig_second_backend(void)
{
	rig.blob.backend[2] = rig.blob.backend[0];
	rig.blob.backend[2].addr = blob_addr("10.1.0.2");
	rig.blob.backend[2].incarnation = 102;
}

enum weir_refusal rig_publish(void)
{
	static uint64_t generation = 10;
	const struct publish_ticket ticket = {.region = 1, .seq = 1};
	struct table_verdict v;

	rig.blob.head.generation = generation++;
	blob_seal_rows(&rig.blob);
	blob_seal(&rig.blob);
	v = publish_table(&rig.publish, &rig.blob, sizeof(rig.blob), ticket);
	rig.w.table = publish_load(&rig.publish);
	end_grace();
	return v.reason;
}

void rig_must_publish(void)
{
	ck_assert_str_eq(weir_refusal_name(rig_publish()), "none");
}

void rig_serve(enum weir_forward forward)
{
	rig_blob(forward);
	rig_must_publish();
}

struct rte_mbuf *rig_mbuf(const struct frame *f)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(rig.pool);

	ck_assert_ptr_nonnull(m);
	memcpy(rte_pktmbuf_append(m, (uint16_t)f->len), f->b, f->len);
	return m;
}

void rig_run(struct rte_mbuf *const *mbufs, uint16_t n)
{
	struct batch *b = &rig.batch;

	memcpy(b->mbuf, mbufs, n * sizeof(*mbufs));
	b->port = 0;
	batch_start(b, n);
	stages_run(&rig.w, b);
	tx_batch(&rig.w, b);
	tx_free_dropped(b);
	stage_account(&rig.w, b);
}

enum weir_drop rig_one(const struct frame *f)
{
	struct rte_mbuf *m = rig_mbuf(f);

	rig_run(&m, 1);
	return (enum weir_drop)rig.batch.reason[0];
}

void rig_tcp(struct frame *f, uint16_t port, uint8_t flags, uint32_t payload)
{
	frame_make(f, FRAME_TCP4, payload);
	frame_put16(f, f->l4, port);
	f->b[f->l4 + 13] = flags;
}

uint16_t rig_slot(const struct frame *f)
{
	ck_assert_str_eq(weir_drop_name(rig_one(f)), "none");
	rig_drain();
	return rig.batch.slot[0];
}

uint16_t rig_tcp_slot(uint16_t port, uint8_t flags, uint32_t payload)
{
	struct frame f;

	rig_tcp(&f, port, flags, payload);
	return rig_slot(&f);
}

uint16_t rig_udp_slot(uint16_t port)
{
	struct frame f;

	frame_make(&f, FRAME_UDP4, 10);
	frame_put16(&f, f.l4, port);
	return rig_slot(&f);
}

uint32_t rig_sent(uint8_t out[FRAME_MAX])
{
	struct rte_mbuf *m;
	uint32_t len;

	if (rte_eth_rx_burst(0, 0, &m, 1) == 0)
		return 0;
	len = rte_pktmbuf_pkt_len(m);
	ck_assert_uint_eq(m->nb_segs, 1);
	ck_assert_uint_le(len, FRAME_MAX);
	memcpy(out, rte_pktmbuf_mtod(m, void *), len);
	rte_pktmbuf_free(m);
	return len;
}

uint32_t rig_drain(void)
{
	static uint8_t frame[FRAME_MAX];
	uint32_t n = 0;

	while (rig_sent(frame) > 0)
		n++;
	return n;
}

static void count_entry(const struct flow_entry *e, void *arg)
{
	uint64_t *by_slot = arg;

	by_slot[e->slot]++;
}

static void check_flows(void)
{
	static uint64_t by_slot[WEIR_MAX_BACKENDS + 1];
	const struct flow_stats *s = flow_table_stats(rig.w.flows);

	memset(by_slot, 0, sizeof(by_slot));
	ck_assert_uint_eq(flow_table_scan(rig.w.flows, count_entry, by_slot), s->live);
	ck_assert_uint_eq(s->inserts - s->removes, s->live);
	for (uint32_t i = 0; i <= WEIR_MAX_BACKENDS; i++)
		ck_assert_uint_eq(rig.w.backends[i].flows, by_slot[i]);
}

static void check_packets(void)
{
	const struct weir_worker_counters *c = rig.w.count;
	uint64_t drops = 0, to_backends = 0, to_services = 0;

	for (uint32_t i = 0; i < WEIR_DROP__COUNT; i++)
		drops += c->drops[i];
	for (uint32_t i = 0; i <= WEIR_MAX_BACKENDS; i++)
		to_backends += rig.w.backends[i].packets;
	for (uint32_t i = 0; i < WEIR_MAX_SERVICES; i++)
		to_services += rig.w.services[i].packets;
	ck_assert_uint_eq(c->drops[WEIR_DROP_NONE], 0);
	ck_assert_uint_eq(c->rx_packets, c->forwarded_packets + c->replied_packets + drops);
	ck_assert_uint_eq(c->forwarded_packets, to_backends);
	ck_assert_uint_eq(c->forwarded_packets, to_services);
}

void rig_check_invariants(void)
{
	rig_drain();
	check_packets();
	check_flows();
	ck_assert_uint_eq(rte_mempool_avail_count(rig.pool), RIG_MBUFS);
}
