# SPDX-License-Identifier: BSD-3-Clause
"""The verdict for each packet. From the outside in; the first reason that applies wins:
the bytes alone (ether, ip, l4, icmp), then the configuration, then the flow, then the way out."""

import dataclasses
import functools

from . import encap, ether, icmp, ip, l4, reply, siphash
from .flows import CLOSING, FlowTable
from .wire import ICMP, ICMP6, TYPE_IP4, UDP, Drop

LINK = ether.HEADER + ether.TAG


@dataclasses.dataclass
class Verdict:
    """As weir-replay says it; @out: the frame that leaves."""
    verdict: str = "drop"
    reason: str = ""
    service: str | None = None
    pool: str | None = None
    backend: str | None = None
    flow: str = "none"
    out: bytes | None = None


@functools.lru_cache(maxsize=65536)
def hash_of(key, flow):
    """@flow: source, destination, their ports, protocol."""
    return siphash.siphash13(key, siphash.flow_tuple(*flow))


def without_ports(flow):
    return (*flow[:2], 0, 0, 0)


def live(table, key):
    """The entry, if its backend is still there."""
    entry = table.find(key)
    return entry if entry and not entry.is_void() else None


class Upper:
    """What stands above IP: exactly one of @ports and @message, or none in most fragments."""

    def __init__(self, packet):
        self.ports = self.message = None
        f = packet.fragment
        if f and (packet.proto != UDP or not f.is_first or f.is_tiny or f.is_atomic):
            return
        if packet.proto == (ICMP if packet.family == 4 else ICMP6):
            self.message = icmp.Message(packet)
        else:
            self.ports = l4.parse(packet)


class Model:
    """A configuration, and workers that each remember flows of their own."""

    def __init__(self, config, workers=1):
        self.config, self.tables = config, [FlowTable() for _ in range(workers)]
        self.flows = self.tables[0]

    def decide(self, frame, seconds, worker=0):
        for table in self.tables:
            table.set_clock(seconds)
        self.flows = self.tables[worker]
        verdict = Verdict()
        try:
            self._decide(frame, verdict)
        except Drop as drop:
            verdict.verdict, verdict.reason, verdict.out = "drop", drop.reason, None
        return verdict

    def _decide(self, frame, verdict):
        if len(frame) > self.config.mtu + LINK:
            raise Drop("l2_long")
        link = ether.Link(frame)
        packet = (ip.Packet4 if link.type == TYPE_IP4 else ip.Packet6)(frame[link.offset:])
        upper = Upper(packet)
        self._admit(link, packet)
        if upper.message and upper.message.is_echo:
            verdict.verdict, verdict.reason = "reply", "echo"
            verdict.out = link.answer(self.config.mac) + reply.echo(packet)
            return
        service, backend, key = self._steer(packet, upper, verdict)
        self._send(link, packet, upper, verdict, (service, backend, key))

    def _admit(self, link, packet):
        """Is it for us, from somebody else, on a network of ours?"""
        if link.dst != self.config.mac:
            raise Drop("l2_dst")
        if link.src == self.config.mac:
            raise Drop("l2_src")
        if link.vlan and link.vlan not in self.config.vlans:
            raise Drop("vlan_unknown")
        if packet.dst not in self.config.vips:
            raise Drop("not_local")
        if packet.src in self.config.vips:
            raise Drop("src_is_vip")

    def _steer(self, packet, upper, verdict):
        if packet.fragment:
            service, flow = self._fragment(packet, upper)
            choose = self._by_row
        elif upper.message:
            service, flow = self._error(packet, upper.message)
            choose = self._by_error
        else:
            service = self.config.service(packet.dst, packet.proto, upper.ports.dport)
            if not service:
                raise Drop("no_vip_port")
            flow = (packet.src, packet.dst, upper.ports.sport, upper.ports.dport, packet.proto)
            choose = self._by_flow
        verdict.service = service.name
        backend = choose(service, flow, upper, verdict)
        if not backend:
            raise Drop("no_backend")
        verdict.pool, verdict.backend = backend.pool, backend.name
        return service, backend, self._key(flow)

    def _key(self, flow):
        """What names the flow."""
        return hash_of(self.config.key, flow)

    def _fragment(self, packet, upper):
        """All fragments of a datagram go the same way, whatever they carry: without ports."""
        takes = self.config.fragment_service(packet.dst)
        if packet.proto != UDP or not takes or packet.fragment.is_atomic:
            raise Drop("frag")
        if packet.fragment.is_tiny:
            raise Drop("frag_bad")
        if upper.ports:
            takes = self.config.service(packet.dst, UDP, upper.ports.dport)
            if not takes:
                raise Drop("no_vip_port")
            if not takes.hash3:
                raise Drop("frag")
        return takes, (packet.src, packet.dst, 0, 0, UDP)

    def _error(self, packet, message):
        """The quoted packet went from VIP to client; the flow is named from client to VIP."""
        proto, src, dst, sport, dport = message.quoted
        service = self.config.service(src, proto, sport) if src == packet.dst else None
        if not service:
            raise Drop("icmp_not_ours")
        return service, (dst, src, dport, sport, proto)

    def _row(self, service, flow):
        """By the source, if the service says so: then all flows of a client share a row."""
        key = self._key(without_ports(flow) if service.by_source else flow)
        return service.pool.rows[siphash.row_of(key, service.pool.n_rows)]

    def _by_row(self, service, flow, _upper, _verdict):
        return self._row(service, flow)

    def _by_error(self, service, flow, _upper, verdict):
        """Errors look, wherever the flow is, and change nothing."""
        key = self._key(flow)
        entries = [live(table, key) for table in (self.flows, *self.tables)]
        entry = next((entry for entry in entries if entry), None)
        verdict.flow = "hit" if entry else "miss"
        return entry.backend if entry else self._row(service, flow)

    def _by_flow(self, service, flow, upper, verdict):
        key = self._key(flow)
        entry, ports = live(self.flows, key), upper.ports
        if entry and not (ports.is_syn and (entry.backend.state != "up" or entry.kind == CLOSING)):
            verdict.flow = "hit"
            self.flows.refresh(entry, ports, service.timers)
            return entry.backend
        backend = self._row(service, flow)
        if not backend or (ports.is_synack and not self.flows.find(key)):
            verdict.flow = "miss"
            return backend
        verdict.flow = "new"
        self.flows.start(key, backend, service.timers)
        return backend

    def _send(self, link, packet, upper, verdict, way):
        service, backend, key = way
        if not backend.hop:
            raise Drop("neigh_pending")
        room = backend.hop.mtu - encap.overhead(service, backend)
        if len(packet.data) <= room:
            verdict.verdict, verdict.out = "forward", encap.frame(service, backend, packet, key)
            return
        if upper.message or (packet.fragment and not packet.fragment.is_first):
            raise Drop("too_big")
        verdict.verdict, verdict.reason = "reply", "too_big"
        verdict.out = link.answer(self.config.mac) + reply.too_big(packet, room)

