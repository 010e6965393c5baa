"""How does an incident open and end whose rules are its own?

It stands in the book under its kind and its seat; people are told when it begins and when it ends.
Which incidents those are: netmon.decide.elsewhere.
"""

from dataclasses import replace

from netmon.decide.book import Case
from netmon.decide.state import Core, Wishes
from netmon.model import Clue, Entry, Incident, IncidentEvent


def begin(core: Core, wishes: Wishes, incident: Incident, now: float) -> None:
    """Book an incident whose id is a fresh number of the journal, and tell of it."""
    core.book.cases[incident.kind, incident.seat] = Case(incident=incident)
    wishes.entries.append(Entry(incident.id, now, IncidentEvent(event="opened", at=now, incident=incident)))


def end(core: Core, wishes: Wishes, incident: Incident, now: float, *clues: Clue) -> None:
    """Take it out of the book, with this as the last evidence, and tell of that."""
    del core.book.cases[incident.kind, incident.seat]
    over = replace(incident, state="resolved", resolved_at=now, evidence=(*incident.evidence, *clues))
    wishes.entries.append(Entry(core.number(), now, IncidentEvent(event="resolved", at=now, incident=over)))
