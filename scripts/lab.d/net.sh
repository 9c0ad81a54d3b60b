# SPDX-License-Identifier: BSD-3-Clause
# Namespaces, links, addresses and routes of the lab. Read by scripts/lab.
# shellcheck shell=bash disable=SC2154

# A MAC address that can be read: the IPv4 address in its last four bytes.
mac_of() {
	# shellcheck disable=SC2183,SC2086
	printf '02:00:%02x:%02x:%02x:%02x' ${1//./ }
}

net_sysctl() {
	in_node "$1" sysctl -qw "${@:2}"
}

# No duplicate address detection, no router solicitations, no redirects: nothing that costs a second
# or sends a frame that no test asked for.
namespace_up() {
	local node=$1
	ip netns add "weir-$node"
	mkdir -p "$RUN/$node"
	net_sysctl "$node" \
		net.ipv4.conf.{all,default}.{rp_filter,send_redirects,accept_redirects}=0 \
		net.ipv6.conf.{all,default}.{accept_dad,accept_ra,autoconf,router_solicitations,accept_redirects}=0
	in_node "$node" ip link set lo up
}

# An interface that leaves nothing to a NIC that is not there: XDP programs and AF_XDP sockets must
# see whole packets with their checksums.
link_up() {
	local node=$1 dev=$2 mtu=$3
	in_node "$node" ethtool -K "$dev" tx off tso off gso off gro off rxvlan off txvlan off >/dev/null
	in_node "$node" ip link set "$dev" mtu "$mtu" up
}

addresses() {
	local node=$1 dev=$2 v4=$3 v6=$4
	in_node "$node" ip addr add "$v4" dev "$dev"
	in_node "$node" ip -6 addr add "$v6" dev "$dev" nodad
}

router_up() {
	namespace_up router
	net_sysctl router net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.fib_multipath_hash_policy=1 net.ipv6.fib_multipath_hash_policy=1
	in_node router sysctl -qw net.bridge.bridge-nf-call-{ip,ip6,arp}tables=0 2>/dev/null || true
	in_node router ip link add br0 address "$(mac_of 10.77.0.1)" type bridge \
		stp_state 0 forward_delay 0 mcast_snooping 0
	in_node router ip link set br0 mtu 1600 up
	addresses router br0 10.77.0.1/24 fd77::1/64
}

client_up() {
	namespace_up client
	net_sysctl client net.ipv4.ip_local_port_range='1024 65535' net.ipv4.tcp_tw_reuse=1
	ip link add client netns weir-router address "$(mac_of 10.77.1.1)" \
		type veth peer name eth0 netns weir-client address "$(mac_of 10.77.1.2)"
	link_up router client 1500
	link_up client eth0 1500
	addresses router client 10.77.1.1/24 fd77:1::1/64
	addresses client eth0 10.77.1.2/24 fd77:1::2/64
	in_node client ip route add default via 10.77.1.1
	in_node client ip -6 route add default via fd77:1::1
}

# A node on the router's bridge. Its MAC is pinned to its port: no frame of another node is flooded
# to it, so that what a backend counts was sent to it.
bridged_node_up() {
	local node=$1 last=$2 queues=$3 mac
	mac=$(mac_of "10.77.0.$last")
	namespace_up "$node"
	ip link add "$node" netns weir-router numtxqueues "$queues" numrxqueues "$queues" \
		type veth peer name eth0 netns "weir-$node" address "$mac" \
		numtxqueues "$queues" numrxqueues "$queues"
	in_node router ip link set "$node" master br0
	link_up router "$node" 1600
	link_up "$node" eth0 1600
	in_node router bridge fdb replace "$mac" dev "$node" master static
	addresses "$node" eth0 "10.77.0.$last/24" "fd77::$last/64"
	# Beyond the router are 1,500 bytes.
	in_node "$node" ip route add default via 10.77.0.1 mtu lock 1500 advmss 1460
	in_node "$node" ip -6 route add default via fd77::1 mtu lock 1500 advmss 1440
}

net_up() {
	router_up
	client_up
	bridged_node_up lb1 10 2
	bridged_node_up be1 21 1
	bridged_node_up be2 22 1
	bridged_node_up be3 23 1
	in_node router ip route add 10.99.0.0/24 via 10.77.0.10
	in_node router ip -6 route add fd99::/64 via fd77::10
	# What AF_XDP or XDP sends over a veth arrives only if the peer has a program.
	xdp_attach router lb1 pass
}

net_down() {
	local node left
	for node in "${NODES[@]}"; do
		[ -e "/run/netns/weir-$node" ] || continue
		left=$(ip netns pids "weir-$node" | tr '\n' ' ')
		[ -z "$left" ] || echo "lab: not ours, left running in $node: pid $left" >&2
		ip netns del "weir-$node"
	done
	rm -rf "$PINS" /sys/fs/bpf/weir/lb1
	rmdir /sys/fs/bpf/weir 2>/dev/null || true
}

bpffs_mount() {
	mountpoint -q /sys/fs/bpf && return
	mount -t bpf -o mode=0700 bpf /sys/fs/bpf
	touch "$RUN/mounted-bpffs"
}

# Only if we mounted it and nobody keeps anything there (the kernel's own *.debug apart).
bpffs_unmount() {
	[ -e "$RUN/mounted-bpffs" ] || return 0
	[ -n "$(ls -A /sys/fs/bpf --ignore='*.debug')" ] || umount /sys/fs/bpf || true
}

# xdp_attach NODE DEV NAME: the BPF object NAME, pinned with its maps below $PINS/NODE.
xdp_attach() {
	local node=$1 dev=$2 object=$BUILD/bpf/$3.bpf.o
	[ -e "$object" ] ||
		die "$object is not built; run: meson setup build && ninja -C build (or set WEIR_BUILD)"
	mkdir -p "$PINS/$node"
	bpftool prog load "$object" "$PINS/$node/$3" type xdp pinmaps "$PINS/$node"
	in_node "$node" bpftool net attach xdpdrv pinned "$PINS/$node/$3" dev "$dev"
}
