#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The capture of replay_test.sh: replay_packets.py OUT.pcap"""

import sys

from scapy.all import ICMP, IP, TCP, UDP, Dot1Q, Ether, ICMPv6EchoRequest, IPv6, Raw, raw, wrpcap

ETHER = Ether(dst="02:00:00:00:00:01", src="02:00:00:00:00:fe")
SYN = TCP(sport=40000, dport=80, flags="S")
ACK = TCP(sport=40000, dport=80, flags="A")


def v4(dst="192.0.2.1", **more):
    return IP(src="198.51.100.7", dst=dst, **more)


V6 = IPv6(src="2001:db8:9::7", dst="2001:db8:1::1")
BIG = Raw(bytes(1460))
lost = raw(IP(src="192.0.2.1", dst="198.51.100.7") / TCP(sport=80, dport=40000))[:28]

packets = [
    ETHER / v4() / SYN,                                     # 0 a flow begins
    ETHER / v4() / ACK / b"GET / HTTP/1.1\r\n\r\n",         # 1 and goes on
    ETHER / V6 / SYN,                                       # 2 the same in IPv6
    ETHER / v4() / UDP(sport=5353, dport=53) / b"question",  # 3
    ETHER / Dot1Q(vlan=100) / v4() / ACK,                   # 4 tagged as the next hop of a backend
    ETHER / Dot1Q(vlan=7) / v4() / ACK,                     # 5 tagged otherwise
    ETHER / v4(dst="192.0.2.99") / SYN,                     # 6 no VIP
    ETHER / v4(chksum=0x1234) / SYN,                        # 7 damaged
    ETHER / v4() / TCP(sport=40000, dport=81),              # 8 no service
    ETHER / v4() / ICMP(id=7, seq=1) / b"ping",             # 9 answered
    ETHER / V6 / ICMPv6EchoRequest(id=7, seq=1, data=b"ping"),   # 10 answered
    ETHER / v4() / ACK / BIG,                               # 11 does not fit with a tunnel around it
    ETHER / v4() / ICMP(type=3, code=4, nexthopmtu=1400) / Raw(lost),  # 12 to the flow's backend
    ETHER / Raw(b"not a packet"),                           # 13
    ETHER / v4(dst="192.0.2.2") / SYN,                      # 14 next hop unknown
    ETHER / V6 / UDP(sport=5353, dport=53) / b"question",   # 15 GUE outside
]
for number, packet in enumerate(packets):
    packet.time = 1000 + number / 10
wrpcap(sys.argv[1], packets)
