#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A hostile control plane against a real data plane: every bad table is refused with its reason, the
# last good one stays, and the process lives. Then the real control plane shows the refusals.
#
#	rogue_cp ==link.sock==> weir-dataplane (one DPDK ring device)
. "$(dirname "$0")/_init.sh"
need_root

dir=$tmp/rogue
mkdir -p "$dir"
cat >"$dir/weir.conf" <<END
node: { name = "rogue"; state-dir = "$dir/state"; socket = "$dir/api.sock"; };
dataplane: {
  socket = "$dir/link.sock"; lcores = "0,1"; memory = "128M"; flows-per-worker = "16k"; idle = "backoff";
  allow: { vips = ["10.99.0.0/24"]; backends = ["10.77.0.0/24"]; };
  ports: { p0: { vdev = "net_ring0"; }; };
};
services: { web: { vip = "10.99.0.1"; port = 80; protocol = "tcp"; check: { type = "none"; };
  backends: { a: { address = "10.77.0.21"; }; }; }; };
metrics: { listen = "127.0.0.1:19477"; };
END
"$WEIR_BUILD/dataplane/runtime/weir-dataplane" -c "$dir/weir.conf" >"$dir/dataplane.log" 2>&1 &
dp=$!
stop_all() {
	kill "$dp" ${cp:+"$cp"} 2>/dev/null
	wait "$dp" ${cp:+"$cp"} 2>/dev/null
	clean_up
}
trap stop_all EXIT
run=$dir

# The tool speaks TAP itself; its lines become cases of this test.
while IFS= read -r line; do
	case $line in
	'ok '*) result 0 "${line#ok * - }" ;;
	'not ok '*) result 1 "${line#not ok * - }" ;;
	'1..'*) planned=${line#1..} ;;
	*) note "$line" ;;
	esac
done < <(timeout 60 "$tools/rogue_cp" "$dir/link.sock")
is "the hostile control plane ran to its end" "${planned:-0}" "$cases"

"$WEIR_BUILD/controlplane/weir-controlplane" -c "$dir/weir.conf" >"$dir/controlplane.log" 2>&1 &
cp=$!
status() { "$WEIR_BUILD/controlplane/cli/weirctl" -s "$dir/api.sock" status "$@"; }
refusals_are_known() { [ "$(status -j | json 'd["refused"]')" -gt 0 ]; }
until_true 10 refusals_are_known
refused=$(status -j | json 'd["refused"]')
ok "weirctl status counts the refusals ($refused)" test "$refused" -ge 18
scrape=$(curl -sS http://127.0.0.1:19477/metrics)
for reason in row_index checksum generation backend_not_allowed vip_not_allowed abi; do
	matches "the metrics name the reason $reason" \
		"$(grep "^weir_table_refused_total{reason=\"$reason\"}" <<<"$scrape")" ' [1-9]'
done
matches "weirctl status says why in words" "$(status)" 'refused'
done_testing
