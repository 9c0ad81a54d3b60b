# SPDX-License-Identifier: BSD-3-Clause
"""What is sent through weir in one go: packets that share a configuration and a clock, what the
table says of each, and what the model says."""

import dataclasses

import cases
import world
from table import icmp, sequences
from table.row import Client
from weir_model.config import Config
from weir_model.packet import Model

# Seconds: so slow that no flow ages, so fast that no rate of answers is reached.
CLOCK, STEP = 1000, 0.001
ECHOES = 4 * world.LIMIT


@dataclasses.dataclass
class Sent:
    """@said: the Row or Step of the table, or None for a good packet around it. @name: whose result
    it is."""
    at: float
    frame: bytes
    name: str
    said: object = None
    title: str = "a good packet around it"


@dataclasses.dataclass
class Run:
    """@options: of weir-replay. @changes: (seconds, backend, state). @judge: of the whole, instead of
    that of each packet."""
    name: str
    raw: dict
    sent: list
    options: tuple
    changes: tuple = ()
    judge: object = None
    workers: int = 1

    def predict(self):
        """The model's verdict for each packet."""
        model = Model(Config(self.raw), self.workers)
        pending = sorted(self.changes, key=lambda change: change[0])
        verdicts = []
        for number, packet in enumerate(self.sent):
            while pending and pending[0][0] <= packet.at:
                model.config.set_state(*pending.pop(0)[1:])
            verdicts.append(model.decide(packet.frame, packet.at, number % self.workers))
        return verdicts


def name_of(case):
    return "%s: %s" % (case.row.id, case.variant)


def alone():
    sent = [Sent(CLOCK + number * STEP, c.frame, name_of(c), c.row, c.row.title)
            for number, c in enumerate(cases.alone())]
    return Run("alone", world.WORLD, sent, ("--burst", "1", "--clock", "%d,%g" % (CLOCK, STEP)))


def in_burst():
    sent = []
    for number, case in enumerate(cases.in_burst()):
        for frame in cases.burst_around(case.frame):
            sent.append(Sent(CLOCK + number * STEP, frame, name_of(case)))
            if frame is case.frame:
                sent[-1].said, sent[-1].title = case.row, case.row.title
    size = cases.GOOD_AROUND + 1
    return Run("burst", world.WORLD, sent, ("--burst", str(size), "--clock", "%d,%g" % (CLOCK, STEP)))


def merged(name, chosen):
    """Sequences side by side, each by the clock that they share."""
    sent, changes = [], []
    for s in chosen:
        label = "%s: %s" % (s.id, s.title)
        sent += [Sent(sequences.START + step.at, step.frame, label, step, "step %d" % number)
                 for number, step in enumerate(s.steps)]
        changes += [(sequences.START + at, backend, state) for at, backend, state in s.changes]
    sent.sort(key=lambda packet: packet.at)  # stable: steps at one time keep their order
    return Run(name, world.WORLD, sent, ("--clock", "pcap"), tuple(changes))


def plain_sequences():
    return merged("sequences", [s for s in sequences.ALL if not s.changes])


def sequences_with_changes():
    return merged("sequences with changes", [s for s in sequences.ALL if s.changes])


def dealt():
    """Two workers, one packet to each in turn."""
    sent = [Sent(CLOCK, step.frame, "%s: %s" % (s.id, s.title), step, "step %d" % number)
            for s in sequences.DEALT for number, step in enumerate(s.steps)]
    options = ("--workers", "2", "--deal", "turn", "--burst", "1", "--clock", "%d,0" % CLOCK)
    return Run("two workers", world.WORLD, sent, options, workers=2)


def limited():
    """More echoes at one instant than are answered, with good packets among them."""
    sent = []
    for number in range(ECHOES):
        family = 6 if number & 1 else 4
        frame = Client(number).icmp(icmp.ECHO[family], family=family, payload=bytes(32))
        sent.append(Sent(CLOCK, frame, "C18: too many echoes", title="echo"))
        sent.append(Sent(CLOCK, cases.GOOD[number % len(cases.GOOD)], "C18: too many echoes"))
    return Run("limited", world.LIMITED, sent, ("--clock", "%d,0" % CLOCK), judge=judge_limit)


def judge_limit(verdicts):
    """Some are answered, no more than the rate, the rest is dropped by name; nobody else notices."""
    echoes, others = verdicts[::2], verdicts[1::2]
    answered = sum(v.verdict == "reply" for v in echoes)
    over = sum((v.verdict, v.reason) == ("drop", "icmp_rate") for v in echoes)
    forwarded = sum(v.verdict == "forward" for v in others)
    found = []
    if not 1 <= answered <= world.LIMIT:
        found.append("%d answers at one instant, allowed 1..%d" % (answered, world.LIMIT))
    if answered + over != len(echoes):
        found.append("%d echoes, %d answered, %d over the rate" % (len(echoes), answered, over))
    if forwarded != len(others):
        found.append("only %d of %d good packets forwarded" % (forwarded, len(others)))
    return found
