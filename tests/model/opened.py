# SPDX-License-Identifier: BSD-3-Clause
"""Open the frames that leave with scapy, which knows nothing of weir: is what stands inside what
came in, and does it find every length and checksum of the outside right?"""

try:
    import logging

    logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6, in6_chksum
    from scapy.packet import Raw
    from scapy.utils import checksum
    HAVE_SCAPY = True
except ImportError:
    HAVE_SCAPY = False

UDP_PROTOCOL = 17
BEHIND = {4: 0, 41: 0, 47: 4, 17: 8 + 4}  # bytes between the outer IP header and the inner one


def l3_of(frame):
    return frame[18:] if frame[12:14] == b"\x81\0" else frame[14:]


def trimmed(packet):
    """Without padding."""
    if packet[0] >> 4 == 4:
        return packet[:int.from_bytes(packet[2:4], "big")]
    return packet[:40 + int.from_bytes(packet[4:6], "big")]


def complaints(frame, verdict):
    came, left = trimmed(l3_of(frame)), l3_of(verdict.out)
    if verdict.verdict == "reply":
        return by_reply(came, left, verdict.reason)
    if left == came:
        return []  # l2dsr
    return by_tunnel(came, left)


def by_tunnel(came, left):
    is4 = left[0] >> 4 == 4
    proto, header = (left[9], 20) if is4 else (left[6], 40)
    found = [] if left[header + BEHIND[proto]:] == came else ["the inner packet was changed"]
    if outer_again(left, header, is4) != left:
        found.append("outer IP header: %s" % left[:header].hex())
    if proto == UDP_PROTOCOL and udp_again(left, header, is4) != left:
        found.append("outer UDP header: %s" % left[header:header + 8].hex())
    return found


def outer_again(left, header, is4):
    again = (IP if is4 else IPv6)(left[:header]) / Raw(left[header:])
    for field in ("len", "chksum") if is4 else ("plen",):
        delattr(again, field)
    return bytes(again)


def udp_again(left, header, is4):
    """Over IPv4 without a checksum, over IPv6 with one."""
    udp = UDP(left[header:header + 8])
    again = (IP if is4 else IPv6)(left[:header]) / udp / Raw(left[header + 8:])
    del again[UDP].len
    if is4:
        again[UDP].chksum = 0
    else:
        del again[UDP].chksum
    return bytes(again)


def by_reply(came, left, reason):
    is4 = left[0] >> 4 == 4
    header, at, size = (20, 12, 4) if is4 else (40, 8, 16)
    found = []
    if outer_again(left, header, is4) != left:
        found.append("IP header: %s" % left[:header].hex())
    if icmp_sum(left, header, is4):
        found.append("ICMP checksum")
    if left[at:header] != came[at + size:at + 2 * size] + came[at:at + size]:
        found.append("not from the VIP to the sender")
    return found + (by_quotation(came, left, header, is4) if reason == "too_big" else [])


def icmp_sum(left, header, is4):
    """Zero if it is right."""
    return checksum(left[header:]) if is4 else in6_chksum(58, IPv6(left[:header]), left[header:])


def by_quotation(came, left, header, is4):
    largest, kind = (576, b"\3\4") if is4 else (1280, b"\2\0")
    quote = left[header + 8:]
    full = len(quote) == len(came) or len(left) == largest
    if left[header:header + 2] == kind and came.startswith(quote) and full and len(left) <= largest:
        return []
    return ["not a quotation of the packet: %s" % left.hex()]
