// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port_link.h"

/* veth calls its queues rx, most NICs combined. */
static uint32_t ask_queues(int fd, struct ifreq *ifr)
{
	struct ethtool_channels c = {.cmd = ETHTOOL_GCHANNELS};

	ifr->ifr_data = (void *)&c; // cppcheck-suppress autoVariables ; ifr is reused, not read
	return ioctl(fd, SIOCETHTOOL, ifr) == 0 ? c.rx_count + c.combined_count : 0;
}

static int ask(int fd, const char *interface, struct port_link *out)
{
	struct ifreq ifr = {0};

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", interface);
	if (ioctl(fd, SIOCGIFHWADDR, &ifr) != 0)
		return -errno;
	memcpy(out->mac, ifr.ifr_hwaddr.sa_data, sizeof(out->mac));
	if (ioctl(fd, SIOCGIFMTU, &ifr) != 0)
		return -errno;
	out->mtu = (uint32_t)ifr.ifr_mtu;
	if (ioctl(fd, SIOCGIFFLAGS, &ifr) != 0)
		return -errno;
	out->up = (ifr.ifr_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
	out->rx_queues = ask_queues(fd, &ifr);
	return 0;
}

int port_link_read(const char *interface, struct port_link *out)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	err = ask(fd, interface, out);
	close(fd);
	return err;
}
