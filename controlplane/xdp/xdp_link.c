/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_link.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "xdp_internal.h"

#define LINK_PIN "link"

static int link_info(int fd, struct bpf_link_info *info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	if (bpf_obj_get_info_by_fd(fd, info, &size))
		return -errno;
	return info->type == BPF_LINK_TYPE_XDP ? 0 : -EINVAL;
}

uint32_t xdp_link_query(unsigned int ifindex, int *native)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, q);

	*native = 0;
	if (ifindex == 0 || bpf_xdp_query((int)ifindex, 0, &q))
		return 0;
	*native = q.drv_prog_id != 0 || q.hw_prog_id != 0;
	if (q.prog_id)
		return q.prog_id;
	return q.drv_prog_id ? q.drv_prog_id : q.skb_prog_id ? q.skb_prog_id : q.hw_prog_id;
}

/* An interface index means something in one network namespace only: the same index elsewhere is
 * another interface, which carries another program.
 */
static int is_on(const struct bpf_link_info *info, unsigned int ifindex)
{
	int native;

	return info->xdp.ifindex == ifindex && xdp_link_query(ifindex, &native) == info->prog_id;
}

int xdp_link_is_attached(const struct xdp_port *p, uint32_t *prog_id)
{
	struct bpf_link_info info;

	if (p->link_fd < 0 || link_info(p->link_fd, &info) || !is_on(&info, p->ifindex))
		return 0;
	*prog_id = info.prog_id;
	return 1;
}

static void close_link(struct xdp_port *p)
{
	if (p->link_fd >= 0)
		close(p->link_fd);
	p->link_fd = -1;
}

static void prog_name(uint32_t id, char *out, size_t size)
{
	struct bpf_prog_info info = {0};
	__u32 length = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	snprintf(out, size, "?");
	if (fd < 0)
		return;
	if (bpf_obj_get_info_by_fd(fd, &info, &length) == 0)
		snprintf(out, size, "%s", info.name);
	close(fd);
}

static int foreign(const struct xdp_port *p, uint32_t id, struct weir_diag *d)
{
	char name[BPF_OBJ_NAME_LEN];

	prog_name(id, name, sizeof(name));
	diag_error(d, "", 0,
		"dataplane.ports.%s.interface: %s carries XDP program %u '%s', which is not ours "
		"and "
		"stays; look at it: bpftool prog show id %u; then stop its owner, or detach it: "
		"bpftool net detach xdp dev %s",
		p->name, p->interface, id, name, id, p->interface);
	return -EBUSY;
}

/* The pinned link is on no interface, or on another one: the interface was made anew, or the
 * configuration names another. Not so if it is in another network namespace, where it serves a node
 * of the same name.
 */
static int stale(struct xdp_port *p, const struct bpf_link_info *info, struct weir_diag *d)
{
	char path[XDP_PATH_MAX];

	if (info->xdp.ifindex != 0 && !is_on(info, info->xdp.ifindex)) {
		diag_error(d, "", 0,
			"dataplane.ports.%s: %s/" LINK_PIN
			" is the link of an interface in another "
			"network namespace; give each node its own node.name, or remove it: rm -r "
			"%s",
			p->name, p->dir, p->dir);
		close_link(p);
		return -EBUSY;
	}
	bpf_link_detach(p->link_fd);
	close_link(p);
	xdp_pins_file(p, LINK_PIN, path);
	return unlink(path) && errno != ENOENT ? -errno : 0;
}

int xdp_link_find(struct xdp_port *p, struct weir_diag *d)
{
	struct bpf_link_info info;
	char path[XDP_PATH_MAX];
	int native, rc = 0;
	uint32_t id;

	xdp_pins_file(p, LINK_PIN, path);
	if (p->link_fd < 0)
		p->link_fd = bpf_obj_get(path);
	if (p->link_fd >= 0) {
		rc = link_info(p->link_fd, &info);
		if (rc == 0 && is_on(&info, p->ifindex))
			return 0;
		rc = rc ? rc : stale(p, &info, d);
	}
	if (rc)
		return rc;
	id = xdp_link_query(p->ifindex, &native);
	return id ? foreign(p, id, d) : 0;
}

static int exchange(struct xdp_port *p, int prog_fd, struct weir_diag *d)
{
	struct bpf_link_info info;
	int rc = link_info(p->link_fd, &info), running;

	if (rc)
		return rc;
	running = bpf_prog_get_fd_by_id(info.prog_id);
	if (running >= 0 && xdp_object_same(prog_fd, running)) {
		close(running);
		return 0;
	}
	if (running >= 0)
		close(running);
	if (bpf_link_update(p->link_fd, prog_fd, NULL) == 0)
		return 0;
	rc = -errno;
	diag_error(d, "", 0, "dataplane.ports.%s: cannot exchange the XDP program of %s: %s",
		p->name, p->interface, strerror(-rc));
	return rc;
}

static int create(const struct xdp_port *p, int prog_fd, uint32_t mode)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode);
	int fd = bpf_link_create(prog_fd, (int)p->ifindex, BPF_XDP, &opts);

	return fd < 0 ? -errno : fd;
}

/* Native, else generic. A descriptor or -errno with a message. */
static int attach(struct xdp_port *p, int prog_fd, struct weir_diag *d)
{
	int native_rc = create(p, prog_fd, XDP_FLAGS_DRV_MODE), fd;
	uint32_t id;

	if (native_rc >= 0)
		return native_rc;
	fd = create(p, prog_fd, XDP_FLAGS_SKB_MODE);
	if (fd >= 0) {
		diag_warning(d, "", 0,
			"dataplane.ports.%s.interface: the driver of %s refuses native XDP (%s); "
			"running "
			"in generic mode, which is slower",
			p->name, p->interface, strerror(-native_rc));
		return fd;
	}
	id = xdp_link_query(p->ifindex, &(int){0});
	if (id)
		return foreign(p, id, d);
	diag_error(d, "", 0,
		"dataplane.ports.%s.interface: no XDP on %s: native mode: %s; generic mode: %s",
		p->name, p->interface, strerror(-native_rc), strerror(-fd));
	return fd;
}

int xdp_link_put(struct xdp_port *p, int prog_fd, struct weir_diag *d)
{
	char path[XDP_PATH_MAX];
	int rc;

	if (p->link_fd >= 0) {
		rc = exchange(p, prog_fd, d);
	} else {
		p->link_fd = attach(p, prog_fd, d);
		rc = p->link_fd < 0 ? p->link_fd : 0;
	}
	if (rc)
		return rc;
	xdp_link_query(p->ifindex, &p->native);
	xdp_pins_file(p, LINK_PIN, path);
	if (access(path, F_OK) == 0 || bpf_obj_pin(p->link_fd, path) == 0)
		return 0;
	rc = -errno;
	diag_error(d, "", 0, "dataplane.ports.%s: cannot pin the link %s: %s", p->name, path,
		strerror(-rc));
	close_link(p); /* without the pin this detaches */
	return rc;
}
