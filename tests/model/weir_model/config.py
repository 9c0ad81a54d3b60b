# SPDX-License-Identifier: BSD-3-Clause
"""One configuration, as a Python dictionary: the model reads it, and weir's own files are written
from it.

Keys as in weir.conf (`services`, `pools`, `defaults`, `dataplane`), and beside them `key` (32
hexadecimal digits), `port` (name, mac, mtu) and `hops` (see "weir-replay" in README.md)."""

import ipaddress
import json
import pathlib

from . import maglev
from .wire import TCP, UDP

PROTOCOLS = {"tcp": TCP, "udp": UDP}
IDLE = {"tcp": "900s", "udp": "30s"}
EMBRYONIC, CLOSING = "10s", "30s"


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def packed(text):
    return ipaddress.ip_address(text).packed


def seconds(text):
    return int(text.removesuffix("s"))


class Backend:
    def __init__(self, pool, name, raw, hop):
        self.pool, self.name, self.weight = pool, name, raw.get("weight", 10)
        self.address, self.hop, self.state = packed(raw["address"]), hop, "up"
        self.incarnation = 0


class Hop:
    def __init__(self, raw):
        self.mac, self.src_mac, self.src = mac(raw["mac"]), mac(raw["src_mac"]), packed(raw["src"])
        self.mtu, self.vlan = raw["mtu"], raw.get("vlan", 0)


class Pool:
    def __init__(self, name, raw, hops):
        self.backends = {n: Backend(name, n, b, hops.get(packed(b["address"])))
                         for n, b in sorted(raw["backends"].items())}
        self.n_rows = raw.get("rows", maglev.rows_for(len(self.backends)))
        self.build()

    def build(self):
        """Backends that are not up have no weight, as if they were not there."""
        members = [(b.name.encode(), b.weight if b.state == "up" else 0)
                   for b in self.backends.values()]
        names = list(self.backends)
        self.rows = [None if i == maglev.NO_BACKEND else self.backends[names[i]]
                     for i in maglev.build(members, self.n_rows)]


class Service:
    def __init__(self, name, raw, defaults, pools):
        self.name, self.vip, self.pool = name, packed(raw["vip"]), pools[raw["pool"]]
        self.proto = PROTOCOLS[raw["protocol"]]
        self.first, self.last, self.is_any = self._range(raw)
        self.forward = raw.get("forward", defaults.get("forward", "ipip"))
        self.gue_port = raw.get("gue-port", 6080)
        self.by_source = raw.get("affinity") == "source"
        self.hash3 = raw.get("fragments") == "hash3"
        times = raw.get("timeouts", {})
        idle = times.get("idle", raw.get("idle-timeout", IDLE[raw["protocol"]]))
        self.timers = {"embryonic": seconds(times.get("embryonic", EMBRYONIC)),
                       "confirmed": seconds(idle),
                       "closing": seconds(times.get("closing", CLOSING))}

    @staticmethod
    def _range(raw):
        if "port" in raw:
            return raw["port"], raw["port"], False
        if raw["ports"] == "any":
            return 0, 65535, True
        first, last = raw["ports"].split("-")
        return int(first), int(last), False


class Config:
    def __init__(self, raw):
        self.raw = raw
        self.key = bytes.fromhex(raw["key"])
        self.mac, self.mtu = mac(raw["port"]["mac"]), raw["port"]["mtu"]
        hops = {packed(address): Hop(hop) for address, hop in raw["hops"].items()}
        self.pools = {n: Pool(n, p, hops) for n, p in raw["pools"].items()}
        services = [Service(n, s, raw["defaults"], self.pools) for n, s in raw["services"].items()]
        self.services = sorted(services, key=lambda s: (s.is_any, s.first))
        self.vips = {s.vip for s in services}
        self.vlans = {b.hop.vlan for p in self.pools.values() for b in p.backends.values()
                      if b.hop} - {0}

    def service(self, vip, proto, port):
        """The service of a port, or None: what is said of the port itself precedes `any`."""
        for s in self.services:
            if s.vip == vip and s.proto == proto and s.first <= port <= s.last:
                return s
        return None

    def fragment_service(self, vip):
        """For fragments without ports: the first service of the VIP that takes fragments."""
        for s in self.services:
            if s.vip == vip and s.hash3:
                return s
        return None

    def set_state(self, backend, state):
        """@backend: "pool/name"; @state: up, drain, down or gone."""
        pool, name = backend.split("/")
        changed = self.pools[pool].backends[name]
        changed.incarnation += state == "gone"
        changed.state = state
        self.pools[pool].build()

    def write(self, folder):
        """weir.conf, its key file and hops.json, in @folder. Returns the paths of conf and hops."""
        folder = pathlib.Path(folder)
        key, conf, hops = folder / "key", folder / "weir.conf", folder / "hops.json"
        key.write_text(self.raw["key"] + "\n")
        key.chmod(0o600)
        whole = {"node": {"name": "replay", "cluster-key-file": str(key)},
                 "dataplane": dict(self.raw["dataplane"], ports={
                     self.raw["port"]["name"]: {"vdev": "net_null0"}})}
        whole |= {k: self.raw[k] for k in ("defaults", "services", "pools")}
        conf.write_text("".join("%s: %s;\n" % (k, libconfig(v)) for k, v in whole.items()))
        hops.write_text(json.dumps(dict(self.raw["hops"], ports=[self.raw["port"]]), indent=1))
        return conf, hops


def libconfig(value, indent="\t"):
    """A value in the syntax of libconfig."""
    if isinstance(value, dict):
        lines = ["%s%s %s %s;\n" % (indent, k, ":" if isinstance(v, dict) else "=",
                                    libconfig(v, indent + "\t")) for k, v in value.items()]
        return "{\n%s%s}" % ("".join(lines), indent[1:])
    if isinstance(value, list):
        return "[%s]" % ", ".join(libconfig(v) for v in value)
    return '"%s"' % value if isinstance(value, str) else str(value)
