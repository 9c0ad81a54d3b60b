# SPDX-License-Identifier: BSD-3-Clause
"""Ethernet and VLAN, as far as they can be judged without a configuration."""

from .wire import TYPE_IP4, TYPE_IP6, TYPE_SERVICE_TAG, TYPE_TAG, Drop, be16

HEADER = 14
TAG = 4
RESERVED_ID = 4095


class Link:
    """@tag: the four bytes behind the addresses, or none. @vlan: 0 = untagged or priority."""

    def __init__(self, frame):
        if len(frame) < HEADER:
            raise Drop("l2_short")
        self.dst, self.src = frame[:6], frame[6:12]
        self.tag, self.vlan, self.offset = b"", 0, HEADER
        if self.src == bytes(6) or self.src[0] & 1:
            raise Drop("l2_src")
        self.type = be16(frame, 12)
        if self.type in (TYPE_TAG, TYPE_SERVICE_TAG):
            self._take_tag(frame)
        if self.type not in (TYPE_IP4, TYPE_IP6):
            raise Drop("ethertype")

    def _take_tag(self, frame):
        outer = self.type
        if len(frame) < HEADER + TAG:
            raise Drop("l2_short")
        self.type = be16(frame, 16)
        if self.type in (TYPE_TAG, TYPE_SERVICE_TAG):
            raise Drop("vlan_depth")
        self.vlan = be16(frame, 14) & 0xFFF
        if outer == TYPE_SERVICE_TAG or self.vlan == RESERVED_ID:
            raise Drop("vlan_unknown")
        self.tag, self.offset = frame[12:16], HEADER + TAG

    def answer(self, mac):
        """The link header of a frame back to the sender: the tag stays as it came."""
        return self.src + mac + self.tag + self.type.to_bytes(2, "big")
