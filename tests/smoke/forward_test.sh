#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Forwarding and its accounting, to the last packet.
#
#	weir-client -- weir-router --+-- weir-lb1   10.99.0.1 fd99::1 (ipip)  10.99.0.2 fd99::2 (l2dsr)
#	                             +-- weir-be1..3, which count what weir's encapsulation brought them
. "$(dirname "$0")/_init.sh"
lab_begin

for vip in 10.99.0.1 10.99.0.2 '[fd99::1]' '[fd99::2]'; do
	requests "$vip" 90 >"$tmp/answers"
	is "$vip: requests answered" "$(grep -c '^200 be' "$tmp/answers")" 90
	is "$vip: backends that answered" "$(awk '{ print $2 }' "$tmp/answers" | sort -u | wc -l)" 3
done
is "a large body arrives whole" "$(on weir-client curl -sS http://10.99.0.1/big | wc -c)" \
	"$(on weir-client curl -sS http://10.77.0.21/big | wc -c)"
is "a refused port: no service, no answer" \
	"$(on weir-client curl -s -o /dev/null --max-time 1 -w '%{http_code}' http://10.99.0.1:81/)" 000
ok "the host itself still answers ping" on weir-client ping -c 2 -W 2 10.77.0.10
ok "and over IPv6" on weir-client ping -c 2 -W 2 fd77::10
for vip in 10.99.0.1 10.99.0.2 fd99::1 fd99::2; do
	ok "weir answers ping of $vip" on weir-client ping -c 3 -i 0.2 -W 2 "$vip"
done
ok "and a long one, whole" on weir-client ping -c 1 -s 1472 -M do -W 2 10.99.0.1
sleep 1

metrics >"$tmp/metrics"
ok "promtool check metrics passes on a live scrape" promtool check metrics <"$tmp/metrics"

for be in be1 be2 be3; do
	is "$be: packets counted by weir equal packets received" \
		"$(metric weir_backend_forwarded_packets_total "backend=\"$be\"")" \
		"$("$lab" received "weir-$be")"
done
rx=$(metric weir_worker_rx_packets_total)
forwarded=$(metric weir_worker_forwarded_packets_total)
replied=$(metric weir_worker_replied_packets_total)
drops=$(metric weir_drops_total)
no_worker=$(metric weir_drops_total 'reason="no_worker"')
is "received = forwarded + replied + dropped, exactly" "$rx" $((forwarded + replied + drops - no_worker))
is "each ping was counted as a reply" "$replied" 13
ok "the refused port was counted as no_vip_port" \
	test "$(metric weir_drops_total 'reason="no_vip_port"')" -gt 0
note "rx $rx, forwarded $forwarded, replied $replied, dropped $((drops - no_worker)), before the worker was ready $no_worker"

shares=$(ctl worker list -j | json 'sorted(w["rx_packets"] for w in d)')
note "packets per worker: $shares"
is "two workers on two queues share the load" \
	"$(python3 -c "a = $shares; print(len(a) == 2 and a[0] > 0.2 * sum(a))")" True

ok "trace says which backend, without a trace in the counters" \
	ctl trace 10.77.1.2:54321 10.99.0.1:80/tcp
is "trace and reality agree on an unused port" \
	"$(ctl trace 10.77.1.2:54321 10.99.0.1:80/tcp -j | json 'd["backend"].split("/")[-1]')" \
	"$(on weir-client curl -sS --local-port 54321 -o /dev/null -w '%header{x-backend}' http://10.99.0.1/)"
done_testing
