# SPDX-License-Identifier: BSD-3-Clause
"""ICMP and ICMPv6 to a VIP: what may pass, and whom the quoted packet belongs to."""

from . import ip
from .wire import ICMP6, TCP, UDP, Drop, be16, be32, checksum, pseudo6

ECHO = {4: 8, 6: 128}
ECHO_REPLY = {4: 0, 6: 129}
ERRORS = {4: (3, 11, 12), 6: (1, 2, 3, 4)}
FLOOR = {4: 552, 6: 1280}


class Message:
    """@quoted: (protocol, source, destination, source port, destination port), None for an echo."""

    def __init__(self, packet):
        data, family = packet.l4, packet.family
        if len(data) < 8:
            raise Drop("icmp_short")
        self.is_echo = data[0] == ECHO[family]
        if not self.is_echo and data[0] not in ERRORS[family]:
            raise Drop("icmp_type")
        pseudo = pseudo6(packet.src, packet.dst, len(data), ICMP6) if family == 6 else b""
        if checksum(pseudo + data):
            raise Drop("icmp_csum")
        if is_below_floor(data, family):
            raise Drop("icmp_mtu_floor")
        self.quoted = None if self.is_echo else quoted(data[8:], family)


def is_below_floor(data, family):
    if family == 4:
        return data[:2] == b"\x03\x04" and be16(data, 6) < FLOOR[4]
    return data[0] == 2 and be32(data, 4) < FLOOR[6]


def quoted(data, family):
    proto, l4 = inner4(data) if family == 4 else inner6(data)
    if proto not in (TCP, UDP) or len(l4) < 8:
        raise Drop("icmp_inner")
    src, dst = (data[12:16], data[16:20]) if family == 4 else (data[8:24], data[24:40])
    return proto, src, dst, be16(l4, 0), be16(l4, 2)


def inner4(data):
    if len(data) < 20 or data[0] >> 4 != 4:
        raise Drop("icmp_inner")
    header = (data[0] & 15) * 4
    if header < 20 or header > len(data) or be16(data, 6) & 0x1FFF:
        raise Drop("icmp_inner")
    return data[9], data[header:]


def inner6(data):
    if len(data) < 40 or data[0] >> 4 != 6:
        raise Drop("icmp_inner")
    kind, at = data[6], 40
    for _ in range(ip.BUDGET + 1):
        if kind not in ip.WALKED:
            return kind, data[at:]
        size = ip.extension_size(kind, data, at)
        if size is None or (kind == ip.FRAGMENT and be16(data, at + 2) & 0xFFF8):
            break
        kind, at = data[at], at + size
    raise Drop("icmp_inner")
