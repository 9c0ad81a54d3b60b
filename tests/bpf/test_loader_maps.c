/* SPDX-License-Identifier: BSD-3-Clause */
/* controlplane/xdp: the maps of a port, as the model and a worker fill them. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <bpf/bpf.h>

#include "loader.h"

static struct weir_addr numbered(uint32_t i)
{
	uint8_t b[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};

	return weir_addr_v4(b);
}

/* The map holds exactly the @n addresses from number @first on. */
static void assert_vips(int fd, uint32_t first, uint32_t n)
{
	struct weir_vip_value value;
	struct weir_addr key;
	uint32_t have = 0;

	for (int rc = bpf_map_get_next_key(fd, NULL, &key); rc == 0;
		rc = bpf_map_get_next_key(fd, &key, &key))
		have++;
	ck_assert_uint_eq(have, n);
	for (uint32_t i = 0; i < n; i++) {
		key = numbered(first + i);
		ck_assert_int_eq(bpf_map_lookup_elem(fd, &key, &value), 0);
	}
}

static uint32_t run_on_queue(uint32_t prog_id, uint32_t queue, const struct frame *f)
{
	struct xdp_md md = {.data_end = (__u32)f->n,
		.ingress_ifindex = if_nametoindex("eth0"),
		.rx_queue_index = queue};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = f->b, .data_size_in = (__u32)f->n,
		.ctx_in = &md, .ctx_size_in = sizeof(md), .repeat = 1);
	int fd = bpf_prog_get_fd_by_id(prog_id);

	ck_assert_int_eq(bpf_prog_test_run_opts(fd, &opts), 0);
	close(fd);
	return opts.retval;
}

static void beat_now(int fd, uint32_t queue)
{
	size_t size = WEIR_XDP_MAX_QUEUES * sizeof(struct weir_beat);
	struct weir_beat *beats = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	struct timespec now;

	ck_assert_ptr_ne(beats, MAP_FAILED);
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	beats[queue].time_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	munmap(beats, size);
}

START_TEST(vip_sets_replace_each_other)
{
	static const struct {
		uint32_t first, n;
	} sets[] = {{0, 3}, {1, 4}, {100, 2}, {0, 0}, {0, WEIR_XDP_MAX_VIPS},
		{WEIR_XDP_MAX_VIPS, WEIR_XDP_MAX_VIPS}, {5, 1}};
	struct weir_addr *vips = calloc(WEIR_XDP_MAX_VIPS + 1, sizeof(*vips));
	struct xdp *x = begin();

	attach(x);
	for (size_t s = 0; s < sizeof(sets) / sizeof(sets[0]); s++) {
		for (uint32_t i = 0; i < sets[s].n; i++)
			vips[i] = numbered(sets[s].first + i);
		ck_assert_int_eq(xdp_set_vips(x, vips, sets[s].n), 0);
		assert_vips(pinned("weir_vips"), sets[s].first, sets[s].n);
	}
	ck_assert_int_eq(xdp_set_vips(x, vips, WEIR_XDP_MAX_VIPS + 1), -E2BIG);
	assert_vips(pinned("weir_vips"), 5, 1);
	free(vips);
	xdp_free(x);
}
END_TEST

/* Through the mapping that a worker has, on the interface, read as the status tells it. */
START_TEST(each_queue_has_its_own_beat_and_status_adds_up)
{
	struct weir_addr vip = weir_addr_v4((uint8_t[]){10, 99, 0, 1});
	int fd = socket(AF_XDP, SOCK_RAW, 0);
	struct xdp *x = begin();
	struct frame f = {0};
	struct xdp_status s;
	uint32_t queue = 1;
	int beats = attach(x);

	ck_assert_int_eq(xdp_set_vips(x, &vip, 1), 0);
	ck_assert_int_eq(bpf_map_update_elem(pinned("xsks_map"), &queue, &fd, 0), 0);
	frame_ethernet(&f, 0x0800);
	frame_ip(&f, "192.0.2.2", "10.99.0.1", 6, 20);
	frame_payload(&f, 20);
	s = status(x, 0);
	beat_now(beats, 1);
	ck_assert_uint_eq(run_on_queue(s.prog_id, 0, &f), XDP_DROP);
	ck_assert_uint_eq(run_on_queue(s.prog_id, 1, &f), XDP_REDIRECT);
	beat_now(beats, 0);
	ck_assert_uint_eq(run_on_queue(s.prog_id, 0, &f), XDP_DROP);
	s = status(x, 0);
	ck_assert_uint_eq(s.counters[WEIR_XDP_NO_WORKER], 1);
	ck_assert_uint_eq(s.counters[WEIR_XDP_REDIRECT], 1);
	ck_assert_uint_eq(s.counters[WEIR_XDP_REDIRECT_FAILED], 1);
	xdp_free(x);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *cases[] = {
		vip_sets_replace_each_other,
		each_queue_has_its_own_beat_and_status_adds_up,
	};

	return loader_suite("loader_maps", cases, sizeof(cases) / sizeof(cases[0]));
}
