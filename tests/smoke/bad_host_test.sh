#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What a host may lack or hold against us: each gets a clear sentence with a remedy, and nothing that
# was there is lost.
. "$(dirname "$0")/_init.sh"
lab_up
chmod 755 "$tmp"
dataplane=$WEIR_BUILD/dataplane/runtime/weir-dataplane
controlplane=$WEIR_BUILD/controlplane/weir-controlplane
"$lab" conf >"$tmp/weir.conf"

as_nobody() { # PROGRAM: a copy that nobody may run
	install -m 755 "$1" "$tmp/program"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$tmp/program" -c "$tmp/weir.conf" 2>&1
}
chmod 644 "$tmp/weir.conf"
matches "weir-dataplane, not root" "$(as_nobody "$dataplane")" 'needs root|CAP_'
matches "weir-controlplane, not root" "$(as_nobody "$controlplane")" 'needs root|CAP_'

pages=/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
had=$(cat $pages)
echo 0 >$pages
said=$(timeout 20 "$lab" exec weir-lb1 "$dataplane" -c "$tmp/weir.conf" 2>&1)
rc=$?
echo "$had" >$pages
is "no huge pages: exit code" "$rc" 1
matches "no huge pages: the command that reserves them" "$said" \
	'reserve them: echo [0-9]+ > /sys/kernel/mm/hugepages'

sed 's/interface = "eth0"/interface = "nope0"/' "$tmp/weir.conf" >"$tmp/nope.conf"
said=$(timeout 3 "$lab" exec weir-lb1 "$controlplane" -c "$tmp/nope.conf" 2>&1)
matches "interface missing" "$said" "nope0"
note "$(grep nope0 <<<"$said" | head -n 1)"

sed 's/port = 80;/port = 80000;/' "$tmp/weir.conf" >"$tmp/port.conf"
said=$("$controlplane" -t -c "$tmp/port.conf" 2>&1)
is "bad configuration: exit code" $? 5
matches "bad configuration: file, line and allowed range" "$said" 'port.conf:[0-9]+: error: .*80000.*65535'
note "$(head -n 1 <<<"$said")"

# A program that is not ours stays, and VIP traffic is not taken over by force.
pass=$WEIR_BUILD/bpf/pass.bpf.o
on weir-lb1 ip link set dev eth0 xdpdrv obj "$pass" sec xdp
foreign=$(on weir-lb1 ip -d link show eth0 | grep -oE 'prog/xdp id [0-9]+')
timeout 4 "$lab" exec weir-lb1 "$controlplane" -c "$tmp/weir.conf" >"$tmp/cp.log" 2>&1
matches "a foreign XDP program is refused by name" "$(cat "$tmp/cp.log")" "${foreign##* }"
note "$(grep -i xdp "$tmp/cp.log" | head -n 1)"
is "and stays" "$(on weir-lb1 ip -d link show eth0 | grep -oE 'prog/xdp id [0-9]+')" "$foreign"
on weir-lb1 ip link set dev eth0 xdpdrv off

# An interface whose driver has no XDP of its own: generic mode, said aloud.
on weir-lb1 ip link add weirbr type bridge
on weir-lb1 ip link set weirbr up
sed 's/interface = "eth0"; queues = 2/interface = "weirbr"; queues = 1/' "$tmp/weir.conf" >"$tmp/br.conf"
timeout 4 "$lab" exec weir-lb1 "$controlplane" -c "$tmp/br.conf" >"$tmp/br.log" 2>&1
matches "no native XDP: generic mode, and it says so" "$(cat "$tmp/br.log")" 'generic'
note "$(grep -i generic "$tmp/br.log" | head -n 1)"
done_testing
