/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "xdp_internal.h"

static int is_bpffs(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == BPF_FS_MAGIC;
}

int xdp_pins_mount(struct weir_diag *d)
{
	if (is_bpffs(XDP_BPFFS))
		return 0;
	if (mount("bpf", XDP_BPFFS, "bpf", 0, "mode=0700") == 0)
		return 0;
	diag_error(d, "", 0,
		"no BPF file system at " XDP_BPFFS ", and mounting it failed: %s; as root run: "
		"mount -t bpf bpf " XDP_BPFFS,
		strerror(errno));
	return -ENOENT;
}

static size_t put_name(const char *name, char *out, size_t room)
{
	size_t n = 0;

	for (; *name && n + 4 < room; name++) {
		unsigned char c = (unsigned char)*name;

		if (isalnum(c) || c == '-' || c == '_')
			out[n++] = (char)c;
		else
			n += (size_t)snprintf(out + n, room - n, "%%%02x", c);
	}
	out[n] = '\0';
	return n;
}

void xdp_pins_path(const char *node, const char *port, char *out)
{
	size_t n = (size_t)snprintf(out, XDP_PATH_MAX, XDP_PINS_ROOT "/");

	n += put_name(node, out + n, XDP_PATH_MAX - n);
	if (!port)
		return;
	out[n++] = '/';
	put_name(port, out + n, XDP_PATH_MAX - n);
}

void xdp_pins_file(const struct xdp_port *p, const char *name, char *out)
{
	if (snprintf(out, XDP_PATH_MAX, "%s/%s", p->dir, name) >= XDP_PATH_MAX)
		out[0] = '\0'; /* no such file: two names of 64 bytes fit */
}

int xdp_pins_make_dir(const char *dir)
{
	char path[XDP_PATH_MAX];

	snprintf(path, sizeof(path), "%s", dir);
	for (char *slash = path + strlen(XDP_BPFFS) + 1; slash; *slash++ = '/') {
		slash = strchr(slash, '/');
		if (!slash)
			break;
		*slash = '\0';
		if (mkdir(path, 0700) && errno != EEXIST)
			return -errno;
	}
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}
