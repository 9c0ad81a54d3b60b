# SPDX-License-Identifier: BSD-3-Clause
"""What the load balancer answers itself: an echo, and "too big"."""

import struct

from . import encap, icmp, wire

LARGEST = {4: 576, 6: 1280}  # of the answer that quotes a packet
HEADER = {4: 20, 6: 40}
TOO_BIG = {4: (3, 4), 6: (2, 0)}


def with_checksum(src, dst, family, message):
    """@message with its checksum field, at 2, filled in."""
    zeroed = message[:2] + bytes(2) + message[4:]
    pseudo = wire.pseudo6(src, dst, len(message), wire.ICMP6) if family == 6 else b""
    return message[:2] + struct.pack(">H", wire.checksum(pseudo + zeroed)) + message[4:]


def echo(packet):
    """The request turned round in place: type of service, id and data stay."""
    message = bytes([icmp.ECHO_REPLY[packet.family]]) + packet.l4[1:]
    message = with_checksum(packet.dst, packet.src, packet.family, message)
    head = packet.data[:packet.header]
    if packet.family == 6:
        return head[:7] + bytes([encap.TTL]) + packet.dst + packet.src + head[40:] + message
    head = head[:8] + bytes([encap.TTL]) + head[9:10] + bytes(2) + packet.dst + packet.src
    return head[:10] + struct.pack(">H", wire.checksum(head)) + head[12:] + message


def too_big(packet, mtu):
    """@mtu: the largest packet of the sender that would pass."""
    family = packet.family
    quote = packet.data[:LARGEST[family] - HEADER[family] - 8]
    rest = struct.pack(">HH", 0, mtu) if family == 4 else struct.pack(">I", mtu)
    message = bytes(TOO_BIG[family]) + bytes(2) + rest + quote
    message = with_checksum(packet.dst, packet.src, family, message)
    if family == 4:
        return encap.outer4(packet.dst, packet.src, 0, wire.ICMP, message)
    return encap.outer6(packet.dst, packet.src, 0, wire.ICMP6, message, 0)
