#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# weirctl itself: help, usage errors, exit codes, the man page, completion; and what it says to a
# control plane that runs without a data plane:
#
#	weirctl --UNIX socket--> weir-controlplane   (a network namespace of its own, no ports, no lab)
. "$(dirname "$0")/_init.sh"
weirctl=$WEIR_BUILD/controlplane/cli/weirctl
unset WEIR_SOCKET NO_COLOR

# run_ctl ARGS...: exit code in $rc, output in $out and $err.
run_ctl() {
	out=$("$weirctl" "$@" 2>"$tmp/err")
	rc=$?
	err=$(cat "$tmp/err")
}

# fails WHAT CODE REGEX ARGS...: nothing on stdout, a sentence on stderr.
fails() {
	local what=$1 code=$2 regex=$3
	shift 3
	run_ctl "$@"
	is "$what: exit code" "$rc" "$code"
	is "$what: nothing on stdout" "$out" ""
	matches "$what: the sentence" "$err" "$regex"
}

run_ctl help
is "help: exit code" "$rc" 0
is "help: nothing on stderr" "$err" ""
help=$out
run_ctl --help
is "--help says the same" "$out" "$help"
run_ctl backend -h list
is "-h between the words, too" "$out" "$help"
run_ctl version
matches "version" "$out" '^weirctl [0-9]+\.[0-9]+\.[0-9]+$'

man=$root/controlplane/cli/weirctl.8.scd
missing=$(sed -n '/^commands:/,/^$/p' <<<"$help" | sed -n 's/^  \([a-z][a-z ]*[a-z]\).*/\1/p' |
	awk '{ print ($2 ~ /^[a-z]+$/ && $1 ~ /^(service|backend|worker|port|config)$/) ? $1 " " $2 : $1 }' |
	while read -r c; do grep -q "^\*$c\*" "$man" || echo "$c"; done)
is "every command stands in the man page" "$missing" ""
missing=$(grep -oE -- '--[a-z-]+' <<<"$help" | sort -u |
	while read -r o; do grep -q -- "\*$o\*" "$man" || echo "$o"; done)
is "every option stands in the man page" "$missing" ""

fails "no command" 2 '^usage: weirctl'
fails "unknown command" 2 "no command 'stauts'; did you mean 'status'\?" stauts
fails "unknown verb" 2 "no command 'backend lst'; did you mean 'list'\?" backend lst
fails "verb missing" 2 'usage: weirctl backend list\|show\|drain' backend
fails "argument missing" 2 'SERVICE/BACKEND is missing' backend drain
fails "backend without service" 2 "'web' is not SERVICE/BACKEND" backend drain web
fails "weight out of range" 2 "'1001' is not N\|default, allowed 0..1000" backend weight a/b 1001
fails "one argument too many" 2 "'x' is one argument too many" status x
fails "unknown option" 2 'no option --jsno; did you mean --json\?' --jsno status
fails "unknown letter" 2 'no option -x' -x status
fails "option without argument" 2 'socket needs SOCKET' status -s
fails "color of no meaning" 2 "'blue' is not auto, always or never" --color=blue status
fails "reason without a change" 2 'reason has no meaning for this command' status --reason x
fails "watch of a change" 2 'watch has no meaning' backend drain a/b -w 1
fails "json and columns" 2 'leave --output out' -j backend list -o state
fails "vip without protocol" 2 "is not VIP:PORT/PROTO" trace 10.0.0.1:1 10.0.0.2:80
fails "unknown shell" 2 "'fish' is not bash\|zsh" completion fish

fails "no daemon" 3 "cannot reach weir-controlplane on $tmp/none.sock: No such file" \
	-s "$tmp/none.sock" status
matches "no daemon: how to start it" "$err" 'start it with .weir-controlplane -c FILE. as root'
WEIR_SOCKET=$tmp/env.sock run_ctl status
matches "WEIR_SOCKET names the socket" "$err" "$tmp/env.sock"

"$weirctl" completion bash >"$tmp/completion"
complete_words() {
	bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _weirctl; echo "${COMPREPLY[*]}"' \
		bash "$tmp/completion" "$@"
}
is "completion of a command" "$(complete_words weirctl sta)" status
is "completion of a verb" "$(complete_words weirctl backend dr)" drain
is "completion of an option" "$(complete_words weirctl status --js)" --json
is "completion after an option" "$(complete_words weirctl -j config sch)" schema

run_ctl config schema
matches "config schema: keys and ranges" "$out" 'services.*weight.*0..1000'
run_ctl -j config schema
is "config schema -j" "$(json '[k["max"] for k in d if k["key"] == "services.*.port"]' <<<"$out")" '[65535]'

if [ "$(id -u)" -ne 0 ]; then
	cases=$((cases + 1))
	echo "ok $cases - with a running control plane # SKIP not root, which a control plane needs"
	done_testing
fi

cat >"$tmp/weir.conf" <<END
node: { name = "cli-test"; state-dir = "$tmp/state"; socket = "$tmp/run/api.sock"; };
dataplane: { socket = "$tmp/run/dataplane.sock";
  allow: { vips = ["10.99.0.0/24", "fd99::/64"]; backends = ["10.77.0.0/16"]; };
  ports: { uplink0: { vdev = "net_null0"; queues = 1; }; }; };
defaults: { check: { type = "none"; }; };
services: {
  web: { vip = "10.99.0.1"; port = 80; protocol = "tcp"; pool = "p"; };
  web6: { vip = "fd99::1"; port = 80; protocol = "tcp"; pool = "p"; };
};
pools: { p: { backends: { b-1: { address = "10.77.0.21"; }; b-2: { address = "10.77.0.22"; }; }; }; };
metrics: { listen = "127.0.0.1:9477"; };
END
unshare -n "$WEIR_BUILD/controlplane/weir-controlplane" -c "$tmp/weir.conf" 2>"$tmp/cp.log" &
cp_pid=$!
stop_and_clean_up() {
	local rc=$?
	kill "$cp_pid" 2>/dev/null
	wait "$cp_pid" 2>/dev/null
	(exit "$rc")
	clean_up
}
trap stop_and_clean_up EXIT
export WEIR_SOCKET=$tmp/run/api.sock
table_made() { [ "$("$weirctl" -j status | json 'd["generation"]')" -ge 1 ]; }
ok "a control plane answers" until_true 20 table_made
[ "$failures" -eq 0 ] || sed 's/^/# /' "$tmp/cp.log"

run_ctl status
is "status: exit code" "$rc" 0
matches "status: the node" "$out" '^node +cli-test '
matches "status: says that nothing forwards" "$out" '^plane +none: no data plane is connected'
matches "status: services" "$out" '^services +2 up of 2$'
run_ctl service list -rn -o service,vip,state
is "service list" "$out" $'web 10.99.0.1:80/tcp up\nweb6 [fd99::1]:80/tcp up'
run_ctl backend list -rn -o service,backend,weight,state
is "backend list: a row for each service and backend" "$out" \
	$'web b-1 10 up\nweb b-2 10 up\nweb6 b-1 10 up\nweb6 b-2 10 up'
run_ctl backend list web6 -r -o SERVICE,BACKEND
is "backend list of one service, with headings" "$out" $'SERVICE BACKEND\nweb6 b-1\nweb6 b-2'
fails "unknown column" 2 "no column 'sate'; did you mean 'state'\? \(have: service, backend" \
	backend list -o sate
fails "unknown service" 4 "no service 'wbe' \(have: web, web6\)" backend list wbe
fails "unknown backend" 4 "no backend 'b-9' in service 'web' \(have: b-1, b-2\)" backend show web/b-9
run_ctl backend drain web/b-2 --reason "new kernel"
is "drain" "$rc:$out" "0:web/b-2: drain, weight 10, effective 0"
run_ctl backend weight web6/b-1 30
is "weight, named by the other service" "$rc:$out" "0:web6/b-1: up, weight 30, effective 30"
run_ctl backend show web/b-2
matches "show: who and why" "$out" '^override +drain, weight as configured, by uid 0 at .*: new kernel$'
run_ctl backend up web/b-2
is "up" "$rc:$out" "0:web/b-2: up, weight 10, effective 10"
run_ctl backend weight web/b-1 default
is "weight: as configured again" "$rc:$out" "0:web/b-1: up, weight 10, effective 10"
run_ctl trace 10.77.1.2:1234 10.99.0.1:80/tcp
matches "trace: the row" "$out" '^row +[0-9]+, stable: base b-[12], target b-[12]$'
matches "trace: the flow is unknown" "$out" '^flow table +unknown'
run_ctl trace '[fd77::2]:1234' '[fd99::1]:81/tcp' -j
is "trace: no such port" "$(json 'd["verdict"], d["reason"]' <<<"$out")" "drop no_vip_port"
fails "trace: mixed families" 1 'not of one address family' trace 10.0.0.1:1 '[fd99::1]:80/tcp'
run_ctl drops
is "drops: none" "$rc:$err" "0:no packet was dropped (--all lists the reasons)"
run_ctl drops --all -rn -o reason
is "drops --all: as many as the API has" "$(wc -l <<<"$out")" "$("$weirctl" -j drops | json 'len(d)')"
run_ctl port list -rn -o port,link
is "port list" "$out" "uplink0 down"
run_ctl worker list -j
is "worker list -j" "$out" "[]"
is "completion of a backend" "$(PATH=$(dirname "$weirctl"):$PATH complete_words weirctl backend drain web6/)" \
	"web6/b-1 web6/b-2"

run_ctl --color=always backend list
matches "color: a green state" "$out" $'\033\[32mup'
NO_COLOR=1 run_ctl --color=auto backend list
is "NO_COLOR: no escape" "$(grep -c $'\033' <<<"$out")" 0
timeout 1.5 "$weirctl" -w 0.5 backend list -rn -o backend >"$tmp/watch"
is "watch repeats" "$(grep -c '^b-1$' "$tmp/watch")" 6

sed -i 's/10.77.0.22/10.77.0.2222/' "$tmp/weir.conf"
fails "reload of a bad file" 5 'weir.conf:10: error: .*10.77.0.2222' config reload
run_ctl status
matches "reload of a bad file: said in status" "$out" '^config +.*had errors when it was last read'
sed -i 's/10.77.0.2222/10.77.0.23/' "$tmp/weir.conf"
run_ctl config reload
is "reload: exit code" "$rc" 0
run_ctl backend list web -rn -o address
is "reload: the new address" "$out" $'10.77.0.21\n10.77.0.23'

chmod 755 "$tmp" "$tmp/run"
chmod 666 "$WEIR_SOCKET"
setpriv --reuid 65534 --regid 65534 --clear-groups "$weirctl" backend list >"$tmp/out" 2>&1
is "not root: may read" $? 0
said=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$weirctl" backend drain web/b-1 2>&1)
is "not root: may not change" "$?:$said" \
	"1:weirctl: uid 65534 may read but not change anything; run it as root (sudo)"
chmod 660 "$WEIR_SOCKET"
said=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$weirctl" status 2>&1)
is "not of the group: exit code" $? 3
matches "not of the group: the remedy" "$said" 'Permission denied.*|sudo'

kill "$cp_pid"
wait "$cp_pid"
is "the control plane ends without an error" $? 0
fails "daemon stopped" 3 'cannot reach weir-controlplane' status
done_testing
