"""Of how much of a period are there figures at all, and what does a reader have to know of the rest?"""

from collections.abc import Iterable, Sequence

from netmon.decide.history import Curve
from netmon.decide.ledger.facts import COLUMNS, Facts
from netmon.decide.ledger.totals import Total
from netmon.report.document import Block, Text
from netmon.report.pen import Pen

NEARLY = 0.99
"""The share of the period from which on nothing need be said."""


def share(totals: Iterable[Total]) -> float | None:
    """The share of the time of all these that was measured; None if there are none."""
    totals = list(totals)
    whole = sum(one.seconds[column] for one in totals for column in COLUMNS)
    return 1 - sum(one.seconds["unmeasured"] for one in totals) / whole if whole else None


def note(totals: Iterable[Total], writes: Pen) -> list[Block]:
    """A sentence where much or all of the period is missing, else nothing."""
    found = share(totals)
    if not found:
        return [Text(writes.say("no_journal"))]
    if found >= NEARLY:
        return []
    return [Text(writes.say("not_wholly", share=writes.percent(found)))]


def unread(facts: Facts, until: float, writes: Pen) -> list[Block]:
    """A sentence where entries of the journal that this period needs are damaged, else nothing."""
    count = sum(one.at is None or one.at < until for one in facts.unread)
    return [Text(writes.say("unread", count=writes.shown(count)))] if count else []


def damaged(curves: Sequence[Curve], writes: Pen) -> list[Block]:
    """A sentence where days of the history are damaged, else nothing."""
    hurt = [curve for curve in curves if curve.damaged]
    lines, days = {curve.of for curve in hurt}, {day for curve in hurt for day in curve.damaged}
    text = writes.say("damaged", lines=writes.shown(len(lines)), days=writes.shown(len(days)))
    return [Text(text)] if days else []
