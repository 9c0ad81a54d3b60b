/* SPDX-License-Identifier: BSD-3-Clause */
/* Taking down: what is pinned is detached, then unpinned. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "xdp_internal.h"

/* Removing the pin alone would leave the program on the interface while a control plane holds the
 * link open.
 */
static void detach_pinned(const char *path)
{
	int fd = bpf_obj_get(path);

	if (fd < 0)
		return;
	bpf_link_detach(fd);
	close(fd);
}

void xdp_pins_remove_port(const char *dir)
{
	char path[XDP_PATH_MAX];
	struct dirent *e;
	DIR *entries;

	if (snprintf(path, sizeof(path), "%s/link", dir) < (int)sizeof(path))
		detach_pinned(path);
	entries = opendir(dir);
	if (!entries)
		return;
	while ((e = readdir(entries))) {
		if (e->d_name[0] != '.' &&
			snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) < (int)sizeof(path))
			unlink(path);
	}
	closedir(entries);
	rmdir(dir);
}

/* Is @dir the directory of a port of @x? */
static int is_ours(const struct xdp *x, const char *dir)
{
	for (uint32_t i = 0; x && i < x->n_ports; i++)
		if (strcmp(x->port[i]->dir, dir) == 0)
			return 1;
	return 0;
}

/* Remove the ports pinned for @node, except those of @keep (NULL: all). */
static void remove_ports(const char *node, const struct xdp *keep)
{
	char root[XDP_PATH_MAX], dir[XDP_PATH_MAX + 256];
	struct dirent *e;
	DIR *entries;

	xdp_pins_path(node, NULL, root);
	entries = opendir(root);
	if (!entries)
		return;
	while ((e = readdir(entries))) {
		snprintf(dir, sizeof(dir), "%s/%s", root, e->d_name);
		if (e->d_name[0] != '.' && !is_ours(keep, dir))
			xdp_pins_remove_port(dir);
	}
	closedir(entries);
	rmdir(root);
}

void xdp_prune(const struct xdp *x)
{
	remove_ports(x->node, x);
}

void xdp_remove_all(const char *node)
{
	remove_ports(node, NULL);
	rmdir(XDP_PINS_ROOT);
}
