// SPDX-License-Identifier: BSD-3-Clause
/* Row A6: a device with several queues gets an RSS key that nobody else knows. */
#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#include "port_rss.h"
#include "ports.h"
#include "stage_rig.h"
#include "unit.h"

#define OFFLOADS (RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP | RTE_ETH_RSS_ETH)

/* Of Microsoft's verification suite: the default of most drivers. */
static const uint8_t well_known[40] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77,
	0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

static struct rte_eth_conf conf_of(uint8_t key_size, uint16_t rxqs, uint64_t offloads)
{
	const struct rte_eth_dev_info info = {
		.hash_key_size = key_size, .flow_type_rss_offloads = offloads};
	struct rte_eth_conf conf = {0};

	ck_assert_int_eq(port_rss_conf(&info, rxqs, &conf), 0);
	return conf;
}

START_TEST(several_queues_spread_by_a_key_of_the_devices_size)
{
	static const uint8_t sizes[] = {40, 52, 255};

	for (uint32_t i = 0; i < sizeof(sizes); i++) {
		struct rte_eth_conf c = conf_of(sizes[i], 4, OFFLOADS);
		const struct rte_eth_rss_conf *rss = &c.rx_adv_conf.rss_conf;

		ck_assert_int_eq(c.rxmode.mq_mode, RTE_ETH_MQ_RX_RSS);
		ck_assert_uint_eq(rss->rss_key_len, sizes[i]);
		ck_assert_ptr_nonnull(rss->rss_key);
		ck_assert_uint_eq(rss->rss_hf, OFFLOADS & ~RTE_ETH_RSS_ETH);
	}
}
END_TEST

START_TEST(key_is_no_default_and_not_of_one_byte)
{
	struct rte_eth_conf c = conf_of(40, 2, OFFLOADS);
	const uint8_t *key = c.rx_adv_conf.rss_conf.rss_key;
	uint32_t bits = 0;

	ck_assert_int_ne(memcmp(key, well_known, sizeof(well_known)), 0);
	for (uint32_t i = 0; i < 40; i++)
		bits += (uint32_t)__builtin_popcount(key[i]);
	/* Of 320 bits: nine sigma. */
	ck_assert_uint_ge(bits, 80);
	ck_assert_uint_le(bits, 240);
	ck_assert_int_ne(memcmp(key, key + 20, 20), 0);
}
END_TEST

START_TEST(one_queue_or_no_rss_or_no_key_size_gets_no_key)
{
	struct rte_eth_conf c = conf_of(40, 1, OFFLOADS);

	ck_assert_int_eq(c.rxmode.mq_mode, RTE_ETH_MQ_RX_NONE);
	c = conf_of(40, 4, 0);
	ck_assert_int_eq(c.rxmode.mq_mode, RTE_ETH_MQ_RX_NONE);
	c = conf_of(0, 4, OFFLOADS);
	ck_assert_int_eq(c.rxmode.mq_mode, RTE_ETH_MQ_RX_RSS);
	ck_assert_ptr_null(c.rx_adv_conf.rss_conf.rss_key);
	ck_assert_int_eq(port_rss_is_ours(well_known, sizeof(well_known)), 0);
}
END_TEST

/* net_null has a key of 40 bytes without saying so: it takes none with its configuration, and the one that
 * it is told later.
 */
START_TEST(device_is_asked_which_key_it_uses)
{
	struct dataplane_port conf = {.name = "null", .vdev = "net_null0", .queues = 2};
	struct port p = {.conf = &conf};
	struct rte_eth_conf c;
	struct rte_eth_dev_info info;
	uint16_t id;

	ck_assert_int_eq(rte_eal_hotplug_add("vdev", "net_null0", ""), 0);
	ck_assert_int_eq(rte_eth_dev_get_port_by_name("net_null0", &id), 0);
	ck_assert_int_eq(port_start(&p, rig.pool, id, 2, 1), 0);
	ck_assert_int_eq(rte_eth_dev_info_get(id, &info), 0);
	ck_assert_uint_ne(info.flow_type_rss_offloads, 0);
	info.hash_key_size = sizeof(well_known);
	ck_assert_int_eq(port_rss_holds(id, &info), 0);
	c = conf_of(sizeof(well_known), 2, info.flow_type_rss_offloads);
	ck_assert_int_eq(rte_eth_dev_rss_hash_update(id, &c.rx_adv_conf.rss_conf), 0);
	ck_assert_int_eq(port_rss_holds(id, &info), 1);
	rte_eth_dev_stop(id);
	rte_eth_dev_close(id);
}
END_TEST

static void nothing(void)
{
}

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		several_queues_spread_by_a_key_of_the_devices_size,
		key_is_no_default_and_not_of_one_byte,
		one_queue_or_no_rss_or_no_key_size_gets_no_key,
		device_is_asked_which_key_it_uses,
	};

	rig_boot();
	return rig_suite("port_rss", tests, sizeof(tests) / sizeof(tests[0]), nothing);
}
