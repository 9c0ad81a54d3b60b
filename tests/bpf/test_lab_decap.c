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

static struct frame wrapped(int outer_v6, int inner_v6)
{
	struct frame f = {0};

	frame_ethernet(&f, outer_v6 ? 0x86dd : 0x0800);
	frame_ip(&f, outer_v6 ? "fd77::10" : "10.77.0.10", outer_v6 ? "fd77::21" : "10.77.0.21",
		inner_v6 ? 41 : 4, inner_size(inner_v6));
	inner(&f, inner_v6);
	return f;
}

START_TEST(each_mix_is_unwrapped_byte_for_byte)
{
	for (int i = 0; i < 4; i++) {
		struct frame in = wrapped(i & 1, i >> 1), want = {0};
		char what[16];

		frame_ethernet(&want, i >> 1 ? 0x86dd : 0x0800);
		inner(&want, i >> 1);
		snprintf(what, sizeof(what), "%din%d", i >> 1 ? 6 : 4, i & 1 ? 6 : 4);
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
	for (int i = 0; i < 4; i++) {
		struct frame f = wrapped(i & 1, i >> 1);
		size_t all = f.n, header = 14 + (i & 1 ? 40 : 20);

		for (f.n = 14; f.n < all; f.n++)
			expect("cut", &f, &f, f.n < header ? LAB_OTHER : LAB_BAD_OUTER);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("lab_decap");
	const TTest *cases[] = {
		each_mix_is_unwrapped_byte_for_byte,
		bad_outer_header_is_dropped,
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
