/* SPDX-License-Identifier: BSD-3-Clause */
/* controlplane/xdp against real interfaces: attach, refuse, fall back, remove. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_link.h>
#include <linux/magic.h>
#include <net/if.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include <bpf/bpf.h>

#include "loader.h"

/* What was said, once. */
static const char *said(unsigned int errors)
{
	ck_assert_msg(d.n == 1 && d.n_errors == errors, "%u messages, %u errors, the first: %s",
		d.n, d.n_errors, d.n ? d.msg[0].text : "");
	return d.msg[0].text;
}

static void assert_said(unsigned int errors, const char *words)
{
	ck_assert_msg(strstr(said(errors), words), "'%s' is not in: %s", words, d.msg[0].text);
}

START_TEST(veth_gets_the_program_natively_and_six_pins)
{
	static const char *const names[] = {"link", "xsks_map", "weir_beats", "weir_xdp_conf",
		"weir_vips", "weir_xdp_counters"};
	struct weir_xdp_conf conf;
	struct xdp *x = begin();
	struct xdp_status s;
	uint32_t zero = 0;
	int beats = attach(x);

	ck_assert_uint_eq(d.n, 0);
	s = status(x, 0);
	ck_assert_int_eq(s.attached, 1);
	ck_assert_int_eq(s.native, 1);
	ck_assert_uint_eq(s.prog_id, running("eth0"));
	ck_assert_str_eq(s.port, "uplink0");
	ck_assert_str_eq(s.interface, "eth0");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		close(pinned(names[i]));
	ck_assert_uint_eq(map_id(beats), map_id(pinned("weir_beats")));
	ck_assert_int_eq(bpf_map_lookup_elem(pinned("weir_xdp_conf"), &zero, &conf), 0);
	ck_assert_uint_eq(conf.abi, WEIR_XDP_ABI);
	ck_assert_uint_eq(conf.fresh_ns, FRESH_NS);
	xdp_free(x);
	ck_assert_uint_eq(running("eth0"), s.prog_id);
}
END_TEST

START_TEST(foreign_program_is_refused_and_stays)
{
	struct xdp *x = begin();
	char words[64];
	uint32_t id;

	ck_assert_int_eq(bpf_xdp_attach((int)if_nametoindex("eth0"), sandbox_stranger("stranger"),
				 XDP_FLAGS_DRV_MODE, NULL),
		0);
	id = running("eth0");
	ck_assert_int_eq(xdp_attach(x, "uplink0", "eth0", FRESH_NS, &d), -EBUSY);
	snprintf(words, sizeof(words), "program %u 'stranger'", id);
	assert_said(1, words);
	snprintf(words, sizeof(words), "bpftool prog show id %u", id);
	assert_said(1, words);
	ck_assert_uint_eq(running("eth0"), id);
	ck_assert_uint_eq(xdp_ports(x), 0);
	ck_assert_int_ne(access(PINS, F_OK), 0);
	xdp_free(x);
}
END_TEST

START_TEST(foreign_generic_program_is_refused_and_stays)
{
	struct xdp *x = begin();
	uint32_t id;

	ck_assert_int_eq(bpf_xdp_attach((int)if_nametoindex("eth0"), sandbox_stranger("stranger"),
				 XDP_FLAGS_SKB_MODE, NULL),
		0);
	id = running("eth0");
	ck_assert_int_eq(xdp_attach(x, "uplink0", "eth0", FRESH_NS, &d), -EBUSY);
	ck_assert_uint_eq(running("eth0"), id);
	xdp_free(x);
}
END_TEST

START_TEST(missing_interface_is_named)
{
	struct xdp *x = begin();

	ck_assert_int_eq(xdp_attach(x, "uplink0", "eth7", FRESH_NS, &d), -ENODEV);
	assert_said(1, "dataplane.ports.uplink0.interface: there is no interface 'eth7'");
	ck_assert_int_ne(access(PINS, F_OK), 0);
	xdp_free(x);
}
END_TEST

START_TEST(driver_without_native_xdp_runs_generic_with_a_warning)
{
	struct xdp *x = begin();
	struct xdp_status s;

	sandbox_run("ip link add br0 type bridge && ip link set br0 up");
	ck_assert_int_ge(xdp_attach(x, "uplink0", "br0", FRESH_NS, &d), 0);
	assert_said(0, "the driver of br0 refuses native XDP");
	s = status(x, 0);
	ck_assert_int_eq(s.attached, 1);
	ck_assert_int_eq(s.native, 0);
	xdp_free(x);
	x = begin();
	ck_assert_int_ge(xdp_attach(x, "uplink0", "br0", FRESH_NS, &d), 0);
	ck_assert_int_eq(status(x, 0).native, 0);
	ck_assert_uint_eq(status(x, 0).prog_id, s.prog_id);
	xdp_free(x);
}
END_TEST

START_TEST(node_of_the_same_name_in_another_namespace_is_left_alone)
{
	struct xdp *x = begin();
	struct bpf_link_info info = {0};
	__u32 size = sizeof(info);

	attach(x);
	xdp_free(x);
	sandbox_leave_network();
	sandbox_run("ip link add eth0 type veth peer name peer0");
	x = begin();
	ck_assert_int_eq(xdp_attach(x, "uplink0", "eth0", FRESH_NS, &d), -EBUSY);
	assert_said(1, "another network namespace");
	ck_assert_int_eq(bpf_obj_get_info_by_fd(pinned("link"), &info, &size), 0);
	ck_assert_uint_ne(info.xdp.ifindex, 0);
	xdp_free(x);
}
END_TEST

START_TEST(map_of_another_version_is_refused)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_HASH, "weir_vips", 4, 4, 8, NULL);
	struct xdp *x = begin();

	sandbox_run("mkdir -p " PINS);
	ck_assert_int_eq(bpf_obj_pin(fd, PINS "/weir_vips"), 0);
	ck_assert_int_eq(xdp_attach(x, "uplink0", "eth0", FRESH_NS, &d), -EPROTO);
	assert_said(1, "rm -r " PINS);
	ck_assert_uint_eq(running("eth0"), 0);
	xdp_free(x);
}
END_TEST

START_TEST(names_with_dots_can_be_pinned)
{
	struct xdp *x = xdp_new("lb1.example.com", &d);

	ck_assert_int_ge(xdp_attach(x, "up.link", "eth0", FRESH_NS, &d), 0);
	ck_assert_int_eq(access("/sys/fs/bpf/weir/lb1%2eexample%2ecom/up%2elink/link", F_OK), 0);
	xdp_free(x);
	xdp_remove_all("lb1.example.com");
	ck_assert_int_ne(access("/sys/fs/bpf/weir", F_OK), 0);
}
END_TEST

START_TEST(remove_all_detaches_even_while_the_link_is_open)
{
	struct xdp *x = begin();

	attach(x);
	xdp_remove_all(NODE);
	ck_assert_uint_eq(running("eth0"), 0);
	ck_assert_int_eq(status(x, 0).attached, 0);
	ck_assert_int_ne(access("/sys/fs/bpf/weir", F_OK), 0);
	xdp_free(x);
}
END_TEST

START_TEST(bpffs_is_mounted_where_it_is_missing)
{
	struct statfs fs;
	struct xdp *x;

	while (statfs("/sys/fs/bpf", &fs) == 0 && fs.f_type == BPF_FS_MAGIC)
		ck_assert_int_eq(umount2("/sys/fs/bpf", MNT_DETACH), 0);
	x = begin();
	ck_assert_int_eq(statfs("/sys/fs/bpf", &fs), 0);
	ck_assert_uint_eq((uint32_t)fs.f_type, BPF_FS_MAGIC);
	attach(x);
	xdp_free(x);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *cases[] = {
		veth_gets_the_program_natively_and_six_pins,
		foreign_program_is_refused_and_stays,
		foreign_generic_program_is_refused_and_stays,
		missing_interface_is_named,
		driver_without_native_xdp_runs_generic_with_a_warning,
		node_of_the_same_name_in_another_namespace_is_left_alone,
		map_of_another_version_is_refused,
		names_with_dots_can_be_pinned,
		remove_all_detaches_even_while_the_link_is_open,
		bpffs_is_mounted_where_it_is_missing,
	};

	return loader_suite("loader_attach", cases, sizeof(cases) / sizeof(cases[0]));
}
