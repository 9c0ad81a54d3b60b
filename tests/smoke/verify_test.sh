#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# weirctl verify on a live data plane: at rest, while connections come and go as fast as the machine
# can, with a counter falsified in its memory, stopped, and gone.
#
#	wrk (keep-alive and a connection per request) --> 10.99.0.1, fd99::2 --> be1..3
#	weirctl verify --> control plane --> ring --> main lcore --> both workers, between two bursts
. "$(dirname "$0")/_init.sh"
lab_begin

verify() { # exit code in $rc, JSON in $v
	v=$(ctl verify -j 2>"$tmp/err")
	rc=$?
}
field() { json "$1" <<<"$v"; }

sleep 1.2
verify
is "before the first packet: exit code" "$rc" 0
is "before the first packet: nothing moves" "$(field 'd["mbufs"]["still"]')" True
is "before the first packet: both workers answered" \
	"$(field 'sum(w["answered"] for w in d["workers"])')" 2
note "buffers: $(field 'd["mbufs"]')"

for vip in 10.99.0.1 '[fd99::2]'; do requests "$vip" 50 >/dev/null; done
on weir-client wrk -t1 -c16 -d15 -H 'Connection: close' http://10.99.0.1/ >"$tmp/wrk-new" &
loads=($!)
on weir-client wrk -t1 -c16 -d15 'http://[fd99::2]/' >"$tmp/wrk-old" &
loads+=($!)
sleep 1
end=$((SECONDS + 8))
while [ "$SECONDS" -lt "$end" ]; do
	ctl verify -j >"$tmp/round" 2>&1
	rc=$?
	[ "$rc" -eq 0 ] || sed 's/^/# /' "$tmp/round"
	echo "$rc"
	{ tr -d '\n' <"$tmp/round"; echo; } >>"$tmp/rounds"
done >"$tmp/codes"
kill -0 "${loads[@]}" 2>/dev/null
is "the load outlived the rounds" $? 0
rounds=$(wc -l <"$tmp/codes")
ok "under load: 20 rounds at least ($rounds)" test "$rounds" -ge 20
is "under load: rounds that did not hold" "$(grep -vc '^0$' "$tmp/codes")" 0
of_rounds() { # EXPRESSION over the list of answers
	/usr/bin/python3 -c "import json,sys; r=[json.loads(l) for l in sys.stdin]; print($1)" <"$tmp/rounds"
}
is "under load: rounds at rest" "$(of_rounds 'sum(d["mbufs"]["still"] for d in r)')" 0
is "under load: rounds without a new flow since the one before" \
	"$(of_rounds 'sum(b["flows"]["inserts"] <= a["flows"]["inserts"] for a, b in zip(r, r[1:]))')" 0
note "last round: $(of_rounds 'r[-1]["packets"], r[-1]["flows"], r[-1]["mbufs"]')"
note "$rounds audits, median and longest ms: $(of_rounds '[sorted(d["took_ms"] for d in r)[i] for i in (len(r) // 2, -1)]')"
wait "${loads[@]}"
note "$(awk '/requests in/' "$tmp/wrk-new"), $(awk '/requests in/' "$tmp/wrk-old")"

sleep 1.5
verify
is "one second after the load: exit code" "$rc" 0
is "one second after the load: nothing moves" "$(field 'd["mbufs"]["still"]')" True
is "one second after the load: every buffer is back" \
	"$(field 'd["mbufs"]["outside"] - d["mbufs"]["at_rest"]')" 0
is "what verify counted is what the workers export" "$(field 'd["packets"]["rx"]')" \
	"$(metric weir_worker_rx_packets_total)"
matches "in words" "$(ctl verify)" '^verdict +all accounts hold \(2 workers'

/usr/bin/python3 "$root/tests/tools/poke_rx.py" "$(pid dataplane)" 1
out=$(ctl verify)
is "one packet too many: exit code" $? 1
matches "one packet too many: the sentence" "$out" '^worker 0 +[0-9]+ received, but [0-9]+ forwarded'
matches "one packet too many: the verdict" "$out" '^verdict +the accounts do not hold'
/usr/bin/python3 "$root/tests/tools/poke_rx.py" "$(pid dataplane)" -1
ok "put right: it holds" ctl verify

kill -STOP "$(pid dataplane)"
out=$(ctl verify 2>&1)
is "stopped data plane: exit code" $? 3
matches "stopped data plane: the sentence" "$out" 'did not answer in time'
kill -CONT "$(pid dataplane)"
ok "it goes on: it holds" until_true 5 ctl verify

for i in 1 2 3 4 5 6; do ctl verify -j >"$tmp/together$i" & askers[i]=$!; done
failed=0
for i in 1 2 3 4 5 6; do wait "${askers[i]}" || failed=$((failed + 1)); done
is "six at once: all are answered" "$failed" 0

"$lab" stop --dataplane >/dev/null 2>&1
out=$(ctl verify 2>&1)
is "no data plane: exit code" $? 3
matches "no data plane: the sentence" "$out" 'no data plane is connected'
done_testing
