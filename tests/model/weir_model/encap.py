# SPDX-License-Identifier: BSD-3-Clause
"""Headers in front of the packet on its way to a backend. The packet itself is never touched."""

import struct

from . import wire

TTL = 64
MIDDLE = {"l2dsr": 0, "ipip": 0, "gue": 8 + 4, "gre": 4}  # between outer and inner IP header


def inner_protocol(packet):
    return wire.IPIP if packet.family == 4 else wire.IPV6_IN


def ethertype(family):
    return wire.TYPE_IP4 if family == 4 else wire.TYPE_IP6


def outer_family(backend):
    return 4 if len(backend.address) == 4 else 6


def overhead(service, backend):
    """Bytes of IP that the service's way of forwarding adds."""
    if service.forward == "l2dsr":
        return 0
    return (20 if outer_family(backend) == 4 else 40) + MIDDLE[service.forward]


def link(hop, family):
    tag = struct.pack(">HH", wire.TYPE_TAG, hop.vlan) if hop.vlan else b""
    return hop.mac + hop.src_mac + tag + struct.pack(">H", ethertype(family))


def outer4(src, dst, tos, proto, payload):
    """RFC 2003; never fragmented, so the id says nothing (RFC 6864)."""
    total = 20 + len(payload)
    head = struct.pack(">BBHHHBBH4s4s", 0x45, tos, total, 0, 0x4000, TTL, proto, 0, src, dst)
    return head[:10] + struct.pack(">H", wire.checksum(head)) + head[12:] + payload


def outer6(src, dst, tos, proto, payload, label):
    """RFC 2473; the label spreads flows (RFC 6438)."""
    first = 6 << 28 | tos << 20 | label
    return struct.pack(">IHBB", first, len(payload), proto, TTL) + src + dst + payload


def gue(service, hop, backend, packet, key):
    """Variant 0 of draft-ietf-intarea-gue in UDP. Over IPv4 without a checksum: legal there."""
    payload = struct.pack(">BBH", 0, inner_protocol(packet), 0) + packet.data
    ports = struct.pack(">HHH", 0xC000 | key & 0x3FFF, service.gue_port, 8 + len(payload))
    if outer_family(backend) == 4:
        return ports + bytes(2) + payload
    pseudo = wire.pseudo6(hop.src, backend.address, 8 + len(payload), wire.UDP)
    value = wire.checksum(pseudo + ports + bytes(2) + payload)
    return ports + struct.pack(">H", value or 0xFFFF) + payload


def gre(packet):
    """RFC 2784: neither checksum nor key."""
    return struct.pack(">HH", 0, ethertype(packet.family)) + packet.data


def frame(service, backend, packet, key):
    """The frame to @backend. @key: the hash of its flow."""
    hop = backend.hop
    if service.forward == "l2dsr":
        return link(hop, packet.family) + packet.data
    if service.forward == "gue":
        proto, payload = wire.UDP, gue(service, hop, backend, packet, key)
    elif service.forward == "gre":
        proto, payload = wire.GRE, gre(packet)
    else:
        proto, payload = inner_protocol(packet), packet.data
    if outer_family(backend) == 4:
        return link(hop, 4) + outer4(hop.src, backend.address, packet.tos, proto, payload)
    return link(hop, 6) + outer6(hop.src, backend.address, packet.tos, proto, payload,
                                 key & 0xFFFFF)
