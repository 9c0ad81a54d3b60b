/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this folder share; nobody else includes it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "xdp.h"
#include "weir_table.h"

#define XDP_BPFFS     "/sys/fs/bpf"
#define XDP_PINS_ROOT XDP_BPFFS "/weir"
#define XDP_PATH_MAX  512
#define XDP_NAME_MAX  64

/* The maps of the guard program, by the order of xdp_map_names. */
enum xdp_map {
	XDP_MAP_XSKS,
	XDP_MAP_BEATS,
	XDP_MAP_CONF,
	XDP_MAP_VIPS,
	XDP_MAP_COUNTERS,
	XDP_MAP__COUNT
};
extern const char *const xdp_map_names[XDP_MAP__COUNT];

/* A port: descriptors are -1 while there is none. The maps outlive programs, links and interfaces:
 * the data plane has sockets in one and a mapping of another.
 */
struct xdp_port {
	char name[XDP_NAME_MAX];
	char interface[16];
	char dir[XDP_PATH_MAX]; /* its pins */
	unsigned int ifindex;
	int native;
	int link_fd;
	int map_fd[XDP_MAP__COUNT];
};

struct xdp {
	char node[XDP_NAME_MAX];
	uint32_t n_ports;
	struct xdp_port *port[WEIR_MAX_PORTS];
};

/* xdp_log.c: what libbpf says is kept, not printed. */

/* Forget what was said so far, and start to listen. */
void xdp_log_start(void);
/* The first complaint since then (the later ones only repeat that loading failed), or "". */
const char *xdp_log_complaint(void);

/* xdp_pins.c: files below /sys/fs/bpf/weir. */

int xdp_pins_mount(struct weir_diag *d);
/* /sys/fs/bpf/weir/NODE, or /sys/fs/bpf/weir/NODE/PORT if @port is not NULL. bpffs takes no dots in
 * names: bytes that are not letters, digits, `-` or `_` become %XX. @out: XDP_PATH_MAX bytes.
 */
void xdp_pins_path(const char *node, const char *port, char *out);
/* Path of the file @name in the directory of @p. */
void xdp_pins_file(const struct xdp_port *p, const char *name, char *out);
/* mkdir -p. 0 or -errno. */
int xdp_pins_make_dir(const char *dir);
/* xdp_remove.c: detach the link pinned in @dir, remove all pins and the directory. */
void xdp_pins_remove_port(const char *dir);

/* xdp_object.c: the program and its maps. */

/* Load the guard over the maps that @p holds, else over those that are pinned, else over new ones,
 * and pin what is not pinned. Returns a descriptor of the program, which the caller closes, or
 * -errno with a message.
 */
int xdp_object_load(struct xdp_port *p, struct weir_diag *d);
/* 1 if the two programs are the same code over the same maps. */
int xdp_object_same(int prog_fd, int other_fd);
/* Identity of a map, 0 if it cannot be read. */
uint32_t xdp_object_map_id(int map_fd);

/* xdp_link.c: what is on the interface. */

/* The XDP program on an interface now; 0 = none. */
uint32_t xdp_link_query(unsigned int ifindex, int *native);
/* Is ours on the interface, and which program is it? */
int xdp_link_is_attached(const struct xdp_port *p, uint32_t *prog_id);
/* Fill p->link_fd with the pinned link if it is on p->ifindex; detach and unpin it if it is not. A
 * program of somebody else: -EBUSY with a message.
 */
int xdp_link_find(struct xdp_port *p, struct weir_diag *d);
/* Make @prog_fd the program of the interface: nothing if it is already, an exchange in the link, or
 * a new link, pinned. 0 or -errno with a message.
 */
int xdp_link_put(struct xdp_port *p, int prog_fd, struct weir_diag *d);

/* xdp_vips.c */
int xdp_vips_set(int map_fd, const struct weir_addr *vips, uint32_t n);
