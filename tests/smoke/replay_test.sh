#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# weir-replay says what weir would do with a capture, without daemons, devices or root. Good, bad and
# tagged packets; every frame that leaves is read by tshark, which checks the sums of all layers.
#
#   replay_packets.py -> in.pcap -> weir-replay --+-> out.pcap -> tshark
#                                  weir.conf      '-> v.jsonl
. "$(dirname "$0")/_init.sh"
here=$root/tests/smoke
replay=$WEIR_BUILD/controlplane/replay/weir-replay
command -v tshark >/dev/null || skip_all "needs tshark"
/usr/bin/python3 -c 'import scapy.all' 2>/dev/null || skip_all "needs python3-scapy"
cd "$tmp" || exit 1
mkdir scratch
export TMPDIR=$tmp/scratch

(umask 077; echo 000102030405060708090a0b0c0d0e0f >key)
cat >weir.conf <<-EOF
	node: { name = "replay"; cluster-key-file = "$tmp/key"; };
	dataplane: {
		flows-per-worker = "10k";
		allow: { vips = ["192.0.2.0/24", "2001:db8:1::/64"]; backends = ["10.1.0.0/16"]; };
		ports: { p0: { vdev = "net_null0"; queues = 1; }; };
	};
	defaults: { forward = "ipip"; check: { type = "none"; }; };
	services: {
		web: { vip = "192.0.2.1"; port = 80; protocol = "tcp"; pool = "web"; };
		web6: { vip = "2001:db8:1::1"; port = 80; protocol = "tcp"; pool = "web"; };
		dns: { vip = "192.0.2.1"; port = 53; protocol = "udp"; forward = "gre"; pool = "web"; };
		dns6: { vip = "2001:db8:1::1"; port = 53; protocol = "udp"; forward = "gue"; pool = "web"; };
		lost: { vip = "192.0.2.2"; port = 80; protocol = "tcp"; pool = "lost"; };
	};
	pools: {
		web: { backends: { a: { address = "10.1.0.1"; }; b: { address = "10.1.0.2"; }; }; };
		lost: { backends: { c: { address = "10.1.0.3"; }; }; };
	};
EOF
cat >hops.json <<-'EOF'
	{"10.1.0.1": {"mac": "02:00:00:00:01:01", "src": "10.0.0.1", "mtu": 1500, "vlan": 100},
	 "10.1.0.2": {"mac": "02:00:00:00:01:02", "src": "10.0.0.1", "mtu": 1500, "vlan": 100},
	 "ports": [{"name": "p0", "mac": "02:00:00:00:00:01", "mtu": 1500}]}
EOF
/usr/bin/python3 "$here/replay_packets.py" in.pcap || exit 1

# run NAME OPTIONS...: writes NAME.pcap and NAME.jsonl.
run() {
	local name=$1
	shift
	"$replay" --config weir.conf --in in.pcap --out "$name.pcap" --verdicts "$name.jsonl" "$@"
}

# field EXPRESSION-OF-d [FILE]: of each verdict, on one line.
field() {
	/usr/bin/python3 -c "import json,sys; print(*[$1 for d in map(json.loads, sys.stdin)])" <"${2:-v.jsonl}"
}
verdict='d["reason"] or d["verdict"]'

ok "it runs" run v --next-hops hops.json --clock pcap
is "nothing to say" "$(cat ok.out)" ""
is "one line for each packet" "$(field 'd["n"]')" "$(seq -s ' ' 0 15)"
is "verdicts" "$(field "$verdict")" "forward forward forward forward forward vlan_unknown not_local ip_csum \
no_vip_port echo echo too_big forward ethertype neigh_pending forward"
is "verdict words" "$(field 'd["verdict"][0]')" "f f f f f d d d d r r r f d d f"
is "services" "$(field 'd["service"]')" "web web web6 dns web None None None None None None web web None lost dns6"
is "flows" "$(field 'd["flow"]')" "new hit new new hit none none none none none none hit hit none new new"
is "what leaves, in order" "$(field 'd["out"]')" "0 1 2 3 4 None None None None 5 6 7 8 None None 9"
is "one flow, one backend" "$(field 'd["backend"]' | cut -d' ' -f1,2,5,12,13 | tr ' ' '\n' | sort -u | wc -l)" 1

# What leaves, as tshark reads it. Sums that it finds bad stand in the last line.
shark() { tshark -r v.pcap -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE "$@" 2>/dev/null; }
is "ten frames leave" "$(shark | wc -l)" 10
is "protocols" "$(shark -d udp.port==6080,ipv6 -T fields -e frame.protocols | cut -d: -f3- | tr '\n' ' ' | sed 's/vlan:ethertype://g; s/ethertype://g' | cut -d' ' -f1-4)" \
	"ip:ip:tcp ip:ip:tcp:http ip:ipv6:tcp ip:gre:ip:udp:dns"
is "VLAN of the next hop, none on the answers" "$(shark -T fields -e vlan.id | tr '\n' ,)" "100,100,100,100,100,,,,100,100,"
is "outer addresses" "$(shark -Y 'ip.src==10.0.0.1 && (ip.dst==10.1.0.1 || ip.dst==10.1.0.2)' | wc -l)" 7
is "answers: two pings, one too big" "$(shark -Y '!ip.src==10.0.0.1' -T fields -e icmp.type -e icmpv6.type -e icmp.mtu | tr '\t\n' ' ,')" \
	"0  , 129 ,3  1480,"
is "GUE: port, no sum needed" "$(shark -Y 'udp.dstport==6080' -T fields -e udp.dstport -e udp.checksum)" "$(printf '6080\t0x0000')"
# Of what ICMP quotes only a part is there, so its own sum cannot be right.
bad='ip.checksum.status==0 || icmp.checksum.status==0 || icmpv6.checksum.status==0 ||
	(!icmp && (tcp.checksum.status==0 || udp.checksum.status==0))'
good='ip.checksum.status==1 || icmpv6.checksum.status==1'
is "good sums" "$(shark -Y "$good" | wc -l)" 10
is "bad sums of IP, TCP, UDP, ICMP" "$(shark -Y "$bad" | wc -l)" 0

run again --next-hops hops.json --clock pcap
ok "the same frames again" cmp v.pcap again.pcap
ok "the same verdicts again" cmp v.jsonl again.jsonl
run pieces --next-hops hops.json --clock pcap --burst 64 --segments 8
ok "in eight pieces: the same frames" cmp v.pcap pieces.pcap
ok "in eight pieces: the same verdicts" cmp v.jsonl pieces.jsonl
run cut --next-hops hops.json --clock pcap --burst 1 --cuts 14,35
ok "cut: the same verdicts" cmp v.jsonl cut.jsonl
run dealt --next-hops hops.json --workers 2 --deal turn
is "two workers in turn" "$(field 'd["worker"]' dealt.jsonl)" "0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1"
is "a second worker makes an entry of its own" "$(field 'd["flow"]' dealt.jsonl | cut -d' ' -f1,2,5)" "new new hit"
is "and the same choice" "$(field 'd["backend"]' dealt.jsonl)" "$(field 'd["backend"]')"

holder=$(field 'd["backend"]' | cut -d' ' -f1)
echo "[{\"at\": 1000.1, \"backend\": \"web/$holder\", \"state\": \"gone\"}]" >states.json
run gone --next-hops hops.json --clock pcap --states states.json
is "backend gone: the flow begins anew" "$(field 'd["flow"]' gone.jsonl | cut -d' ' -f1,2,5)" "new new hit"
is "elsewhere" "$(field 'd["backend"]' gone.jsonl | cut -d' ' -f2,5)" "$([ "$holder" = a ] && echo b b || echo a a)"

ok "without next hops: made up" run bare
is "without next hops: forwarded" "$(field "$verdict" bare.jsonl | cut -d' ' -f1,5,15)" "forward vlan_unknown forward"

# refused RC WHAT TEXT COMMAND...: exit code and sentence; nothing written over the capture.
refused() {
	local want=$1 what=$2 text=$3 rc
	shift 3
	"$@" >said 2>&1
	rc=$?
	is "$what: exit code" "$rc" "$want"
	matches "$what: the sentence" "$(cat said)" "$text"
}
before=$(sha256sum in.pcap)
refused 2 "xdp" "replays the data plane's path only" run x --path xdp
refused 2 "burst" "burst 65: a number from 1 to 64 is expected" run x --burst 65
refused 2 "clock" "START,STEP in seconds is expected" run x --clock 1,x
refused 2 "no files" "are all needed" "$replay" --config weir.conf
refused 1 "over itself" "is the capture itself" \
	"$replay" --config weir.conf --in in.pcap --out in.pcap --verdicts x.jsonl
ok "the capture is unharmed" test "$before" = "$(sha256sum in.pcap)"
refused 1 "not a capture" "hops.json: error: cannot be read as a capture" \
	"$replay" --config weir.conf --in hops.json --out x.pcap --verdicts x.jsonl
editcap -s 40 in.pcap short.pcap
refused 1 "cut packets" 'short.pcap: error: packet 0 is cut: 40 of 54 bytes; capture whole packets' \
	"$replay" --config weir.conf --in short.pcap --out x.pcap --verdicts x.jsonl
editcap -T linux-sll in.pcap cooked.pcap
refused 1 "another link" "only Ethernet can be replayed" \
	"$replay" --config weir.conf --in cooked.pcap --out x.pcap --verdicts x.jsonl
sed 's/"vlan": 100/"vlan": 4095/' hops.json >wrong.json
refused 1 "next hops: range" "wrong.json: error: 10.1.0.1.vlan: a number is expected, allowed 0..4094" run x --next-hops wrong.json
sed 's/"mtu"/"mut"/' hops.json >wrong.json
refused 1 "next hops: key" "wrong.json: error: .*: unknown key 'mut'" run x --next-hops wrong.json
echo '[{"at": 1, "backend": "web/z", "state": "up"}]' >wrong.json
refused 1 "states: name" 'wrong.json: error: \[0\].backend: "web/z" is not POOL/NAME' run x --states wrong.json
sed 's,10.1.0.3,192.0.2.3,' weir.conf >wrong.conf
refused 5 "configuration" 'wrong.conf:[0-9]+: error: ' \
	"$replay" --config wrong.conf --in in.pcap --out x.pcap --verdicts x.jsonl
sed 's/cluster-key-file[^;]*;//' weir.conf >nokey.conf
"$replay" --config nokey.conf --in in.pcap --out x.pcap --verdicts x.jsonl 2>said
is "no key: it runs" $? 0
matches "no key: a warning" "$(cat said)" "node.cluster-key-file is not set"
is "nothing is left behind" "$(ls scratch)" ""
done_testing
