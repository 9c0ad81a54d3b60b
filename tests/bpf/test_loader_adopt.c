/* SPDX-License-Identifier: BSD-3-Clause */
/* controlplane/xdp: what a restarted control plane finds is taken over, and what is stale is not. */
#include <stdio.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "loader.h"

static void make_eth0_anew(void)
{
	sandbox_run("ip link del eth0 && ip link add eth0 type veth peer name peer0 && "
		    "ip link set eth0 up && ip link set peer0 up");
}

START_TEST(restarted_control_plane_adopts_everything)
{
	struct xdp *x = begin();
	struct weir_addr vip = weir_addr_v4((uint8_t[]){10, 99, 0, 1});
	struct weir_vip_value value;
	uint32_t beats = map_id(attach(x)), xsks = map_id(pinned("xsks_map"));
	uint32_t id = status(x, 0).prog_id;
	struct weir_xdp_conf conf;
	uint32_t zero = 0;

	ck_assert_int_eq(xdp_set_vips(x, &vip, 1), 0);
	xdp_free(x);
	x = begin();
	ck_assert_uint_eq(map_id(xdp_attach(x, "uplink0", "eth0", 2 * FRESH_NS, &d)), beats);
	ck_assert_uint_eq(map_id(pinned("xsks_map")), xsks);
	ck_assert_uint_eq(status(x, 0).prog_id, id);
	ck_assert_uint_eq(running("eth0"), id);
	ck_assert_int_eq(bpf_map_lookup_elem(pinned("weir_vips"), &vip, &value), 0);
	ck_assert_int_eq(bpf_map_lookup_elem(pinned("weir_xdp_conf"), &zero, &conf), 0);
	ck_assert_uint_eq(conf.fresh_ns, 2 * FRESH_NS);
	ck_assert_uint_eq(d.n, 0);
	xdp_free(x);
}
END_TEST

/* As after an upgrade: the link is ours, the program in it is another. */
START_TEST(other_program_in_our_link_is_exchanged)
{
	struct xdp *x = begin();
	uint32_t beats = map_id(attach(x)), old;

	xdp_free(x);
	ck_assert_int_eq(bpf_link_update(pinned("link"), sandbox_stranger("older"), NULL), 0);
	old = running("eth0");
	x = begin();
	ck_assert_uint_eq(map_id(attach(x)), beats);
	ck_assert_uint_ne(running("eth0"), old);
	ck_assert_uint_eq(status(x, 0).prog_id, running("eth0"));
	ck_assert_uint_eq(d.n, 0);
	xdp_free(x);
}
END_TEST

/* The maps are gone from the file system, and the program with the old ones runs on. */
START_TEST(program_over_lost_maps_is_exchanged)
{
	struct xdp *x = begin();
	uint32_t id;

	attach(x);
	id = running("eth0");
	xdp_free(x);
	sandbox_run("cd " PINS " && rm xsks_map weir_*");
	x = begin();
	attach(x);
	ck_assert_uint_ne(running("eth0"), id);
	close(pinned("xsks_map"));
	xdp_free(x);
}
END_TEST

START_TEST(pins_lost_while_we_run_are_made_again)
{
	struct xdp *x = begin();
	int fd = attach(x);
	uint32_t beats = map_id(fd), id = running("eth0");

	sandbox_run("rm -r /sys/fs/bpf/weir");
	ck_assert_int_eq(attach(x), fd);
	ck_assert_uint_eq(map_id(pinned("weir_beats")), beats);
	ck_assert_uint_eq(running("eth0"), id);
	ck_assert_uint_eq(xdp_ports(x), 1);
	xdp_free(x);
	ck_assert_uint_eq(running("eth0"), id);
}
END_TEST

START_TEST(interface_made_anew_is_attached_after_a_restart)
{
	struct xdp *x = begin();
	uint32_t beats = map_id(attach(x));

	xdp_free(x);
	make_eth0_anew();
	ck_assert_uint_eq(running("eth0"), 0);
	x = begin();
	ck_assert_uint_eq(map_id(attach(x)), beats);
	ck_assert_int_eq(status(x, 0).attached, 1);
	ck_assert_uint_ne(running("eth0"), 0);
	xdp_free(x);
	ck_assert_uint_ne(running("eth0"), 0);
}
END_TEST

START_TEST(interface_made_anew_is_seen_and_attached_by_a_running_one)
{
	struct xdp *x = begin();
	int beats = attach(x);

	make_eth0_anew();
	ck_assert_int_eq(status(x, 0).attached, 0);
	ck_assert_int_eq(attach(x), beats);
	ck_assert_int_eq(status(x, 0).attached, 1);
	xdp_free(x);
	ck_assert_uint_ne(running("eth0"), 0);
}
END_TEST

START_TEST(port_on_another_interface_leaves_the_first_one)
{
	struct xdp *x = begin();

	attach(x);
	xdp_free(x);
	x = begin();
	ck_assert_int_ge(xdp_attach(x, "uplink0", "peer0", FRESH_NS, &d), 0);
	ck_assert_uint_eq(running("eth0"), 0);
	ck_assert_uint_eq(running("peer0"), status(x, 0).prog_id);
	xdp_free(x);
}
END_TEST

START_TEST(prune_removes_ports_that_were_not_attached_again)
{
	struct xdp *x = begin();

	attach(x);
	ck_assert_int_ge(xdp_attach(x, "uplink1", "peer0", FRESH_NS, &d), 0);
	xdp_free(x);
	x = begin();
	attach(x);
	xdp_prune(x);
	ck_assert_uint_ne(running("eth0"), 0);
	ck_assert_uint_eq(running("peer0"), 0);
	ck_assert_int_ne(access("/sys/fs/bpf/weir/" NODE "/uplink1", F_OK), 0);
	xdp_free(x);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *cases[] = {
		restarted_control_plane_adopts_everything,
		other_program_in_our_link_is_exchanged,
		program_over_lost_maps_is_exchanged,
		pins_lost_while_we_run_are_made_again,
		interface_made_anew_is_attached_after_a_restart,
		interface_made_anew_is_seen_and_attached_by_a_running_one,
		port_on_another_interface_leaves_the_first_one,
		prune_removes_ports_that_were_not_attached_again,
	};

	return loader_suite("loader_adopt", cases, sizeof(cases) / sizeof(cases[0]));
}
