#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `weirctl config check` needs no daemon and no root: the shipped example passes without a word, and
# a mistake is told with file, line, allowed range and the line itself, as text and as JSON.
. "$(dirname "$0")/_init.sh"
weirctl=$WEIR_BUILD/controlplane/cli/weirctl
example=$root/scripts/weir.conf.example

said=$("$weirctl" config check "$example" 2>"$tmp/err")
is "example: exit code" $? 0
is "example: one line" "$said" "$example: ok, 6 services, 3 pools, 8 backends"
is "example: no warning" "$(cat "$tmp/err")" ""

# refused WHAT SED-EXPRESSION MESSAGE: the example with one edit.
refused() {
	local rc
	sed "$2" "$example" >"$tmp/edited.conf"
	"$weirctl" config check "$tmp/edited.conf" >"$tmp/out" 2>"$tmp/err"
	rc=$?
	is "$1: exit code" $rc 5
	is "$1: nothing on stdout" "$(cat "$tmp/out")" ""
	is "$1: the sentence" "$(head -n 1 "$tmp/err" | sed "s,^$tmp/,,")" "$3"
}

line=$(grep -n 'weight = 20' "$example" | cut -d: -f1)
refused "weight" 's/weight = 20/weight = 70000/' \
	"edited.conf:$line: error: services.web.backends.web-3.weight: 70000 is out of range, allowed 0..1000"
is "weight: the line itself" "$(sed -n 2p "$tmp/err")" \
	'    web-3: { address = "10.1.0.13"; weight = 70000; };'
refused "typo" 's/weight = 20/wieght = 20/' \
	"edited.conf:$line: error: services.web.backends.web-3: unknown key 'wieght' (did you mean 'weight'?)"
refused "quotes" 's/"10.1.0.13"/10.1.0.13/' \
	"edited.conf:$line: error: address: write 10.1.0.13 in quotes: \"10.1.0.13\""
line=$(grep -n '^services' "$example" | cut -d: -f1)
refused "cut off" "$((line + 3)),\$d" \
	"edited.conf:$((line + 2)): error: 'web' is opened here and never closed: a '}' is missing, or the file was cut off"

"$weirctl" config check "$tmp/nowhere.conf" >"$tmp/out" 2>"$tmp/err"
is "no such file: exit code" $? 5
matches "no such file: the reason" "$(cat "$tmp/err")" 'nowhere.conf: error: .*No such file or directory'

sed 's/weight = 20/weight = 70000/' "$example" >"$tmp/edited.conf"
said=$("$weirctl" -j config check "$tmp/edited.conf" 2>/dev/null)
is "json: exit code" $? 5
is "json: not ok" "$(json 'd["ok"]' <<<"$said")" False
line=$(grep -n 'weight = 70000' "$tmp/edited.conf" | cut -d: -f1)
is "json: file and line" "$(json 'd["errors"][0]["file"], d["errors"][0]["line"]' <<<"$said")" \
	"$tmp/edited.conf $line"
is "json: the example" "$("$weirctl" -j config check "$example" | json 'd["ok"], d["errors"], d["warnings"]')" \
	"True [] []"
done_testing
