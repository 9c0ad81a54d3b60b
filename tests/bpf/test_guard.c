/* SPDX-License-Identifier: BSD-3-Clause */
/* The verdicts of bpf/guard.bpf.c, each frame counted exactly once. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <sys/socket.h>

#include <bpf/bpf.h>

#include "bpf_test.h"
#include "weir_abi.h"
#include "weir_addr.h"

#include <arpa/inet.h>

#define FRESH_NS 100000000ull
#define VIP4	 "10.99.0.1"
#define VIP6	 "fd99::1"

enum beat { BEAT_NEVER, BEAT_FRESH, BEAT_OLD, BEAT_STALE, BEAT_AHEAD, BEAT_FAR_AHEAD };

static struct bpf_object *guard;
static int prog;

static void set_beat(enum beat beat)
{
	static const int64_t offset_ns[] = {
		[BEAT_FRESH] = 0,
		[BEAT_OLD] = -50000000,
		[BEAT_STALE] = -150000000,
		[BEAT_AHEAD] = 50000000,
		[BEAT_FAR_AHEAD] = 1000000000,
	};
	struct weir_beat value = {0};
	struct timespec now;
	uint32_t queue = 0;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (beat != BEAT_NEVER)
		value.time_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec +
				(uint64_t)offset_ns[beat];
	ck_assert_int_eq(
		bpf_map_update_elem(bpf_test_map(guard, "weir_beats"), &queue, &value, 0), 0);
}

static void add_vip(const char *text)
{
	struct weir_vip_value value = {0};
	struct weir_addr addr;
	uint8_t v4[4];

	if (inet_pton(AF_INET6, text, addr.b) != 1) {
		ck_assert_int_eq(inet_pton(AF_INET, text, v4), 1);
		addr = weir_addr_v4(v4);
	}
	ck_assert_int_eq(
		bpf_map_update_elem(bpf_test_map(guard, "weir_vips"), &addr, &value, 0), 0);
}

/* An AF_XDP socket, bound to nothing: enough for the map to have one on queue 0. */
static void add_socket(void)
{
	int fd = socket(AF_XDP, SOCK_RAW, 0);
	uint32_t queue = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bpf_map_update_elem(bpf_test_map(guard, "xsks_map"), &queue, &fd, 0), 0);
}

static void setup(void)
{
	struct weir_xdp_conf conf = {.abi = WEIR_XDP_ABI, .fresh_ns = FRESH_NS};
	uint32_t zero = 0;

	guard = bpf_test_load(bpf_object_guard, bpf_object_guard_end);
	prog = bpf_test_prog(guard, WEIR_XDP_PROG_NAME);
	ck_assert_int_eq(
		bpf_map_update_elem(bpf_test_map(guard, "weir_xdp_conf"), &zero, &conf, 0), 0);
	add_vip(VIP4);
	add_vip(VIP6);
}

static void teardown(void)
{
	bpf_object__close(guard);
}

static void counters(uint64_t *out)
{
	uint64_t value[256]; /* one for each possible CPU */

	ck_assert_int_le(libbpf_num_possible_cpus(), 256);
	for (uint32_t i = 0; i < WEIR_XDP_COUNTER__COUNT; i++) {
		ck_assert_int_eq(
			bpf_map_lookup_elem(bpf_test_map(guard, "weir_xdp_counters"), &i, value),
			0);
		out[i] = 0;
		for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
			out[i] += value[cpu];
	}
}

/* Run, and see that one counter rose by one, that of the verdict. */
static void expect(const char *what, const struct frame *f, enum weir_xdp_counter counter)
{
	static const uint32_t verdict[] = {
		[WEIR_XDP_PASS] = XDP_PASS,
		[WEIR_XDP_REDIRECT] = XDP_REDIRECT,
		[WEIR_XDP_NO_WORKER] = XDP_DROP,
		[WEIR_XDP_REDIRECT_FAILED] = XDP_DROP,
	};
	uint64_t before[WEIR_XDP_COUNTER__COUNT], after[WEIR_XDP_COUNTER__COUNT];
	struct frame out;
	uint32_t got;

	counters(before);
	got = bpf_test_run(prog, f, &out);
	counters(after);
	ck_assert_msg(
		got == verdict[counter], "%s: verdict %u, not %u", what, got, verdict[counter]);
	for (int i = 0; i < WEIR_XDP_COUNTER__COUNT; i++)
		ck_assert_msg(after[i] == before[i] + (i == (int)counter), "%s: counter %d: %+lld",
			what, i, (long long)(after[i] - before[i]));
	ck_assert_msg(out.n == f->n && memcmp(out.b, f->b, f->n) == 0, "%s: frame changed", what);
}

static const struct tags {
	const char *what;
	int n;
	uint16_t tpid[3], vid[3];
} tags[] = {
	{"untagged", 0, {0}, {0}},
	{"VLAN 7", 1, {0x8100}, {7}},
	{"priority tag", 1, {0x8100}, {0xe000}},
	{"802.1ad", 1, {0x88a8}, {7}},
	{"QinQ", 2, {0x88a8, 0x8100}, {7, 8}},
	{"two 802.1Q", 2, {0x8100, 0x8100}, {7, 8}},
};
#define N_TAGS (sizeof(tags) / sizeof(tags[0]))

static struct frame vip_frame(const struct tags *t, int v6, uint8_t protocol)
{
	struct frame f = {0};

	frame_tagged(&f, t->tpid, t->vid, t->n, v6 ? 0x86dd : 0x0800);
	frame_ip(&f, v6 ? "2001:db8::2" : "192.0.2.2", v6 ? VIP6 : VIP4, protocol, 20);
	frame_payload(&f, 20);
	return f;
}

START_TEST(frame_to_a_vip_of_a_live_worker_is_redirected)
{
	static const uint8_t protocols[] = {6, 17, 1, 58, 50, 4, 44, 0};
	char what[96];

	add_socket();
	set_beat(BEAT_FRESH);
	for (size_t t = 0; t < N_TAGS; t++) {
		for (size_t i = 0; i < 2 * sizeof(protocols); i++) {
			struct frame f = vip_frame(&tags[t], i & 1, protocols[i / 2]);

			snprintf(what, sizeof(what), "%s, IPv%d, protocol %u", tags[t].what,
				i & 1 ? 6 : 4, protocols[i / 2]);
			set_beat(BEAT_FRESH);
			expect(what, &f, WEIR_XDP_REDIRECT);
		}
	}
}
END_TEST

START_TEST(age_of_the_beat_decides)
{
	static const struct {
		const char *what;
		enum beat beat;
		enum weir_xdp_counter counter;
	} rows[] = {
		{"never beat", BEAT_NEVER, WEIR_XDP_NO_WORKER},
		{"fresh", BEAT_FRESH, WEIR_XDP_REDIRECT},
		{"half the limit old", BEAT_OLD, WEIR_XDP_REDIRECT},
		{"older than the limit", BEAT_STALE, WEIR_XDP_NO_WORKER},
		{"ahead by half the limit", BEAT_AHEAD, WEIR_XDP_REDIRECT},
		{"ahead by more than the limit", BEAT_FAR_AHEAD, WEIR_XDP_NO_WORKER},
	};

	add_socket();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int v6 = 0; v6 < 2; v6++) {
			struct frame f = vip_frame(&tags[0], v6, 6);

			set_beat(rows[i].beat);
			expect(rows[i].what, &f, rows[i].counter);
		}
	}
}
END_TEST

/* Soon after boot the clock itself is younger than a generous limit. */
START_TEST(worker_that_never_beat_is_dead_whatever_the_limit)
{
	struct weir_xdp_conf conf = {.abi = WEIR_XDP_ABI, .fresh_ns = UINT64_MAX};
	struct frame f = vip_frame(&tags[0], 0, 6);
	uint32_t zero = 0;

	add_socket();
	ck_assert_int_eq(
		bpf_map_update_elem(bpf_test_map(guard, "weir_xdp_conf"), &zero, &conf, 0), 0);
	set_beat(BEAT_NEVER);
	expect("never beat", &f, WEIR_XDP_NO_WORKER);
	set_beat(BEAT_STALE);
	expect("stale under a smaller limit", &f, WEIR_XDP_REDIRECT);
}
END_TEST

START_TEST(beat_without_socket_is_a_failed_redirect)
{
	struct frame f = vip_frame(&tags[0], 0, 6);

	set_beat(BEAT_FRESH);
	expect("no socket", &f, WEIR_XDP_REDIRECT_FAILED);
}
END_TEST

START_TEST(frame_to_nobody_of_ours_is_the_kernels)
{
	static const struct tags three = {"", 3, {0x8100, 0x8100, 0x8100}, {1, 2, 3}};
	static const struct {
		const char *what, *dst;
		uint16_t type;
		uint8_t protocol;
	} rows[] = {
		{"host address", "10.77.0.10", 0x0800, 6},
		{"neighbour of a VIP", "10.99.0.2", 0x0800, 6},
		{"broadcast", "255.255.255.255", 0x0800, 17},
		{"IPv6 host address", "fd77::10", 0x86dd, 6},
		{"neighbour of an IPv6 VIP", "fd99::2", 0x86dd, 6},
		{"solicitation for a VIP", "ff02::1:ff00:1", 0x86dd, 58},
		{"ARP that looks like IPv4 to a VIP", VIP4, 0x0806, 6},
		{"LLDP that looks like IPv6 to a VIP", VIP6, 0x88cc, 6},
		{"802.3 length", VIP4, 0x0040, 6},
	};
	struct frame f;

	add_socket();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *src = strchr(rows[i].dst, ':') ? "2001:db8::2" : "192.0.2.2";

		f = (struct frame){0};
		frame_ethernet(&f, rows[i].type);
		frame_ip(&f, src, rows[i].dst, rows[i].protocol, 20);
		frame_payload(&f, 20);
		set_beat(BEAT_FRESH);
		expect(rows[i].what, &f, WEIR_XDP_PASS);
		set_beat(BEAT_NEVER);
		expect(rows[i].what, &f, WEIR_XDP_PASS);
	}
	f = vip_frame(&three, 0, 6);
	expect("three tags", &f, WEIR_XDP_PASS);
}
END_TEST

/* 14 bytes are the least that the kernel takes for a test run. */
START_TEST(truncated_frame_is_ours_once_its_destination_is_there)
{
	char what[64];

	add_socket();
	for (size_t t = 0; t < N_TAGS; t++) {
		for (int v6 = 0; v6 < 2; v6++) {
			struct frame f = vip_frame(&tags[t], v6, 17);
			size_t all = f.n, header = 14 + 4 * (size_t)tags[t].n + (v6 ? 40 : 20);

			for (f.n = 14; f.n <= all; f.n++) {
				snprintf(what, sizeof(what), "%s, IPv%d, %zu bytes", tags[t].what,
					v6 ? 6 : 4, f.n);
				set_beat(BEAT_FRESH);
				expect(what, &f, f.n < header ? WEIR_XDP_PASS : WEIR_XDP_REDIRECT);
			}
		}
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("guard");
	const TTest *cases[] = {
		frame_to_a_vip_of_a_live_worker_is_redirected,
		age_of_the_beat_decides,
		worker_that_never_beat_is_dead_whatever_the_limit,
		beat_without_socket_is_a_failed_redirect,
		frame_to_nobody_of_ours_is_the_kernels,
		truncated_frame_is_ours_once_its_destination_is_there,
	};

	bpf_test_need_root();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		TCase *tc = tcase_create(cases[i]->name);

		tcase_add_checked_fixture(tc, setup, teardown);
		tcase_add_test(tc, cases[i]);
		suite_add_tcase(s, tc);
	}
	return s;
}
