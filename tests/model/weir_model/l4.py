# SPDX-License-Identifier: BSD-3-Clause
"""TCP and UDP headers of a packet to a VIP. Checksums are the backend's business."""

from .wire import TCP, UDP, Drop, be16

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


class Ports:
    """@flags: of TCP, 0 for UDP. @has_data: bytes for the application."""

    def __init__(self, sport, dport, flags=0, has_data=True):
        self.sport, self.dport, self.flags, self.has_data = sport, dport, flags, has_data
        self.is_syn = bool(flags & SYN) and not flags & ACK
        self.is_synack = bool(flags & SYN) and bool(flags & ACK)
        self.is_end = bool(flags & (FIN | RST))


def parse(packet):
    if packet.proto == TCP:
        return parse_tcp(packet.l4)
    if packet.proto == UDP:
        return parse_udp(packet)
    raise Drop("l4_proto")


def ports_of(data):
    sport, dport = be16(data, 0), be16(data, 2)
    if not sport or not dport:
        raise Drop("port0")
    return sport, dport


def parse_tcp(data):
    if len(data) < 20:
        raise Drop("l4_short")
    header = (data[12] >> 4) * 4
    if header < 20 or header > len(data):
        raise Drop("tcp_doff")
    sport, dport = ports_of(data)
    flags = data[13] & 0x3F  # the bits of ECN may be anything
    if flags == 0 or flags == FIN | PSH | URG or (flags & SYN and flags & (FIN | RST)):
        raise Drop("tcp_flags")
    return Ports(sport, dport, flags, len(data) > header)


def parse_udp(packet):
    """A first fragment carries less than its length field says: only the lower bound holds."""
    data = packet.l4
    if len(data) < 8:
        raise Drop("l4_short")
    length = be16(data, 4)
    if length < 8 or (length > len(data) and not packet.fragment):
        raise Drop("udp_len")
    sport, dport = ports_of(data)
    if packet.family == 6 and be16(data, 6) == 0:
        raise Drop("udp_csum0_v6")
    return Ports(sport, dport)
