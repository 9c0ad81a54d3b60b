#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Paths with less room than the ends think. Nobody may fragment, so everything hangs on ICMP:
#
#	                                            1500 here, and the tunnel has to fit in
#	                                           /
#	weir-client --------- weir-router -----+-- weir-lb1   10.99.0.1 fd99::1 (ipip)  10.99.0.2 fd99::2 (gue)
#	             \                         +-- weir-be1..3, 1500 on their way back to the client
#	              1400 in the second part
#
#	part 1  the client sends 1,500 bytes: weir says "too big" itself, with what the tunnel leaves
#	part 2  a backend sends 1,500 bytes: the router says "too big" to the VIP, and weir has to find
#	        the backend whose flow that is about
. "$(dirname "$0")/_init.sh"

body=1048576
# VIP, and what is left of 1,500 bytes: less 20 or 40 of outer IP, and 12 of UDP and GUE
declare -A left=([10.99.0.1]=1480 [10.99.0.2]=1468 ['[fd99::1]']=1460 ['[fd99::2]']=1448)
vips=(10.99.0.1 10.99.0.2 '[fd99::1]' '[fd99::2]')

lab_up
"$lab" conf | sed 's/"l2dsr"/"gue"/' >"$run/weir.conf"
on weir-lb1 ip link set eth0 mtu 1500
on weir-router ip link set lb1 mtu 1500
# Without the lab's lock, so that a backend can learn.
for be in be1 be2 be3; do
	on "weir-$be" ip route replace default via 10.77.0.1 mtu 1500 advmss 1460
	on "weir-$be" ip -6 route replace default via fd77::1 mtu 1500 advmss 1440
done
head -c $body /dev/zero >"$tmp/body"
lab_start

download() { # VIP: "BYTES BACKEND"
	on weir-client curl -sS -g -o /dev/null --max-time 20 \
		-w '%{size_download} %header{x-backend}' "http://$1/big"
}

upload() { # VIP: "STATUS BYTES"
	on weir-client curl -sS -g -o /dev/null --max-time 20 -H 'Expect:' \
		-w '%{http_code} %{size_upload}' --data-binary "@$tmp/body" "http://$1/"
}

# What a backend's kernel was told about packets that are too big, by either family.
told() {
	on "weir-$1" nstat -asz IcmpInDestUnreachs Icmp6InPktTooBigs |
		awk '/^Icmp/ { sum += $2 } END { print sum }'
}

# What was learned about paths.
forget() {
	local node
	for node in client be1 be2 be3; do
		on "weir-$node" ip route flush cache
		on "weir-$node" ip -6 route flush cache
	done
}

# What the client has learned about the path to a VIP.
learned() {
	local address=${1//[][]/}
	on weir-client ip route get "$address" | grep -o 'mtu [0-9]*' | cut -d' ' -f2
}

note "part 1: what the tunnel leaves behind weir"
for vip in "${vips[@]}"; do
	forget
	before=$(metric weir_worker_replied_packets_total)
	is "$vip: 1 MB up arrives" "$(upload "$vip")" "200 $body"
	ok "$vip: weir told the client what fits" \
		test "$(metric weir_worker_replied_packets_total)" -gt "$before"
	is "$vip: the client knows the MTU" "$(learned "$vip")" "${left[$vip]}"
	is "$vip: 1 MB down arrives" "$(download "$vip" | cut -d' ' -f1)" $body
done

note "part 2: a link of 1,400 bytes in front of the client, which does not say so in its MSS"
on weir-router ip link set client mtu 1400
on weir-client ip link set eth0 mtu 1400
on weir-client ip route replace default via 10.77.1.1 advmss 1460
on weir-client ip -6 route replace default via fd77:1::1 advmss 1440
for vip in "${vips[@]}"; do
	forget
	for be in be1 be2 be3; do told "$be"; done >"$tmp/before"
	read -r bytes backend <<<"$(download "$vip")"
	for be in be1 be2 be3; do told "$be"; done >"$tmp/after"
	is "$vip: 1 MB down arrives" "$bytes" $body
	rose=$(paste "$tmp/before" "$tmp/after" | awk '$2 > $1 { printf "be%d ", NR }')
	is "$vip: the flow's backend was told, and no other" "$rose" "$backend "
	is "$vip: 1 MB up arrives" "$(upload "$vip")" "200 $body"
done

is "no ICMP error was lost" "$(metric weir_drops_total 'reason="icmp_')" 0
rx=$(metric weir_worker_rx_packets_total)
forwarded=$(metric weir_worker_forwarded_packets_total)
replied=$(metric weir_worker_replied_packets_total)
drops=$(metric weir_drops_total)
no_worker=$(metric weir_drops_total 'reason="no_worker"')
note "rx $rx, forwarded $forwarded, replied $replied, dropped $((drops - no_worker))"
is "received = forwarded + replied + dropped, exactly" "$rx" $((forwarded + replied + drops - no_worker))
done_testing
