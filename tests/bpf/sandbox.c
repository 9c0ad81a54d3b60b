/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include <bpf/bpf.h>

#include "sandbox.h"
#include "unit.h"

void sandbox_run(const char *format, ...)
{
	char command[512];
	va_list ap;
	int rc;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	rc = system(command);
	ck_assert_msg(rc == 0, "%s: status %d", command, rc);
}

void sandbox_enter(void)
{
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	ck_assert_msg(unshare(CLONE_NEWNET | CLONE_NEWNS) == 0, "unshare: %s", strerror(errno));
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_msg(mount("bpf", "/sys/fs/bpf", "bpf", 0, "mode=0700") == 0, "bpffs: %s",
		strerror(errno));
	sandbox_run("ip link set lo up");
}

int sandbox_leave_network(void)
{
	int old = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(old, 0);
	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
	return old;
}

int sandbox_stranger(const char *name)
{
	struct bpf_insn pass[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, name, "GPL", pass, 2, &opts);

	ck_assert_int_ge(fd, 0);
	return fd;
}
