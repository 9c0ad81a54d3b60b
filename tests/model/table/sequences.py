# SPDX-License-Identifier: BSD-3-Clause
"""Q: what several packets of one flow meet, one after another, under a clock of their own."""

import dataclasses

import frames
import world

from . import fragments, icmp
from .row import Client

FIRST_CLIENT = 12000
START = 1000  # seconds on the clock of the capture when every sequence begins


@dataclasses.dataclass
class Step:
    """@at: seconds after the start. @like: the step whose backend must be this one's too, unless that
    was @unless. @flow: None = whatever the model says."""
    at: float
    frame: bytes
    flow: str | None
    verdict: str = "forward"
    reason: str = ""
    backend: str | None = None
    like: int | None = None
    unless: str | None = None


@dataclasses.dataclass
class Sequence:
    """@changes: (seconds after the start, "pool/name", state) of backends."""
    id: str
    title: str
    steps: list
    changes: list


ALL = []


def sequence(id, title, build, families=(4, 6)):
    """build(client, family) returns the steps."""
    for family in families:
        client = Client(FIRST_CLIENT + len(ALL))
        ALL.append(Sequence(id, "%s, IPv%d" % (title, family), build(client, family), []))


def flow(*steps, **fields):
    """TCP: "seconds flags word"; a flag D adds data. All but a new flow's steps keep the backend."""
    def build(c, family):
        made, last = [], None
        for text in steps:
            at, flags, word = text.split()
            data = b"data" if "D" in flags else b""
            frame = c.tcp(flags.replace("D", "PA"), family=family, payload=data, **fields)
            last = len(made) if word == "new" else last
            made.append(Step(float(at), frame, word, like=last))
        return made
    return build


def datagrams(*steps, **fields):
    """UDP: "seconds word"."""
    def build(c, family):
        return [Step(float(at), c.udp(family=family, **fields), word)
                for at, word in (text.split() for text in steps)]
    return build


sequence("Q1", "a whole life",
         flow("0 S new", "0.5 A hit", "1 D hit", "900 D hit", "901 FA hit", "902 FA hit",
                                    "903 A hit", "934 D new"))
sequence("Q1", "timers of the service",
         flow("0 S new", "3 S hit", "6 A hit", "105 D hit", "204 FA hit", "209 A hit",
                                             "216 D new", vip=11))
sequence("Q1", "never acknowledged", flow("0 S new", "9 S hit", "18 S hit", "29 A new"))
sequence("Q1", "idle to the last second", flow("0 S new", "1 A hit", "900 A hit", "1801 A new"))
sequence("Q2", "an unknown acknowledgement", flow("0 A new", "9 A hit", "908 D hit"))
sequence("Q2", "an unknown acknowledgement, alone", flow("0 A new", "11 A new"))
sequence("Q2", "unknown RST and FIN make no lasting entry",
         flow("0 RA new", "5 RA hit", "9 FA hit", "11 A new"))
sequence("Q3", "the port used again",
         flow("0 S new", "1 A hit", "2 FA hit", "3 S new", "4 A hit", "800 D hit"))
sequence("Q4", "SYN on a confirmed flow", flow("0 S new", "1 A hit", "2 S hit", "3 D hit"))
sequence("Q4", "SYN does not lengthen its time",
         flow("0 S new", "1 A hit", "800 S hit", "902 D new"))
sequence("Q7", "forged RST, then data",
         flow("0 S new", "1 A hit", "10 R hit", "39 D hit", "900 D hit"))
sequence("Q7", "forged FIN, then data",
         flow("0 S new", "1 A hit", "10 F hit", "39 D hit", "900 D hit"))
sequence("Q7", "RST, then silence", flow("0 S new", "1 A hit", "10 R hit", "41 D new"))
sequence("Q7", "bare acknowledgements keep it closing",
         flow("0 S new", "1 A hit", "2 FA hit", "30 A hit", "61 D new"))
sequence("Q8", "forged SYN, then data",
         flow("0 S new", "1 A hit", "10 S hit", "11 SA hit", "12 D hit"))
sequence("T7", "SYN and ACK leaves nothing",
         flow("0 SA miss", "1 SA miss", "2 A new", "3 SA hit", "13 A new"))
sequence("Q9", "UDP, timeout less a second", datagrams("0 new", "1 hit", "30 hit", "59 hit"))
sequence("Q9", "UDP, timeout and a second", datagrams("0 new", "1 hit", "32 new"))
sequence("Q9", "UDP, one datagram", datagrams("0 new", "11 new", "20 hit", "49 hit"))
sequence("Q9", "UDP, timers of the service",
         datagrams("0 new", "5 new", "8 hit", "107 hit", "208 new", vip=11))


def one_tuple_everywhere(c, family):
    kinds = [make for vip in (15, 16) for make in (
        lambda v=vip: c.tcp("A", 7000, family=family, vip=v), lambda v=vip: c.udp(7000, family=family, vip=v))]
    return [Step(at, make(), word, like=number if at else None)
            for at, word in ((0, "new"), (1, "hit")) for number, make in enumerate(kinds)]


def mapped(c, family):
    return [Step(0, c.tcp("A"), "new"), Step(1, c.tcp("A", family=6), "new"),
            Step(2, c.tcp("A", family=6, l3={"src": "::ffff:" + c.v4}), "none", "drop", "martian_src"),
            Step(3, c.tcp("A"), "hit", like=0), Step(4, c.tcp("A", family=6), "hit", like=1)]


sequence("Q10", "one tuple, two VIPs, two protocols", one_tuple_everywhere)
sequence("Q10", "IPv4, IPv6, and IPv4 in IPv6's clothes", mapped, (6,))


def errors_about_a_flow(c, family):
    """Looked up; they neither make nor lengthen anything."""
    about = icmp.error(c, family)
    return [Step(0, about, "miss"), Step(0, about, "miss", like=0),
            Step(1, c.tcp(family=family), "new", like=0), Step(2, c.tcp("A", family=family), "hit"),
            Step(3, about, "hit", like=2), Step(890, about, "hit", like=2),
            Step(903, about, "miss"), Step(904, c.tcp("A", family=family), "new")]


def errors_about_udp(c, family):
    about = icmp.error(c, family, quote=icmp.inner(c, family, 17, port=53))
    return [Step(0, c.udp(family=family), "new"), Step(1, about, "hit", like=0), Step(9, about, "hit", like=0),
            Step(11, about, "miss")]


sequence("C1", "errors about a TCP flow", errors_about_a_flow)
sequence("C1", "errors about a UDP flow", errors_about_udp)
sequence("Q11", "an error finds the flow's backend", errors_about_a_flow)


def one_source(c, family):
    """Every connection has an entry of its own, TCP or UDP, and all reach one backend."""
    def tcp(port):
        return c.tcp("A", family=family, vip=8, sport=port)
    ports = (1, 80, 1024, 8080, 16384, 32768, 65535)
    about = icmp.error(c, family, vip=8)
    return [Step(0, about, "miss"), Step(1, c.tcp(family=family, vip=8), "new", like=0),
            *(Step(1, tcp(port), "new", like=0) for port in ports),
            Step(2, c.udp(family=family, vip=8), "new", like=0),
            *(Step(3, tcp(port), "hit", like=0) for port in ports), Step(4, about, "hit", like=0)]


def another_ends(c, family):
    """The FIN of one connection shortens its own time, and no other's."""
    def tcp(port, flags):
        return c.tcp(flags, family=family, vip=8, sport=port)
    return [*(Step(0, tcp(port, "S"), "new", like=0 if port > 1 else None) for port in (1, 2)),
            *(Step(1, tcp(port, "A"), "hit", like=0) for port in (1, 2)),
            Step(2, tcp(1, "FA"), "hit", like=0), Step(3, tcp(3, "S"), "new", like=0),
            Step(33, tcp(2, "PA"), "hit", like=0), Step(34, tcp(1, "PA"), "new", like=0)]


def other_pool(c, family):
    """One client, one VIP, two pools: nobody's entry leads into the other's pool."""
    steps = [Step(0, c.tcp(family=family, vip=8), "new"), Step(0, c.udp(80, family=family, vip=8), "new")]
    return steps + [Step(1, step.frame, "hit", like=number) for number, step in enumerate(steps)]


sequence("F4", "affinity to the source", one_source)
sequence("F4", "affinity to the source, another connection ends", another_ends)
sequence("F4", "affinity to the source, two pools of one VIP", other_pool)


def piece_of(c, family, offset, dport=53, size=56):
    """A fragment of VIP 6 at @offset; the one at 0 begins with the UDP header."""
    data = fragments.udp(c, family, dport, size) if offset == 0 else bytes(size)
    return fragments.piece(c, family, data, offset // 8, int(offset < 504), vip=6)


def together(offsets, **fields):
    """In that order; all of them must go one way, and none leaves an entry."""
    def build(c, family):
        return [Step(0, piece_of(c, family, offset, **fields), "none", like=0 if number else None)
                for number, offset in enumerate(offsets)]
    return build


def two_services(c, family):
    offsets = ((0, 53), (56, 53), (0, 5353), (504, 53))
    return [Step(0, piece_of(c, family, offset, dport), "none", like=0 if number else None)
            for number, (offset, dport) in enumerate(offsets)]


sequence("R4", "overlapping pieces", lambda c, f: [
    Step(0, fragments.piece(c, f, fragments.udp(c, f), 0, 1, vip=6), "none"),
    Step(0, fragments.piece(c, f, bytes(24), 3, 0, vip=6), "none", like=0)])
sequence("R9", "reverse order", together(range(504, -1, -56)))
sequence("R9", "duplicates", together((0, 0, 56, 56, 112, 112, 504, 504)))
sequence("R9", "8,000 bytes in pieces of 8", together(range(0, 8000, 8), size=8))
sequence("R9", "both services of the VIP", two_services)


def first_fragments(c, family):
    if family == 4:
        made = [c.ip(fragments.udp(c, 4), 17, vip=6, ident=n * 257 & 0xFFFF, frag=0x2000) for n in range(300)]
    else:
        made = [c.ip(frames.fragment(17, 0, 1, n * 65537) + fragments.udp(c, 6), 44, vip=6, family=6)
                for n in range(300)]
    return [Step(1, c.udp(123, family=family, vip=6), "new"), *(Step(2, f, "none") for f in made),
            Step(3, c.udp(123, family=family, vip=6), "hit", like=0)]


sequence("R10", "first fragments with any id", first_fragments)


def two_workers(c, family):
    """Packets are dealt in turn. Flows are known to the worker that saw them, errors look everywhere."""
    data, about = c.tcp("A", family=family), icmp.error(c, family)
    return [Step(0, data, "new"), Step(0, about, "hit", like=0), Step(0, about, "hit", like=0),
            Step(0, data, "new", like=0), Step(0, data, "hit", like=0), Step(0, about, "hit", like=0)]


# For two workers: each an even number of steps, so that every one begins on the first worker.
DEALT = [Sequence("Q11", "errors on another worker, IPv%d" % family,
                  two_workers(Client(FIRST_CLIENT + 900 + family), family), [])
         for family in (4, 6)]


def pair(id, title, steps, changes):
    """A flow of a VIP with two backends. b is down at the beginning, so that the flow begins on a.
    @steps: "seconds flags word backend", - = none; @changes: "seconds backend state"."""
    number = sum(bool(s.changes) for s in ALL)
    client, vip, pool = Client(FIRST_CLIENT + len(ALL)), 20 + number, "pair%d" % number
    assert number < world.PAIRS
    made = []
    for text in steps:
        at, flags, word, backend = text.split()
        frame = client.tcp(flags.replace("D", "PA"), vip=vip, payload=b"data" if "D" in flags else b"")
        made.append(Step(float(at), frame, word, backend=backend) if backend != "-" else
                    Step(float(at), frame, None, "drop", "no_backend"))
    changed = [(float(at), "%s/%s" % (pool, backend), state)
               for at, backend, state in (text.split() for text in changes)]
    ALL.append(Sequence(id, title, made, [(0, pool + "/b", "down")] + changed))


pair("Q5", "SYN, its backend is gone",
     ("1 S new a", "2 A hit a", "4 S new b", "5 A hit b"), ("3 b up", "3 a gone"))
pair("Q5", "data, its backend is gone",
     ("1 S new a", "2 A hit a", "4 D new b", "5 D hit b"), ("3 b up", "3 a gone"))
pair("Q5", "a backend of the same name came back",
     ("1 S new a", "2 A hit a", "5 D new a"), ("3 a gone", "4 a up"))
pair("Q6", "SYN, its backend drains",
     ("1 S new a", "2 A hit a", "4 D hit a", "5 S new b", "6 A hit b"),
     ("3 b up", "3 a drain"))
pair("Q6", "SYN, its backend is down",
     ("1 S new a", "2 A hit a", "4 D hit a", "5 S new b", "6 A hit b"),
     ("3 b up", "3 a down"))
pair("Q7", "forged RST across a change",
     ("1 S new a", "2 A hit a", "3 R hit a", "5 D hit a", "800 D hit a"), ("4 b up",))
pair("Q7", "forged FIN across a change",
     ("1 S new a", "2 A hit a", "3 F hit a", "5 D hit a", "800 D hit a"), ("4 b up",))
pair("Q8", "forged SYN across a change",
     ("1 S new a", "2 A hit a", "5 S hit a", "6 D hit a"), ("4 b up",))
pair("Q6", "nobody is left",
     ("1 S new a", "2 A hit a", "4 D hit a", "5 S ? -", "6 D hit a"), ("3 a drain",))


def many_flows(count=150):
    """a goes out, in, out within three seconds: flows on b do not notice, those on a move."""
    number = sum(bool(s.changes) for s in ALL)
    steps, pool = [], "pair%d" % number
    for at in (1, 2.5, 3.5, 4.5):
        for i in range(count):
            frame = Client(FIRST_CLIENT + 1000 + i).tcp("PA", vip=20 + number, payload=b"data")
            like = len(steps) - count if steps and at > 1 else None
            steps.append(Step(at, frame, None, like=like, unless="a"))
    ALL.append(Sequence("Q12", "a out, in, out in three seconds", steps, [
        (2, pool + "/a", "gone"), (3, pool + "/a", "up"), (4, pool + "/a", "gone")]))


def others_stay():
    """The backend of a client drains: open connections stay, the next one leaves, and so does each
    that begins anew."""
    client, pool = Client(FIRST_CLIENT + len(ALL)), "pair%d" % world.BY_SOURCE
    made = []
    for text in ("1 1 S new a", "1 2 S new a", "2 1 A hit a", "2 2 A hit a", "4 3 S new b", "5 1 D hit a",
                 "5 2 D hit a", "6 3 A hit b", "7 1 S new b", "8 1 A hit b", "8 2 D hit a", "9 4 A new b"):
        at, port, flags, word, backend = text.split()
        frame = client.tcp(flags.replace("D", "PA"), vip=20 + world.BY_SOURCE, sport=int(port),
                           payload=b"data" if "D" in flags else b"")
        made.append(Step(float(at), frame, word, backend=backend))
    ALL.append(Sequence("F4", "affinity to the source, the backend drains", made, [
        (0, pool + "/b", "down"), (3, pool + "/b", "up"), (3, pool + "/a", "drain")]))


many_flows()
others_stay()
