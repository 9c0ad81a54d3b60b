# SPDX-License-Identifier: BSD-3-Clause
# The daemons in weir-lb1. Read by scripts/lab.
# shellcheck shell=bash disable=SC2154

readonly WEIR_CONF=$RUN/lb1/weir.conf

# program NAME: where the build put it.
weir_program() {
	local found
	found=$(find "$BUILD" -type f -name "$1" -perm -u+x -print -quit 2>/dev/null)
	[ -n "$found" ] || die "$1 is not in $BUILD; run: ninja -C $BUILD (or set WEIR_BUILD)"
	echo "$found"
}

weirctl() {
	in_node lb1 "$weirctl" -s "$RUN/lb1/api.sock" "$@"
}

# daemon_start NAME READY: run weir-NAME until READY says that it is ready.
daemon_start() {
	local name=$1 ready=$2 program
	! pid_of "$RUN/lb1/$name.pid" >/dev/null || die "weir-$name runs already (scripts/lab status)"
	program=$(weir_program "weir-$name")
	spawn lb1 "$name" "$program" -c "$WEIR_CONF"
	wait_until 30 eval "$ready || ! pid_of '$RUN/lb1/$name.pid'" || true
	pid_of "$RUN/lb1/$name.pid" >/dev/null || daemon_failed "$name" "ended"
	"$ready" || daemon_failed "$name" "is not ready after 30 s"
}

daemon_failed() {
	tail -n 20 "$RUN/lb1/$1.log" >&2
	die "weir-$1 $2; the end of $RUN/lb1/$1.log is above"
}

controlplane_ready() {
	weirctl status >/dev/null 2>&1
}

# The process that we started is connected, its ports are open, and it holds the newest table.
dataplane_ready() {
	weirctl status -j 2>/dev/null | /usr/bin/python3 -c '
import json, sys
s = json.load(sys.stdin)
d = s["dataplane"]
ready = (d["connected"] and d["ports_open"] and d["pid"] == int(sys.argv[1])
         and d["generation"] == s["generation"] > 0)
sys.exit(0 if ready else 1)' "$(pid_of "$RUN/lb1/dataplane.pid")" 2>/dev/null
}

weir_start() {
	local what=${1:-both}
	[ -e /run/netns/weir-lb1 ] || die "the lab is not up; 'scripts/lab up' raises it"
	mkdir -p "$RUN/lb1/state"
	[ -e "$WEIR_CONF" ] || conf_print >"$WEIR_CONF"
	weirctl=$(weir_program weirctl)
	case $what in
	both)
		daemon_start controlplane controlplane_ready
		daemon_start dataplane dataplane_ready
		;;
	--controlplane) daemon_start controlplane controlplane_ready ;;
	--dataplane) daemon_start dataplane dataplane_ready ;;
	*) usage >&2; exit 2 ;;
	esac
}

weir_stop() {
	local what=${1:-both}
	case $what in
	both)
		stop_pid_file "$RUN/lb1/dataplane.pid"
		stop_pid_file "$RUN/lb1/controlplane.pid"
		;;
	--controlplane | --dataplane) stop_pid_file "$RUN/lb1/${what#--}.pid" ;;
	*) usage >&2; exit 2 ;;
	esac
}
