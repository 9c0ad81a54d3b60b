#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A thousand table pushes in a row under an open-loop load of 20,000 packets a second: nothing is
# lost, no flow moves, and memory stays flat.
#
#	udp_load send, 20 kpps, 64 flows --> 10.99.0.1:4000/udp --> udp_load sink on be1..3
#
# These machines have two shared cores: a core stolen for tens of milliseconds overflows the
# receive ring, which the driver counts (rx_missed). Such packets are reported apart.
. "$(dirname "$0")/_init.sh"
PUSHES=1000
PPS=20000
SECONDS_OF_LOAD=${PUSH_STORM_SECONDS:-25}
lab_up

"$lab" conf >"$tmp/conf"
sed 's/^services: {/&\n  load: { vip = "10.99.0.1"; port = 4000; protocol = "udp"; forward = "ipip"; pool = "be4"; check: { type = "none"; }; };/' \
	"$tmp/conf" >"$run/weir.conf"
lab_start
for be in be1 be2 be3; do
	"$lab" exec "weir-$be" "$tools/udp_load" sink 4000 "$tmp/sink-$be" &
	sinks+=($!)
done

rss() { awk '/VmRSS/ { print $2 }' "/proc/$(pid "$1")/status"; }
generation() { ctl status -j | json 'd["generation"]'; }

# Warm up: every page that a push touches is touched once.
for i in 1 2 3 4 5 6 7 8 9 10; do ctl backend weight web4-ipip/be1 $((10 + i)) >/dev/null; done
sleep 1
first=$(generation)
rss_dp=$(rss dataplane) rss_cp=$(rss controlplane)
missed_before=$(metric weir_port_rx_missed_total)

on weir-client "$tools/udp_load" send 10.99.0.1 4000 64 $PPS "$SECONDS_OF_LOAD" >"$tmp/sent" &
load=$!
sleep 1
# One process sends all the changes, each as a table of its own: it waits for the answer.
on weir-lb1 /usr/bin/python3 "$root/tests/tools/weights.py" "$run/api.sock" web6-dsr be2 $PUSHES \
	>"$tmp/pushes"
note "$(cat "$tmp/pushes")"
wait "$load"
sleep 1
kill "${sinks[@]}"
wait "${sinks[@]}"

sent=$(awk '{ print $2 }' "$tmp/sent")
received=$(awk '/^total/ { n += $2 } END { print n }' "$tmp"/sink-be*)
duplicates=$(awk '/^total/ { n += $6 } END { print n }' "$tmp"/sink-be*)
flows=$(awk '/^total/ { n += $4 } END { print n }' "$tmp"/sink-be*)
missed=$(($(metric weir_port_rx_missed_total) - missed_before))
note "$(cat "$tmp/sent"); received $received; ring overflows $missed"
is "tables taken" "$(($(generation) - first))" $PUSHES
is "packets lost, ring overflows apart" $((sent - received - missed)) 0
is "packets twice" "$duplicates" 0
is "flows seen by one backend each" "$flows" 64
dp=$(($(rss dataplane) - rss_dp)) cp=$(($(rss controlplane) - rss_cp))
note "resident memory: data plane $rss_dp kB, grown by $dp kB; control plane $rss_cp kB, grown by $cp kB"
ok "resident memory of the data plane is flat (within 512 kB)" test "$dp" -le 512
ok "resident memory of the control plane is flat (within 1024 kB)" test "$cp" -le 1024
is "tables refused" "$(ctl status -j | json 'd["refused"]')" 0
done_testing
