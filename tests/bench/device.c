// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ethdev.h>

#include "collide.h"
#include "device.h"

#define ETH_LEN	 14
#define IP4_LEN	 20
#define IP6_LEN	 40
#define TCP_LEN	 20
#define LEN_IP4	 60
#define LEN_IP6	 (ETH_LEN + IP6_LEN + TCP_LEN)
#define BURST	 32
#define NET4	 0x0a000000u /* sources: 10.0.0.0/8 */
#define VIP4	 0xac100000u /* VIPs: 172.16.0.0/16 */
#define PORT_MIN 1024u
#define SEED	 88172645463325252ull

static struct {
	struct rte_mempool *pool;
	struct device_plan plan;
	struct collide collide;
	uint64_t random; // xorshift64 (Marsaglia 2003)
	uint64_t count;
	uint32_t sum_ip, sum_tcp; // of the template, host order
	uint32_t len;
	uint8_t frame[LEN_IP6];
} device;

static void *no_callback[1];
static void *queue[1] = {&device};

void device_vip(uint32_t family, uint32_t i, uint8_t *out)
{
	uint32_t be = rte_cpu_to_be_32(VIP4 | i);

	if (family == 4) {
		memcpy(out, &be, 4);
		return;
	}
	memcpy(out, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0", 12);
	memcpy(out + 12, &be, 4);
}

static uint64_t next_random(void)
{
	uint64_t x = device.random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	device.random = x;
	return x;
}

/* Source address << 16 | port. The low 24 bits of a flow are in the address, so none is met twice. */
static uint64_t who_of(uint64_t flow)
{
	uint64_t port = PORT_MIN + ((flow + (flow >> 24)) & 0x7fff);

	return (uint64_t)(NET4 | (flow & 0xffffff)) << 16 | port;
}

static int is_sendable(uint64_t who)
{
	uint32_t first = (uint32_t)(who >> 40);

	return first != 0 && first != 127 && first < 224 && (who & 0xffff) != 0;
}

static uint64_t draw_colliding(void)
{
	uint64_t who;

	do
		who = collide_who(&device.collide, (uint32_t)(next_random() >> 32));
	while (!is_sendable(who));
	return who;
}

static uint64_t draw(uint64_t *flow)
{
	uint64_t at;

	switch (device.plan.order) {
	case DEVICE_COUNT:
		*flow = device.count++;
		break;
	case DEVICE_FILL:
		at = device.count++;
		*flow = (at / (2 * BURST) * BURST + at % BURST) % device.plan.flows;
		break;
	case DEVICE_COLLIDE:
		*flow = 0;
		return draw_colliding();
	default:
		*flow = (next_random() >> 32) * device.plan.flows >> 32;
	}
	return who_of(*flow);
}

static uint16_t csum(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return rte_cpu_to_be_16((uint16_t)~sum);
}

static void put16(uint8_t *at, uint32_t value)
{
	uint16_t be = rte_cpu_to_be_16((uint16_t)value);

	memcpy(at, &be, 2);
}

/* Source, VIP and port in place of the template's zeros, and the checksums that follow. */
static void fill_ip4(uint8_t *ip, uint64_t who, uint32_t vip)
{
	uint32_t be = rte_cpu_to_be_32((uint32_t)(who >> 16));
	uint32_t sum = (uint32_t)(who >> 32) + (uint32_t)(who >> 16 & 0xffff) + vip;
	uint16_t sum_be = csum(device.sum_ip + sum);

	memcpy(ip + 10, &sum_be, 2);
	memcpy(ip + 12, &be, 4);
	put16(ip + 18, vip);
	put16(ip + IP4_LEN, (uint32_t)who);
	sum_be = csum(device.sum_tcp + sum + (uint32_t)(who & 0xffff));
	memcpy(ip + IP4_LEN + 16, &sum_be, 2);
}

static void fill_ip6(uint8_t *ip, uint64_t who, uint32_t vip)
{
	uint32_t be = rte_cpu_to_be_32((uint32_t)(who >> 16));
	uint32_t sum = (uint32_t)(who >> 32) + (uint32_t)(who >> 16 & 0xffff) + vip;
	uint16_t sum_be = csum(device.sum_tcp + sum + (uint32_t)(who & 0xffff));

	memcpy(ip + 20, &be, 4);
	put16(ip + 38, vip);
	put16(ip + IP6_LEN, (uint32_t)who);
	memcpy(ip + IP6_LEN + 16, &sum_be, 2);
}

static void fill(struct rte_mbuf *m)
{
	uint8_t *data = rte_pktmbuf_mtod(m, uint8_t *);
	uint64_t flow, who = draw(&flow);
	uint32_t vip = (uint32_t)(flow & 0xffff) * device.plan.n_vips >> 16;

	m->data_len = (uint16_t)device.len;
	m->pkt_len = device.len;
	memcpy(data, device.frame, LEN_IP6);
	if (device.plan.family == 4)
		fill_ip4(data + ETH_LEN, who, vip);
	else
		fill_ip6(data + ETH_LEN, who, vip);
}

static uint16_t receive(void *rxq, struct rte_mbuf **mbufs, uint16_t n)
{
	if (rte_pktmbuf_alloc_bulk(device.pool, mbufs, n) != 0)
		return 0;
	for (uint16_t i = 0; i < n; i++)
		fill(mbufs[i]);
	return n;
}

static uint16_t transmit(void *txq, struct rte_mbuf **mbufs, uint16_t n)
{
	rte_pktmbuf_free_bulk(mbufs, n);
	return n;
}

void device_open(struct rte_mempool *pool)
{
	device.pool = pool;
	device.random = SEED;
	collide_init(&device.collide);
	rte_eth_fp_ops[0] = (struct rte_eth_fp_ops){
		.rx_pkt_burst = receive,
		.tx_pkt_burst = transmit,
		.rxq = {.data = queue, .clbk = no_callback},
		.txq = {.data = queue, .clbk = no_callback},
	};
}

static uint32_t sum16(const uint8_t *at, uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i += 2)
		sum += (uint32_t)at[i] << 8 | at[i + 1];
	return sum;
}

static void put_mac(uint8_t *at, uint64_t mac)
{
	for (int i = 0; i < 6; i++)
		at[i] = (uint8_t)(mac >> (40 - 8 * i));
}

static uint8_t *make_ip4(uint8_t *ip)
{
	memcpy(ip, "\x45\0\0\x28\0\0\x40\0\x40\x06", 10);
	device_vip(4, 0, ip + 16);
	device.sum_ip = sum16(ip, IP4_LEN);
	device.sum_tcp = sum16(ip + 12, 8);
	device.len = LEN_IP4;
	return ip + IP4_LEN;
}

static uint8_t *make_ip6(uint8_t *ip)
{
	memcpy(ip, "\x60\0\0\0\0\x14\x06\x40\x20\x01\x0d\xb8\0\1", 14);
	device_vip(6, 0, ip + 24);
	device.sum_tcp = sum16(ip + 8, 32);
	device.len = LEN_IP6;
	return ip + IP6_LEN;
}

void device_set_plan(const struct device_plan *plan)
{
	uint8_t *tcp;

	device.plan = *plan;
	device.count = 0;
	memset(device.frame, 0, sizeof(device.frame));
	put_mac(device.frame, DEVICE_MAC);
	put_mac(device.frame + 6, DEVICE_PEER);
	put16(device.frame + 12, plan->family == 4 ? 0x0800 : 0x86dd);
	tcp = plan->family == 4 ? make_ip4(device.frame + ETH_LEN)
				: make_ip6(device.frame + ETH_LEN);
	put16(tcp + 2, 80);
	tcp[12] = TCP_LEN / 4 << 4;
	tcp[13] = plan->tcp_flags;
	put16(tcp + 14, 1024);
	device.sum_tcp += sum16(tcp, TCP_LEN) + 6 + TCP_LEN; // pseudo header: protocol and length
}
