"""Of how much of a period are there figures at all, and what does a reader have to know of the rest?"""

from collections.abc import Iterable

from netmon.decide.ledger.facts import COLUMNS
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
    return [Text(writes.say("not_wholly", share=writes.speaker.percent(int(found * 1000) / 1000)))]
