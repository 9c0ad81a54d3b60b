#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The control plane may die at any time, and an operator may change weights and drain, while clients
# work: no request fails and no connection moves.
#
#	wrk, 50 connections --> weir-lb1 --> be1 be2 be3      kill -9 control plane; start; weight; drain
#	hold.py, 300 connections held open: each stays with its backend
. "$(dirname "$0")/_init.sh"
lab_begin

wrk_run() { # SECONDS OUTFILE
	"$lab" exec weir-client wrk -t1 -c50 -d"$1s" --timeout 5s http://10.99.0.1/ >"$2" 2>&1
}
failed_requests() { # of a wrk report: socket errors and non-2xx answers
	awk '/Socket errors/ { gsub(/[^0-9 ]/, ""); bad += $1 + $2 + $3 + $4 } /Non-2xx/ { bad += $NF }
		END { print bad + 0 }' "$1"
}
backends() { ctl backend list -j; }
facts() { # what must survive: generation, states, weights
	ctl status -j | json 'd["generation"]'
	backends | json '[(b["service"], b["backend"], b["state"], b["weight"]) for b in d]'
}
packets() { backends | json 'sum(b["packets"] for b in d)'; }

ok "an override is set: be3 drains" ctl backend drain web4-ipip/be3 --reason "smoke test"
ok "another one: be1 weighs 30" ctl backend weight web4-ipip/be1 30
sleep 0.3
before=$(facts)
count_before=$(packets)

wrk_run 8 "$tmp/wrk" &
wrk=$!
on weir-client "$root/tests/tools/hold.py" 10.99.0.1 300 7 >"$tmp/hold" &
hold=$!
sleep 2
kill -9 "$(pid controlplane)"
sleep 2
ok "the control plane starts again" "$lab" start --controlplane
wait "$wrk" "$hold"

is "kill -9 and restart of the control plane: failed requests" "$(failed_requests "$tmp/wrk")" 0
note "$(grep -E 'requests in|Requests/sec' "$tmp/wrk" | tr -s ' \n' ' ')"
note "$(cat "$tmp/hold")"
is "held connections broken, moved or refused" \
	"$(json '(d["broken"], d["moved"], d["refused"])' <"$tmp/hold")" "(0, 0, 0)"
is "the same generation, drains and weights" "$(facts)" "$before"
ok "counters go on from where they were" test "$(packets)" -gt "$count_before"

wrk_run 7 "$tmp/wrk2" &
wrk=$!
on weir-client "$root/tests/tools/hold.py" 10.99.0.1 300 6 >"$tmp/hold2" &
hold=$!
sleep 2
ok "be3 takes new flows again" ctl backend up web4-ipip/be3
sleep 1
ok "a weight changes under load" ctl backend weight web4-ipip/be2 3
sleep 1
ok "a backend drains under load" ctl backend drain web4-ipip/be1
wait "$wrk" "$hold"

is "a weight change and a drain: failed requests" "$(failed_requests "$tmp/wrk2")" 0
note "$(cat "$tmp/hold2")"
is "held connections broken, moved or refused" \
	"$(json '(d["broken"], d["moved"], d["refused"])' <"$tmp/hold2")" "(0, 0, 0)"
requests 10.99.0.1 60 >"$tmp/after"
is "a draining backend gets no new connection" "$(grep -c be1 "$tmp/after")" 0
is "and all are answered" "$(grep -c '^200' "$tmp/after")" 60
done_testing
