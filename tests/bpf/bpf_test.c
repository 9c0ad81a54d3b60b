/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf_test.h"

void bpf_test_need_root(void)
{
	if (geteuid() == 0)
		return;
	printf("1..0 # SKIP loading BPF programs needs root\n");
	exit(0);
}

/* libbpf informs about the metadata section that is meant for libxdp: only warnings count. */
static int warnings(enum libbpf_print_level level, const char *format, va_list ap)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, ap) : 0;
}

struct bpf_object *bpf_test_load(const char *start, const char *end)
{
	struct bpf_object *object;

	libbpf_set_print(warnings);
	object = bpf_object__open_mem(start, (size_t)(end - start), NULL);
	ck_assert_ptr_nonnull(object);
	ck_assert_int_eq(bpf_object__load(object), 0);
	return object;
}

int bpf_test_prog(struct bpf_object *object, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(object, name);

	ck_assert_msg(prog, "no program %s", name);
	return bpf_program__fd(prog);
}

int bpf_test_map(struct bpf_object *object, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(object, name);

	ck_assert_msg(fd >= 0, "no map %s", name);
	return fd;
}

static void put16(struct frame *f, uint16_t v)
{
	f->b[f->n++] = (uint8_t)(v >> 8);
	f->b[f->n++] = (uint8_t)v;
}

void frame_tagged(struct frame *f, const uint16_t *tpid, const uint16_t *vid, int n, uint16_t type)
{
	static const uint8_t macs[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

	memcpy(f->b + f->n, macs, sizeof(macs));
	f->n += sizeof(macs);
	for (int i = 0; i < n; i++) {
		put16(f, tpid[i]);
		put16(f, vid[i]);
	}
	put16(f, type);
}

void frame_ethernet(struct frame *f, uint16_t type)
{
	frame_tagged(f, NULL, NULL, 0, type);
}

void frame_fix_checksum(struct frame *f, size_t offset)
{
	uint8_t *h = f->b + offset;
	uint32_t sum = 0;

	h[10] = h[11] = 0;
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(h[i] << 8 | h[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	h[10] = (uint8_t)(sum >> 8);
	h[11] = (uint8_t)sum;
}

static void frame_ipv4(
	struct frame *f, const char *src, const char *dst, uint8_t protocol, size_t payload)
{
	uint8_t *h = f->b + f->n;
	size_t offset = f->n;

	memset(h, 0, 20);
	h[0] = 0x45;
	h[2] = (uint8_t)((20 + payload) >> 8);
	h[3] = (uint8_t)(20 + payload);
	h[8] = 64;
	h[9] = protocol;
	ck_assert_int_eq(inet_pton(AF_INET, src, h + 12), 1);
	ck_assert_int_eq(inet_pton(AF_INET, dst, h + 16), 1);
	f->n += 20;
	frame_fix_checksum(f, offset);
}

void frame_ip(struct frame *f, const char *src, const char *dst, uint8_t protocol, size_t payload)
{
	uint8_t *h = f->b + f->n;

	if (!strchr(dst, ':')) {
		frame_ipv4(f, src, dst, protocol, payload);
		return;
	}
	memset(h, 0, 40);
	h[0] = 0x60;
	h[4] = (uint8_t)(payload >> 8);
	h[5] = (uint8_t)payload;
	h[6] = protocol;
	h[7] = 64;
	ck_assert_int_eq(inet_pton(AF_INET6, src, h + 8), 1);
	ck_assert_int_eq(inet_pton(AF_INET6, dst, h + 24), 1);
	f->n += 40;
}

void frame_payload(struct frame *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		f->b[f->n++] = (uint8_t)(i * 7 + 1);
}

uint32_t bpf_test_run(int prog, const struct frame *f, struct frame *out)
{
	struct frame scratch;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = f->b, .data_size_in = (__u32)f->n,
		.data_out = scratch.b, .data_size_out = sizeof(scratch.b), .repeat = 1);
	int rc = bpf_prog_test_run_opts(prog, &opts);

	ck_assert_msg(rc == 0, "test run of %zu bytes: %s", f->n, strerror(-rc));
	scratch.n = opts.data_size_out;
	if (out)
		*out = scratch;
	return opts.retval;
}
