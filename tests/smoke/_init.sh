# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# What every smoke test sources: TAP on stdout, the lab with both daemons in it, and the clean-up.
#
#	. "$(dirname "$0")/_init.sh"
#	lab_begin                 # up, start; taken down at exit whatever happens
#	ok "what" command...      # a case: the command's exit code
#	is "what" "$got" "$want"
#	done_testing
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export WEIR_BUILD=${WEIR_BUILD:-$root/build}
export PATH=$PATH:/usr/sbin:/sbin
lab=$root/scripts/lab
tools=$WEIR_BUILD/tests/tools
run=/run/weir-lab/lb1
tmp=$(mktemp -d)
cases=0
failures=0
lab_is_ours=0

note() { printf '# %s\n' "$*"; }

result() { # RC WHAT
	cases=$((cases + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $cases - $2"
	else
		echo "not ok $cases - $2"
		failures=$((failures + 1))
	fi
}

ok() {
	local what=$1 rc=0
	shift
	"$@" >"$tmp/ok.out" 2>&1 || rc=$?
	[ "$rc" -eq 0 ] || sed 's/^/# /' "$tmp/ok.out" | head -n 20
	result "$rc" "$what"
}

is() {
	[ "$2" = "$3" ]
	local rc=$?
	[ "$rc" -eq 0 ] || note "got '$2', wanted '$3'"
	result "$rc" "$1"
}

matches() { # WHAT TEXT REGEX
	grep -qE "$3" <<<"$2"
	local rc=$?
	[ "$rc" -eq 0 ] || note "got '$2', wanted /$3/"
	result "$rc" "$1"
}

done_testing() {
	echo "1..$cases"
	[ "$failures" -eq 0 ]
	exit
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip_all "needs root, for network namespaces, XDP and huge pages"
}

clean_up() {
	local rc=$?
	trap - EXIT
	if [ "$failures" -ne 0 ] || [ "$rc" -ne 0 ]; then
		local log
		for log in "$run"/*.log; do
			[ -s "$log" ] && { note "--- $log"; tail -n 20 "$log" | sed 's/^/# /'; }
		done
	fi
	[ "$lab_is_ours" = 1 ] && "$lab" down >"$tmp/down" 2>&1
	rm -rf "$tmp"
	exit "$rc"
}
trap clean_up EXIT
trap 'exit 143' INT TERM

lab_up() {
	need_root
	# It cleans up after itself if it fails; a lab that is up already stays.
	"$lab" up >"$tmp/up" 2>&1 || { sed 's/^/# /' "$tmp/up"; echo "Bail out! no lab"; exit 1; }
	lab_is_ours=1
	"$lab" hugepages-reserve 320 >"$tmp/up" 2>&1
}

lab_start() {
	"$lab" start >"$tmp/start" 2>&1 || {
		sed 's/^/# /' "$tmp/start"
		failures=1
		echo "Bail out! the daemons did not start"
		exit 1
	}
}

lab_begin() {
	lab_up
	lab_start
}

on() { "$lab" exec "$@"; }
pid() { cut -d' ' -f1 "$run/$1.pid"; } # controlplane or dataplane
ctl() { on weir-lb1 "$WEIR_BUILD/controlplane/cli/weirctl" -s "$run/api.sock" "$@"; }
metrics() { on weir-lb1 curl -sS http://127.0.0.1:9477/metrics; }
json() { /usr/bin/python3 -c "import json,sys; d=json.load(sys.stdin); print($1)"; }

# metric NAME [LABELS-REGEX]: sum over the series of a live scrape.
metric() {
	metrics | awk -v name="$1" -v labels="${2:-}" '
		$1 ~ "^" name "({|$)" && $1 ~ labels { sum += $2 } END { printf "%d\n", sum }'
}

# until_true SECONDS COMMAND...: wait for an event, with a deadline.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# requests URL-HOST N: one line per request, "STATUS BACKEND"; each is a connection of its own.
requests() {
	local host=${1//[/\\[}
	host=${host//]/\\]}
	on weir-client curl -sS -o /dev/null --max-time 5 -H 'Connection: close' \
		-w '%{http_code} %header{x-backend}\n' "http://$host/?n=[1-$2]"
}
