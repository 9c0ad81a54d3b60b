// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <linux/types.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "../../bpf/weir_abi.h"
#include "xdp_check.h"

static int program_name(__u32 id, char name[16])
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id), err = 0;

	if (fd < 0)
		return -errno;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
		err = -errno;
	else
		memcpy(name, info.name, sizeof(info.name));
	close(fd);
	return err;
}

int xdp_check(unsigned int ifindex, char name[16])
{
	LIBBPF_OPTS(bpf_xdp_query_opts, opts);
	__u32 id;
	int err = bpf_xdp_query((int)ifindex, 0, &opts);

	if (err != 0)
		return err;
	id = opts.prog_id != 0 ? opts.prog_id : opts.drv_prog_id;
	if (id == 0)
		id = opts.skb_prog_id;
	if (id == 0)
		return -ENOENT;
	err = program_name(id, name);
	if (err != 0)
		return err;
	name[15] = '\0';
	return strcmp(name, WEIR_XDP_PROG_NAME) == 0 ? 0 : -EEXIST;
}
