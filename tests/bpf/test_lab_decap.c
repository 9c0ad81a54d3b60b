/* SPDX-License-Identifier: BSD-3-Clause */
/* bpf/lab_decap.bpf.c: inner packets come out byte for byte, and all is counted. */
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "bpf_test.h"
#include "lab_decap.h"

static struct bpf_object *decap;
static int prog;

static void setup(void)
{
	decap = bpf_test_load(bpf_object_lab_decap, bpf_object_lab_decap_end);
	prog = bpf_test_prog(decap, "lab_decap");
}

static void teardown(void)
{
	bpf_object__close(decap);
}

static void received(struct lab_received *out)
{
	int fd = bpf_test_map(decap, "lab_received");

	for (uint32_t i = 0; i < LAB_RECEIVED__COUNT; i++)
		ck_assert_int_eq(bpf_map_lookup_elem(fd, &i, &out[i]), 0);
}

/* Run, and see one packet and so many bytes counted under @kind and nowhere else. */
static void expect(const char *what, const struct frame *in, const struct frame *want,
	enum lab_received_kind kind)
{
	struct lab_received before[LAB_RECEIVED__COUNT], after[LAB_RECEIVED__COUNT];
	uint32_t verdict;
	struct frame out;

	received(before);
	verdict = bpf_test_run(prog, in, &out);
	received(after);
	ck_assert_msg(verdict == (kind == LAB_BAD_OUTER ? XDP_DROP : XDP_PASS), "%s: verdict %u",
		what, verdict);
	ck_assert_msg(out.n == want->n && memcmp(out.b, want->b, out.n) == 0,
		"%s: %zu bytes in, %zu out, not the %zu wanted", what, in->n, out.n, want->n);
	for (uint32_t i = 0; i < LAB_RECEIVED__COUNT; i++) {
		int hit = i == kind;

		ck_assert_msg(after[i].packets == before[i].packets + hit &&
				      after[i].bytes == before[i].bytes + (hit ? want->n : 0),
			"%s: counter %u", what, i);
	}
}

static void inner(struct frame *f, int v6)
{
	frame_ip(f, v6 ? "2001:db8::2" : "192.0.2.2", v6 ? "fd99::1" : "10.99.0.1", 6, 33);
	frame_payload(f, 33);
}

static size_t inner_size(int v6)
{
	return (v6 ? 40 : 20) + 33;
}

enum way { IPIP, GUE, GRE, WAY__COUNT };

static const struct {
	const char *name;
	uint8_t proto; /* of the outer header; 0: of the inner packet */
	size_t shim;
} ways[WAY__COUNT] = {{"ipip", 0, 0}, {"gue", 17, 12}, {"gre", 47, 4}};

static void put16(struct frame *f, size_t at, uint32_t value)
{
	f->b[at] = (uint8_t)(value >> 8);
	f->b[at + 1] = (uint8_t)value;
}

static void shim(struct frame *f, enum way way, int inner_v6)
{
	if (way == GUE) {
		put16(f, f->n, 0xc123);
		put16(f, f->n + 2, 6080);
		put16(f, f->n + 4, (uint32_t)(12 + inner_size(inner_v6)));
		f->b[f->n + 9] = inner_v6 ? 41 : 4;
	} else if (way == GRE) {
		put16(f, f->n + 2, inner_v6 ? 0x86dd : 0x0800);
	}
	f->n += ways[way].shim;
}

/* The UDP checksum of a GUE packet over IPv6, summed byte by byte. */
static void fix_udp6(struct frame *f)
{
	uint32_t sum = (uint32_t)(f->n - 54) + 17;

	put16(f, 60, 0);
	for (size_t i = 22; i < f->n; i++)
		sum += i % 2 == 0 ? f->b[i] << 8 : f->b[i];
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	put16(f, 60, ~sum);
}

static struct frame wrapped_in(enum way way, int outer_v6, int inner_v6)
{
	uint8_t proto = ways[way].proto != 0 ? ways[way].proto : inner_v6 ? 41 : 4;
	struct frame f = {0};

	frame_ethernet(&f, outer_v6 ? 0x86dd : 0x0800);
	frame_ip(&f, outer_v6 ? "fd77::10" : "10.77.0.10", outer_v6 ? "fd77::21" : "10.77.0.21",
		proto, ways[way].shim + inner_size(inner_v6));
	shim(&f, way, inner_v6);
	inner(&f, inner_v6);
	if (way == GUE && outer_v6)
		fix_udp6(&f);
	return f;
}

static struct frame wrapped(int outer_v6, int inner_v6)
{
	return wrapped_in(IPIP, outer_v6, inner_v6);
}

START_TEST(each_mix_is_unwrapped_byte_for_byte)
{
	for (int i = 0; i < 4 * WAY__COUNT; i++) {
		int outer_v6 = i & 1, inner_v6 = i >> 1 & 1;
		struct frame in = wrapped_in((enum way)(i / 4), outer_v6, inner_v6), want = {0};
		char what[24];

		frame_ethernet(&want, inner_v6 ? 0x86dd : 0x0800);
		inner(&want, inner_v6);
		snprintf(what, sizeof(what), "%s %din%d", ways[i / 4].name, inner_v6 ? 6 : 4,
			outer_v6 ? 6 : 4);
		expect(what, &in, &want, LAB_DECAPSULATED);
	}
}
END_TEST

START_TEST(bad_outer_header_is_dropped)
{
	static const struct {
		const char *what;
		size_t offset; /* of a byte in the frame */
		uint8_t value;
		int fix_checksum;
	} rows[] = {
		{"checksum", 25, 0xff, 0},
		{"TTL 0", 22, 0, 1},
		{"version 6", 14, 0x65, 1},
		{"options", 14, 0x46, 1},
		{"first fragment", 20, 0x20, 1},
		{"later fragment", 21, 1, 1},
		{"longer than the frame", 16, 1, 1},
	};
	struct frame f;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		f = wrapped(0, 0);
		f.b[rows[i].offset] = rows[i].value;
		if (rows[i].fix_checksum)
			frame_fix_checksum(&f, 14);
		expect(rows[i].what, &f, &f, LAB_BAD_OUTER);
	}
	f = wrapped(1, 0);
	f.b[14 + 7] = 0;
	expect("hop limit 0", &f, &f, LAB_BAD_OUTER);
	f = wrapped(1, 0);
	f.b[14 + 4] = 1;
	expect("IPv6 longer than the frame", &f, &f, LAB_BAD_OUTER);
}
END_TEST

START_TEST(bad_shim_is_dropped)
{
	static const struct {
		const char *what;
		enum way way;
		size_t offset; /* from the end of the outer IP header */
		uint8_t value;
	} rows[] = {
		{"GUE variant 1", GUE, 8, 0x40},
		{"GUE control", GUE, 8, 0x20},
		{"GUE header length", GUE, 8, 0x01},
		{"GUE flags", GUE, 11, 1},
		{"GUE with TCP in it", GUE, 9, 6},
		{"UDP length", GUE, 5, 1},
		{"GRE with a checksum", GRE, 0, 0x80},
		{"GRE with a key", GRE, 0, 0x20},
		{"GRE version 1", GRE, 1, 1},
		{"GRE with ARP in it", GRE, 3, 6},
	};
	struct frame f;

	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		f = wrapped_in(rows[i / 2].way, i % 2, 0);
		f.b[14 + (i % 2 ? 40 : 20) + rows[i / 2].offset] = rows[i / 2].value;
		if (i % 2 && rows[i / 2].way == GUE)
			fix_udp6(&f);
		expect(rows[i / 2].what, &f, &f, LAB_BAD_OUTER);
	}
}
END_TEST

/* A kernel takes GUE over IPv6 only with a right checksum, odd length or not. */
START_TEST(udp_checksum_over_ipv6_is_judged)
{
	struct frame f;

	for (int v6 = 0; v6 < 2; v6++) {
		f = wrapped_in(GUE, 1, v6);
		for (size_t i = 22; i < f.n; i++) {
			if (i == 56 || i == 57)
				continue; // another port is no GUE
			f.b[i] ^= 1;
			ck_assert_uint_eq(bpf_test_run(prog, &f, NULL), XDP_DROP);
			f.b[i] ^= 1;
		}
		put16(&f, 60, 0);
		expect("no checksum", &f, &f, LAB_BAD_OUTER);
	}
}
END_TEST

START_TEST(other_udp_passes_untouched)
{
	for (int outer_v6 = 0; outer_v6 < 2; outer_v6++) {
		struct frame f = wrapped_in(GUE, outer_v6, 0);

		f.b[14 + (outer_v6 ? 40 : 20) + 3]++; // port 6081
		expect("port 6081", &f, &f, LAB_OTHER);
	}
}
END_TEST

/* A service forwards by l2dsr what happens to look like a tunnel. */
START_TEST(tunnel_to_a_vip_is_not_opened)
{
	for (int i = 0; i < 2 * WAY__COUNT; i++) {
		struct frame f = {0};

		frame_ethernet(&f, i % 2 ? 0x86dd : 0x0800);
		frame_ip(&f, i % 2 ? "2001:db8::2" : "192.0.2.2", i % 2 ? "fd99::1" : "10.99.0.1",
			ways[i / 2].proto != 0 ? ways[i / 2].proto : 4,
			ways[i / 2].shim + inner_size(0));
		shim(&f, (enum way)(i / 2), 0);
		inner(&f, 0);
		expect(ways[i / 2].name, &f, &f, LAB_L2DSR);
	}
}
END_TEST

START_TEST(plain_frame_passes_untouched)
{
	static const struct {
		const char *what, *dst;
		uint16_t type;
		enum lab_received_kind kind;
	} rows[] = {
		{"IPv4 VIP", "10.99.0.2", 0x0800, LAB_L2DSR},
		{"IPv6 VIP", "fd99::2", 0x86dd, LAB_L2DSR},
		{"own address", "10.77.0.21", 0x0800, LAB_OTHER},
		{"own IPv6 address", "fd77::21", 0x86dd, LAB_OTHER},
		{"beside the VIPs", "10.99.1.2", 0x0800, LAB_OTHER},
		{"beside the IPv6 VIPs", "fd99:0:0:1::2", 0x86dd, LAB_OTHER},
		{"ARP", "10.99.0.2", 0x0806, LAB_OTHER},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame f = {0};

		frame_ethernet(&f, rows[i].type);
		frame_ip(&f, strchr(rows[i].dst, ':') ? "2001:db8::2" : "192.0.2.2", rows[i].dst, 6,
			20);
		frame_payload(&f, 20);
		expect(rows[i].what, &f, &f, rows[i].kind);
	}
}
END_TEST

/* An inner packet that is cut is the kernel's to refuse; a cut outer one is ours. */
START_TEST(truncated_frame_is_never_unwrapped)
{
	for (int i = 0; i < 4 * WAY__COUNT; i++) {
		enum way way = (enum way)(i / 4);
		struct frame f = wrapped_in(way, i & 1, i >> 1 & 1);
		/* Which UDP port it is for must be seen. */
		size_t all = f.n, header = 14 + (i & 1 ? 40 : 20) + (way == GUE ? 8 : 0);

		for (f.n = 14; f.n < all; f.n++)
			expect(ways[way].name, &f, &f, f.n < header ? LAB_OTHER : LAB_BAD_OUTER);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("lab_decap");
	const TTest *cases[] = {
		each_mix_is_unwrapped_byte_for_byte,
		bad_outer_header_is_dropped,
		bad_shim_is_dropped,
		udp_checksum_over_ipv6_is_judged,
		other_udp_passes_untouched,
		tunnel_to_a_vip_is_not_opened,
		plain_frame_passes_untouched,
		truncated_frame_is_never_unwrapped,
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
