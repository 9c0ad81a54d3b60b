/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/utsname.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "xdp_internal.h"

/* The object file, linked in by bpf/embed.S. */
extern const char bpf_object_guard[], bpf_object_guard_end[];

const char *const xdp_map_names[XDP_MAP__COUNT] = {
	[XDP_MAP_XSKS] = "xsks_map",
	[XDP_MAP_BEATS] = "weir_beats",
	[XDP_MAP_CONF] = "weir_xdp_conf",
	[XDP_MAP_VIPS] = "weir_vips",
	[XDP_MAP_COUNTERS] = "weir_xdp_counters",
};

static int map_info(int fd, struct bpf_map_info *info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(fd, info, &size);
}

uint32_t xdp_object_map_id(int map_fd)
{
	struct bpf_map_info info;

	return map_info(map_fd, &info) ? 0 : info.id;
}

/* A map that another release of weir left has other sizes, perhaps. */
static int map_fits(const struct bpf_map *map, int fd)
{
	struct bpf_map_info info;

	return map_info(fd, &info) == 0 && info.type == bpf_map__type(map) &&
	       info.key_size == bpf_map__key_size(map) &&
	       info.value_size == bpf_map__value_size(map) &&
	       info.max_entries == bpf_map__max_entries(map) &&
	       info.map_flags == bpf_map__map_flags(map);
}

static int map_misfit(const struct xdp_port *p, const char *name, struct weir_diag *d)
{
	diag_error(d, "", 0,
		"dataplane.ports.%s: the map %s/%s is not one of this version of weir; stop the "
		"data plane and remove it: rm -r %s",
		p->name, p->dir, name, p->dir);
	return -EPROTO;
}

/* Tell libbpf to take the map that is there already, if one is. */
static int map_reuse(struct xdp_port *p, struct bpf_map *map, enum xdp_map i, struct weir_diag *d)
{
	char path[XDP_PATH_MAX];
	int rc = 0;

	if (p->map_fd[i] < 0) {
		xdp_pins_file(p, xdp_map_names[i], path);
		p->map_fd[i] = bpf_obj_get(path);
	}
	if (p->map_fd[i] < 0)
		return 0;
	if (!map_fits(map, p->map_fd[i]))
		return map_misfit(p, xdp_map_names[i], d);
	rc = bpf_map__reuse_fd(map, p->map_fd[i]);
	if (rc)
		diag_error(d, "", 0, "dataplane.ports.%s: cannot reuse the map %s/%s: %s", p->name,
			p->dir, xdp_map_names[i], strerror(-rc));
	return rc;
}

static int map_keep(
	struct xdp_port *p, const struct bpf_map *map, enum xdp_map i, struct weir_diag *d)
{
	char path[XDP_PATH_MAX];

	if (p->map_fd[i] < 0)
		p->map_fd[i] = fcntl(bpf_map__fd(map), F_DUPFD_CLOEXEC, 3);
	if (p->map_fd[i] < 0)
		return -errno;
	xdp_pins_file(p, xdp_map_names[i], path);
	if (access(path, F_OK) == 0 || bpf_obj_pin(p->map_fd[i], path) == 0)
		return 0;
	diag_error(d, "", 0, "dataplane.ports.%s: cannot pin the map %s: %s", p->name, path,
		strerror(errno));
	return -errno;
}

static int refused(const struct xdp_port *p, int rc, struct weir_diag *d)
{
	struct utsname os;

	uname(&os);
	diag_error(d, "", 0,
		"dataplane.ports.%s: the kernel (%s) refuses weir's XDP program: %s (%s); it needs "
		"root, Linux 5.11 or newer, and CONFIG_XDP_SOCKETS",
		p->name, os.release, strerror(-rc), xdp_log_complaint());
	return rc;
}

static int load(struct xdp_port *p, struct bpf_object *object, struct weir_diag *d)
{
	struct bpf_map *map[XDP_MAP__COUNT];
	struct bpf_program *prog;
	int rc;

	for (int i = 0; i < XDP_MAP__COUNT; i++) {
		map[i] = bpf_object__find_map_by_name(object, xdp_map_names[i]);
		if (!map[i])
			return refused(p, -ENOENT, d);
		rc = map_reuse(p, map[i], i, d);
		if (rc)
			return rc;
	}
	rc = bpf_object__load(object);
	if (rc)
		return refused(p, rc, d);
	for (int i = 0; i < XDP_MAP__COUNT; i++) {
		rc = map_keep(p, map[i], i, d);
		if (rc)
			return rc;
	}
	prog = bpf_object__find_program_by_name(object, WEIR_XDP_PROG_NAME);
	rc = prog ? fcntl(bpf_program__fd(prog), F_DUPFD_CLOEXEC, 3) : -1;
	return rc < 0 ? refused(p, -ENOENT, d) : rc;
}

int xdp_object_load(struct xdp_port *p, struct weir_diag *d)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "weir_guard");
	// cppcheck-suppress comparePointers ; two labels of one embedded object
	size_t size = (size_t)(bpf_object_guard_end - bpf_object_guard);
	struct bpf_object *object;
	int rc;

	xdp_log_start();
	object = bpf_object__open_mem(bpf_object_guard, size, &opts);
	if (!object)
		return refused(p, -errno, d);
	rc = load(p, object, d);
	bpf_object__close(object);
	return rc;
}

static int prog_info(int fd, struct bpf_prog_info *info, uint32_t *map_ids)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	info->nr_map_ids = XDP_MAP__COUNT;
	info->map_ids = (uintptr_t)map_ids;
	return bpf_obj_get_info_by_fd(fd, info, &size);
}

int xdp_object_same(int prog_fd, int other_fd)
{
	uint32_t maps[XDP_MAP__COUNT] = {0}, other_maps[XDP_MAP__COUNT] = {0};
	struct bpf_prog_info info, other;

	/* The tag leaves out which maps are used: of equal code, they stand in the same order. */
	return prog_info(prog_fd, &info, maps) == 0 &&
	       prog_info(other_fd, &other, other_maps) == 0 &&
	       memcmp(info.tag, other.tag, sizeof(info.tag)) == 0 &&
	       info.nr_map_ids == other.nr_map_ids && memcmp(maps, other_maps, sizeof(maps)) == 0;
}
