# SPDX-License-Identifier: BSD-3-Clause
"""Frames for the table: right by default, and wrong in exactly what a case asks for.

It shares nothing with weir_model, so that a slip there does not repeat itself here."""

import ipaddress
import struct

PORT_MAC = "02:00:00:00:00:01"
PEER_MAC = "02:00:00:00:00:99"
FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32, "E": 64, "C": 128}


def csum(data):
    total = 0
    for i in range(0, len(data), 2):
        total += data[i] << 8 | (data[i + 1] if i + 1 < len(data) else 0)
    return ~(total % 0xFFFF or (0xFFFF if total else 0)) & 0xFFFF


def addr(text):
    return ipaddress.ip_address(text).packed


def mac(text):
    return bytes(int(part, 16) for part in text.split(":"))


def eth(payload, kind=None, dst=PORT_MAC, src=PEER_MAC, tags=b""):
    """@kind: by default what the version of the IP header says. @tags: whole, each of 4 bytes."""
    if kind is None:
        kind = 0x86DD if payload and payload[0] >> 4 == 6 else 0x0800
    return mac(dst) + mac(src) + tags + struct.pack(">H", kind) + payload


def tag(vlan, kind=0x8100):
    return struct.pack(">HH", kind, vlan)


def ip4(payload, src, dst, proto, tos=0, total=None, ident=1, frag=0, ttl=64, options=b"",
        version=4, ihl=None, check=None):
    """@frag: the word with flags and offset. @check: added to the right checksum; str = as it is."""
    ihl = 5 + len(options) // 4 if ihl is None else ihl
    total = 20 + len(options) + len(payload) if total is None else total
    head = bytearray(struct.pack(">BBHHHBBH", version << 4 | ihl, tos, total, ident, frag, ttl,
                                 proto, 0) + addr(src) + addr(dst) + options)
    value = csum(bytes(head))
    if isinstance(check, str):
        value = int(check, 16)
    elif check:
        value = (value + check) & 0xFFFF
    struct.pack_into(">H", head, 10, value)
    return bytes(head) + payload


def ip6(payload, src, dst, proto, tos=0, length=None, ttl=64, label=0, version=6):
    length = len(payload) if length is None else length
    return struct.pack(">IHBB", version << 28 | tos << 20 | label, length, proto, ttl) + \
        addr(src) + addr(dst) + payload


def ip(payload, src, dst, proto, **fields):
    family = ip6 if ":" in dst else ip4
    return family(payload, src, dst, proto, **fields)


def pseudo(src, dst, proto, data):
    src, dst = addr(src), addr(dst)
    if len(src) == 4:
        return src + dst + struct.pack(">BBH", 0, proto, len(data)) + data
    return src + dst + struct.pack(">II", len(data), proto) + data


def tcp(src, dst, sport, dport, flags="S", payload=b"", doff=None, options=b"", check=0, window=8192,
        urgent=0, reserved=0):
    """@flags: letters, or a number. @check: added to the right checksum."""
    bits = flags if isinstance(flags, int) else sum(FLAGS[f] for f in flags)
    doff = 5 + len(options) // 4 if doff is None else doff
    head = struct.pack(">HHIIBBHHH", sport, dport, 1000, 2000 if bits & 16 else 0,
                       doff << 4 | reserved, bits, window, 0, urgent) + options + payload
    value = (csum(pseudo(src, dst, 6, head)) + check) & 0xFFFF
    return head[:16] + struct.pack(">H", value) + head[18:]


def udp(src, dst, sport, dport, payload=b"query", length=None, check=None):
    """@check: instead of the right checksum."""
    length = 8 + len(payload) if length is None else length
    head = struct.pack(">HHHH", sport, dport, length, 0) + payload
    if check is None:
        check = csum(pseudo(src, dst, 17, head)) or 0xFFFF
    return head[:6] + struct.pack(">H", check) + head[8:]


def icmp(src, dst, kind, code=0, rest=0, payload=b"", check=0):
    """ICMP, or ICMPv6 if @src is IPv6. @rest: the second word. @check: added to the checksum."""
    data = struct.pack(">BBHI", kind, code, 0, rest) + payload
    value = (csum(pseudo(src, dst, 58, data) if ":" in src else data) + check) & 0xFFFF
    return data[:2] + struct.pack(">H", value) + data[4:]


def ext(following, data=b"", units=None):
    """An IPv6 extension header: options or routing data, padded with PadN to whole units of 8."""
    room = -(2 + len(data)) % 8
    pad = b"" if not room else b"\0" if room == 1 else bytes([1, room - 2]) + bytes(room - 2)
    units = (2 + len(data) + room) // 8 - 1 if units is None else units
    return bytes([following, units]) + data + pad


def routing(following, kind, left, data=bytes(4)):
    return ext(following, bytes([kind, left]) + data)


def fragment(following, offset=0, more=0, ident=77):
    """@offset in units of 8 bytes."""
    return struct.pack(">BBHI", following, 0, offset << 3 | more, ident)
