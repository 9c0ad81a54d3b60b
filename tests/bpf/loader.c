/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <net/if.h>

#include <bpf/bpf.h>

#include "loader.h"

struct weir_diag d;

struct xdp *begin(void)
{
	struct xdp *x;

	memset(&d, 0, sizeof(d));
	x = xdp_new(NODE, &d);
	ck_assert_msg(x, "%s", d.msg[0].text);
	return x;
}

int attach(struct xdp *x)
{
	int fd = xdp_attach(x, "uplink0", "eth0", FRESH_NS, &d);

	ck_assert_msg(fd >= 0, "attach: %s: %s", strerror(-fd), d.msg[0].text);
	return fd;
}

struct xdp_status status(const struct xdp *x, uint32_t port)
{
	struct xdp_status s;

	ck_assert_uint_lt(port, xdp_ports(x));
	xdp_status(x, port, &s);
	return s;
}

int pinned(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), PINS "/%s", name);
	fd = bpf_obj_get(path);
	ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
	return fd;
}

uint32_t map_id(int fd)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	ck_assert_int_eq(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	return info.id;
}

uint32_t running(const char *interface)
{
	uint32_t id = 0;

	ck_assert_int_eq(bpf_xdp_query_id((int)if_nametoindex(interface), 0, &id), 0);
	return id;
}

static void setup(void)
{
	sandbox_enter();
	sandbox_run("ip link add eth0 numrxqueues 2 numtxqueues 2 type veth peer name peer0 "
		    "numrxqueues 2 numtxqueues 2 && ip link set eth0 up && ip link set peer0 up");
}

Suite *loader_suite(const char *name, const TTest *const *cases, size_t n)
{
	Suite *s = suite_create(name);

	bpf_test_need_root();
	for (size_t i = 0; i < n; i++) {
		TCase *tc = tcase_create(cases[i]->name);

		tcase_set_timeout(tc, 30);
		tcase_add_checked_fixture(tc, setup, NULL);
		tcase_add_test(tc, cases[i]);
		suite_add_tcase(s, tc);
	}
	return s;
}
