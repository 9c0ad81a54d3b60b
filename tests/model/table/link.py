# SPDX-License-Identifier: BSD-3-Clause
"""L: Ethernet and VLAN. N: ARP, ND and other control of the link."""

import frames
import world
from frames import tag

from .row import Section

ROWS = Section()
drop, forward, drop_both, forward_both = ROWS.drop, ROWS.forward, ROWS.drop_both, ROWS.forward_both
GOOD = {"vlan": False}  # what is about tags itself is not tagged once more

for size in (0, 1, 5, 6, 11, 12, 13):
    drop("L1", "%d bytes" % size, "l2_short", lambda c, n=size: c.tcp()[:n], vlan=False)
drop("L2", "no payload behind EtherType IPv4", "l3_short", lambda c: c.tcp()[:14])
drop("L2", "no payload behind EtherType IPv6", "l3_short", lambda c: c.tcp(family=6)[:14])
for kind in (0, 46, 1500, 1535):
    drop("L3", "802.3 length %d" % kind, "ethertype",
         lambda c, k=kind: frames.eth(b"\x42\x42\x03" + bytes(43), k))
drop("L3", "LLC/SNAP with IPv4 inside", "ethertype",
     lambda c: frames.eth(b"\xaa\xaa\x03\0\0\0\x08\0" + c.tcp()[14:], 62))
for kind in (0x88B5, 0x8847, 0x8863, 0x8864, 0x9100, 0x0801, 0x86DC, 0xFFFF):
    drop("L4", "EtherType 0x%04x" % kind, "ethertype", lambda c, k=kind: c.tcp(link={"kind": k}))
drop("L5", "EtherType IPv4, version 6", "ip_version",
     lambda c: c.tcp(family=6, link={"kind": 0x0800}))
drop("L5", "EtherType IPv6, version 4", "ip_version",
     lambda c: c.tcp(payload=bytes(40), link={"kind": 0x86DD}))
for name, pad in (("1 zero byte", bytes(1)), ("6 zero bytes", bytes(6)), ("46 zero bytes", bytes(46)),
                  ("46 random bytes", bytes(range(101, 147)))):
    forward_both("L6", "TCP and %s of padding" % name, "web",
                 lambda c, f, p=pad: c.tcp(family=f) + p)
    forward_both("L6", "UDP and %s of padding" % name, "dns",
                 lambda c, f, p=pad: c.udp(family=f) + p)
    forward_both("L6", "l2dsr and %s of padding" % name, "direct",
                 lambda c, f, p=pad: c.tcp(family=f, vip=2) + p)
forward_both("L7", "configured id", "web",
             lambda c, f: c.tcp(family=f, link={"tags": tag(world.VLAN)}), **GOOD)
forward_both("L7", "configured id, from tag to tag", "tagged",
             lambda c, f: c.tcp(family=f, vip=14, link={"tags": tag(world.VLAN)}), **GOOD)
forward_both("L7", "untagged in, tagged out", "tagged",
             lambda c, f: c.tcp(family=f, vip=14), **GOOD)
forward_both("L7", "l2dsr, tagged out", "tagged-l2", lambda c, f: c.tcp(family=f, vip=14, dport=81))
for vlan in (1, 99, 101, 4094):
    drop_both("L8", "id %d" % vlan, "vlan_unknown",
              lambda c, f, v=vlan: c.tcp(family=f, link={"tags": tag(v)}), **GOOD)
forward_both("L9", "priority tag", "web",
             lambda c, f: c.tcp(family=f, link={"tags": tag(0)}), **GOOD)
forward_both("L9", "priority tag, priority 7", "web",
             lambda c, f: c.tcp(family=f, link={"tags": tag(7 << 13)}), **GOOD)
for outer in (0x88A8, 0x8100):
    drop_both("L10", "0x%04x and 0x8100" % outer, "vlan_depth", lambda c, f, o=outer: c.tcp(
        family=f, link={"tags": tag(world.VLAN, o) + tag(world.VLAN)}), **GOOD)
drop("L10", "a service tag alone", "vlan_unknown",
     lambda c: c.tcp(link={"tags": tag(world.VLAN, 0x88A8)}), **GOOD)
for depth in (3, 4, 16, 64):
    drop("L11", "%d tags" % depth, "vlan_depth",
         lambda c, n=depth: c.tcp(link={"tags": tag(world.VLAN) * n}), **GOOD)
for size in (14, 15, 16, 17):
    drop("L11", "tag cut, %d bytes" % size, "l2_short",
         lambda c, n=size: c.tcp(link={"tags": tag(world.VLAN)})[:n], **GOOD)
drop_both("L12", "id 4095", "vlan_unknown",
          lambda c, f: c.tcp(family=f, link={"tags": tag(4095)}), **GOOD)
forward_both("L12", "drop eligible", "web",
             lambda c, f: c.tcp(family=f, link={"tags": tag(world.VLAN | 0x1000)}), **GOOD)
for name, mac in (("another host's MAC", "02:00:00:00:00:02"), ("broadcast MAC", "ff:ff:ff:ff:ff:ff"),
                  ("multicast MAC", "01:00:5e:00:00:01"), ("IPv6 multicast MAC", "33:33:00:00:00:01"),
                  ("MAC zero", "00:00:00:00:00:00")):
    drop_both("L13", name, "l2_dst", lambda c, f, m=mac: c.tcp(family=f, link={"dst": m}))
for name, mac in (("multicast source", "01:00:5e:00:00:01"), ("broadcast source", "ff:ff:ff:ff:ff:ff"),
                  ("zero source", "00:00:00:00:00:00"), ("our own source", frames.PORT_MAC)):
    drop_both("L14", name, "l2_src", lambda c, f, m=mac: c.tcp(family=f, link={"src": m}))
drop_both("L15", "1,600 bytes of IP", "l2_long",
          lambda c, f: c.tcp("A", family=f, payload=bytes(1540)))
drop("L15", "1,519 bytes", "l2_long", lambda c: c.tcp("A", payload=bytes(1519 - 54)), vlan=False)

ARP = b"\0\1\x08\0\6\4\0\1" + bytes(20)
ALL = {"dst": "ff:ff:ff:ff:ff:ff"}
for number, name, body in (("N1", "request", ARP), ("N2", "hardware length 5", ARP[:4] + b"\5" + ARP[5:]),
                           ("N2", "cut to 7 bytes", ARP[:7]), ("N2", "opcode 9", ARP[:7] + b"\x09" + ARP[8:]),
                           ("N3", "gratuitous", ARP[:7] + b"\2" + bytes(20))):
    drop(number, "ARP %s" % name, "ethertype", lambda c, b=body: frames.eth(b, 0x0806, **ALL))
drop("N4", "ARP reply to us", "ethertype",
     lambda c: frames.eth(ARP[:7] + b"\2" + bytes(20), 0x0806))
for name, kind in (("solicitation", 135), ("advertisement", 136), ("router advertisement", 134),
                   ("redirect", 137)):
    drop("N6", "neighbour discovery: %s to all nodes" % name, "dst_bcast", lambda c, k=kind: c.ip(
        bytes([k]) + bytes(23), 58, family=6, dst="ff02::1", src=c.v6, ttl=255))
    drop("N6", "neighbour discovery: %s to a VIP" % name, "icmp_type",
         lambda c, k=kind: c.icmp(k, family=6, payload=bytes(16), l3={"ttl": 255}))
for name, kind, mac in (("LLDP", 0x88CC, "01:80:c2:00:00:0e"), ("LACP", 0x8809, "01:80:c2:00:00:02"),
                        ("STP", 38, "01:80:c2:00:00:00"), ("CDP", 90, "01:00:0c:cc:cc:cc"),
                        ("pause", 0x8808, "01:80:c2:00:00:01")):
    drop("N7", name, "ethertype", lambda c, k=kind, m=mac: frames.eth(bytes(90), k, dst=m))
drop_both("N8", "next hop unknown", "neigh_pending", lambda c, f: c.tcp(family=f, vip=10))
