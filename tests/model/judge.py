# SPDX-License-Identifier: BSD-3-Clause
"""Hold verdicts against the table, and against each other."""

from table.row import Row

FIELDS = ("verdict", "reason", "service", "pool", "backend", "flow")


def by_row(row, v):
    """Complaints about the verdict of one packet."""
    said, got = (row.verdict, row.reason), (v.verdict, v.reason)
    if said != got:
        return ["%s, the table says %s" % (words(got), words(said))]
    if row.service and row.service != v.service:
        return ["service %s, the table says %s" % (v.service, row.service)]
    return []


def by_step(step, v):
    said, got = (step.verdict, step.reason), (v.verdict, v.reason)
    if said != got:
        return ["%s, the table says %s" % (words(got), words(said))]
    if step.flow not in (None, v.flow):
        return ["flow %s, the table says %s" % (v.flow, step.flow)]
    if step.backend not in (None, v.backend):
        return ["backend %s, the table says %s" % (v.backend, step.backend)]
    return []


def good(v):
    return [] if v.verdict == "forward" else ["%s, it is good" % words((v.verdict, v.reason))]


def words(pair):
    return "%s (%s)" % pair if pair[1] else pair[0]


def table(run, verdicts):
    """(name, complaints) for each packet of the run."""
    steps = {}
    for packet, v in zip(run.sent, verdicts):
        if packet.said is None:
            found = good(v) if run.judge is None else []
        elif isinstance(packet.said, Row):
            found = by_row(packet.said, v)
        else:
            earlier = steps.setdefault(packet.name, [])
            found = by_step(packet.said, v) + same_backend(packet.said, earlier, v)
            earlier.append(v)
        yield packet.name, ["%s: %s" % (packet.title, text) for text in found]


def same_backend(step, earlier, v):
    if step.like is None or step.like == len(earlier):
        return []
    before = earlier[step.like].backend
    if before in (v.backend, step.unless):
        return []
    return ["moved from %s to %s" % (before, v.backend)]


def agree(ours, theirs):
    """Complaints where the model (@ours) and weir (@theirs) differ. After no_backend nobody asks
    for the flow."""
    found = ["%s %s, the model says %s" % (field, getattr(theirs, field), getattr(ours, field))
             for field in FIELDS if getattr(theirs, field) != getattr(ours, field) and
             not (field == "flow" and ours.reason == "no_backend")]
    if not found and ours.out != theirs.out:
        found.append("other bytes leave:\n weir  %s\n model %s" % (hexed(theirs.out), hexed(ours.out)))
    return found


def hexed(data):
    return "nothing" if data is None else data.hex()
