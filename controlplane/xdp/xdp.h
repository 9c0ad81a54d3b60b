/* SPDX-License-Identifier: BSD-3-Clause */
/* The XDP program on each port: loaded, attached through a pinned bpf_link, adopted again after a
 * restart. Pins live in /sys/fs/bpf/weir/NODE/PORT/ (link and maps).
 */
#pragma once

#include <linux/types.h>

#include "diag.h"
#include "weir_addr.h"
#include "../../bpf/weir_abi.h"

struct xdp; /* opaque */

/* Checks that bpffs is mounted at /sys/fs/bpf (mounts it if it is not, or says how). NULL and a
 * message in @d on failure.
 */
struct xdp *xdp_new(const char *node, struct weir_diag *d);
/* Leaves what is pinned in place: traffic goes on. */
void xdp_free(struct xdp *x);
/* An operator's stop: detach and unpin everything of this node. */
void xdp_remove_all(const char *node);

/* Attach to @interface for the port called @port, or adopt what an earlier control plane left. Native
 * mode if the driver has it, else generic, with a warning in @d. A foreign program is never replaced:
 * -EBUSY and a message that names its id and name. Returns a descriptor of the `weir_beats` map,
 * owned by @x, or -errno with a message. Calling it again for a port that is attached verifies it.
 */
int xdp_attach(struct xdp *x, const char *port, const char *interface, uint64_t fresh_ns,
	struct weir_diag *d);
/* Detach and unpin ports that an earlier control plane of this node left and that have not been
 * attached since xdp_new(): the configuration names them no more.
 */
void xdp_prune(const struct xdp *x);
/* Make the VIP sets of all ports equal to @vips. 0 or -errno. */
int xdp_set_vips(struct xdp *x, const struct weir_addr *vips, uint32_t n);

struct xdp_status {
	char port[64], interface[16];
	int attached; /* ours is on the interface now */
	int native;
	uint32_t prog_id;
	uint64_t counters[WEIR_XDP_COUNTER__COUNT];
};
uint32_t xdp_ports(const struct xdp *x);
void xdp_status(const struct xdp *x, uint32_t i, struct xdp_status *out);
