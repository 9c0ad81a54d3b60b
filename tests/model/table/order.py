# SPDX-License-Identifier: BSD-3-Clause
"""O: two faults in one packet. The one further outside, or asked earlier, gives the reason."""

import frames
import world
from frames import ext, fragment, routing, tag

from . import icmp
from .row import Section

ROWS = Section()
drop, drop_both = ROWS.drop, ROWS.drop_both
GOOD = {"vlan": False}
ELSEWHERE = {4: "203.0.113.9", 6: "2001:db8:9::9"}
NOT_OURS = "02:00:00:00:00:02"


def two(id, first, second, build, **more):
    drop_both(id, "%s, then %s" % (first, second), first, build, **more)


two("O1", "l2_src", "ethertype",
    lambda c, f: c.tcp(family=f, link={"src": "00:00:00:00:00:00", "kind": 0x88B5}))
two("O1", "vlan_unknown", "ethertype",
    lambda c, f: c.tcp(family=f, link={"tags": tag(4095), "kind": 0x88B5}),
    **GOOD)
two("O1", "vlan_depth", "vlan_unknown",
    lambda c, f: c.tcp(family=f, link={"tags": tag(4095) + tag(1)}), **GOOD)
two("O1", "ethertype", "l2_dst",
    lambda c, f: c.tcp(family=f, link={"dst": NOT_OURS, "kind": 0x88B5}))

drop("O2", "ip_version, then ip_ihl", "ip_version",
     lambda c: c.tcp(l3={"version": 5, "ihl": 2}, link={"kind": 0x0800}))
drop("O2", "ip_ihl, then ip_len", "ip_ihl", lambda c: c.tcp(l3={"ihl": 4, "total": 3}))
drop("O2", "ip_len, then ip_ihl past it", "ip_len", lambda c: c.tcp(l3={"ihl": 6, "total": 10}))
drop("O2", "ip_ihl past the total length, then ip_csum", "ip_ihl",
     lambda c: c.tcp(l3={"ihl": 8, "total": 30, "check": 1}))
drop("O2", "ip_csum, then ip_ttl", "ip_csum", lambda c: c.tcp(l3={"ttl": 0, "check": 1}))
drop("O2", "ip_csum over options, then ip_opt", "ip_csum",
     lambda c: c.tcp(l3={"options": b"\1" * 8, "check": 1}))
two("O2", "ip_ttl", "martian_src", lambda c, f: c.tcp(
    family=f, l3={"ttl": 0, "src": "127.0.0.1" if f == 4 else "::1"}))
two("O2", "martian_src", "dst_bcast", lambda c, f: c.tcp(family=f, l3={
    "src": "127.0.0.1" if f == 4 else "::1", "dst": "224.0.0.1" if f == 4 else "ff02::1"}))
drop("O2", "dst_bcast, then ip_opt", "dst_bcast",
     lambda c: c.tcp(l3={"dst": "224.0.0.1", "options": bytes(4)}))
drop("O2", "ip_opt, then frag_bad", "ip_opt",
     lambda c: c.tcp(l3={"options": bytes(4), "frag": 0x6000}))
drop("O2", "frag_bad, then l4_proto", "frag_bad", lambda c: c.ip(bytes(64), 47, frag=0x6000))

drop("O3", "ip_len, then ip_ttl", "ip_len", lambda c: c.tcp(family=6, l3={"length": 21, "ttl": 0}))
drop("O3", "martian_src, then not_local", "martian_src",
     lambda c: c.tcp(family=6, l3={"src": "::1", "dst": "::ffff:192.0.2.1"}))
drop("O3", "not_local (mapped), then ext_bad", "not_local",
     lambda c: c.ip(ext(6, units=99), 60, family=6, src=c.v6, dst="::ffff:192.0.2.1"))
drop("O3", "dst_bcast, then ext_bad", "dst_bcast",
     lambda c: c.ip(ext(6, units=99), 60, family=6, src=c.v6, dst="ff02::1"))
drop("O3", "ext_rh, then ext_bad", "ext_rh",
     lambda c: c.ip(routing(60, 0, 1) + b"\6", 43, family=6))
drop("O3", "ext_bad, then ext_rh", "ext_bad",
     lambda c: c.ip(ext(0) + ext(43) + routing(6, 0, 1), 60, family=6))
drop("O3", "ext_bad, then l4_proto", "ext_bad", lambda c: c.ip(ext(47, units=99), 60, family=6))
drop("O3", "frag_bad, then ext_bad behind it", "frag_bad",
     lambda c: c.ip(fragment(60, 0, 1) + ext(6, units=99) + b"\0", 44, family=6))
drop("O3", "ext_bad behind it, then frag", "ext_bad",
     lambda c: c.ip(fragment(60, 0, 1) + ext(6, units=99), 44, family=6))
drop("O3", "frag, nothing is read behind a later one", "frag",
     lambda c: c.ip(fragment(60, 9, 1) + ext(6, units=99), 44, family=6))

two("O4", "tcp_doff", "port0", lambda c, f: c.tcp(family=f, doff=4, sport=0))
two("O4", "port0", "tcp_flags", lambda c, f: c.tcp("SF", family=f, sport=0))
two("O4", "udp_len", "port0", lambda c, f: c.udp(family=f, length=7, sport=0))
drop("O4", "port0, then udp_csum0_v6", "port0", lambda c: c.udp(family=6, check=0, sport=0))
two("O4", "tcp_flags", "not_local", lambda c, f: c.tcp("SF", family=f, l3={"dst": ELSEWHERE[f]}))
two("O4", "l4_proto", "not_local", lambda c, f: c.ip(bytes(40), 47, family=f, dst=ELSEWHERE[f]))
two("O4", "udp_len", "l2_dst", lambda c, f: c.udp(family=f, length=7, link={"dst": NOT_OURS}))

two("O5", "l2_dst", "vlan_unknown",
    lambda c, f: c.tcp(family=f, link={"dst": NOT_OURS, "tags": tag(99)}), **GOOD)
two("O5", "l2_src", "vlan_unknown",
    lambda c, f: c.tcp(family=f, link={"src": frames.PORT_MAC, "tags": tag(99)}), **GOOD)
two("O5", "vlan_unknown", "not_local",
    lambda c, f: c.tcp(family=f, l3={"dst": ELSEWHERE[f]}, link={"tags": tag(99)}), **GOOD)
two("O5", "not_local", "src_is_vip",
    lambda c, f: c.tcp(family=f, l3={"src": world.vip(1, f), "dst": ELSEWHERE[f]}))
two("O5", "src_is_vip", "no_vip_port",
    lambda c, f: c.tcp(dport=81, family=f, l3={"src": world.vip(2, f)}))
two("O5", "neigh_pending", "too_big", lambda c, f: icmp.big(c, f, 80, 1500, 0, 10))

two("O6", "icmp_type", "icmp_csum", lambda c, f: c.icmp(200, family=f, check=1))
two("O6", "icmp_csum", "icmp_mtu_floor", lambda c, f: icmp.error(c, f, rest=68, check=1))
two("O6", "icmp_mtu_floor", "icmp_inner", lambda c, f: icmp.error(c, f, rest=68, quote=b""))
two("O6", "icmp_mtu_floor", "icmp_not_ours",
    lambda c, f: icmp.error(c, f, rest=68, quote=icmp.inner(c, f, port=81)))
two("O6", "icmp_inner", "src_is_vip",
    lambda c, f: icmp.error(c, f, quote=b"", l3={"src": world.vip(2, f)}))
two("O6", "src_is_vip", "icmp_not_ours",
    lambda c, f: icmp.error(c, f, quote=icmp.inner(c, f, port=81), l3={"src": world.vip(2, f)}))
