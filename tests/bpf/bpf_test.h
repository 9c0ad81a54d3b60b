/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of BPF programs share: frames, and the kernel's own test run (BPF_PROG_TEST_RUN).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <bpf/libbpf.h>

#include "unit.h"

/* Loading programs needs root: says so in TAP and ends the program if we are not. */
void bpf_test_need_root(void);

/* Object files inside libraries and objects of the build. */
extern const char bpf_object_guard[], bpf_object_guard_end[];
extern const char bpf_object_lab_decap[], bpf_object_lab_decap_end[];

/* Load an object from memory; fails the test if the kernel refuses it. */
struct bpf_object *bpf_test_load(const char *start, const char *end);
int bpf_test_prog(struct bpf_object *object, const char *name);
int bpf_test_map(struct bpf_object *object, const char *name);

struct frame {
	uint8_t b[512];
	size_t n;
};

/* Append to a frame. Addresses are text; @tpid of a tag and @type are host order. */
void frame_ethernet(struct frame *f, uint16_t type);
void frame_tagged(struct frame *f, const uint16_t *tpid, const uint16_t *vid, int n, uint16_t type);
/* An IP header of the family of @dst (and @src), saying that @payload bytes of @protocol follow. */
void frame_ip(struct frame *f, const char *src, const char *dst, uint8_t protocol, size_t payload);
/* @n bytes of a pattern. */
void frame_payload(struct frame *f, size_t n);
/* The IPv4 header at @offset changed: put its checksum right. */
void frame_fix_checksum(struct frame *f, size_t offset);

/* Run @prog over @f; what comes out replaces @f if @out is not NULL. Returns the verdict. */
uint32_t bpf_test_run(int prog, const struct frame *f, struct frame *out);
