/* SPDX-License-Identifier: BSD-3-Clause */
/* Is our XDP program on the interface? If it is not, opening an AF_XDP socket would make libxdp load
 * a program of its own, and that one takes all traffic of the interface, ARP and SSH included.
 */
#pragma once

/* 0 if the control plane's program is there, -ENOENT if none is, -EEXIST if another one is: its name
 * is in @name. Another -errno if it cannot be asked. Needs CAP_SYS_ADMIN.
 */
int xdp_check(unsigned int ifindex, char name[16]);
