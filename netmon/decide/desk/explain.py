"""Who would be told of an incident, when, by what and why, if nobody answered and nothing changed?

The desk itself is asked, on a copy that nobody is told from, so that what is explained is what would happen.
"""

from collections import deque
from itertools import count
from typing import NamedTuple

from netmon.decide.desk.state import Desk, Heard, Lately, Letter
from netmon.decide.desk.step import step
from netmon.decide.desk.work import note
from netmon.model import Event, Incident, IncidentEvent
from netmon.people import Receipt

STEPS = 200
"""Steps after which the rest is left out: a policy may repeat itself for weeks."""
AHEAD = 2 * 86400.0
"""Seconds that are looked ahead; the next bulletin lies within them."""


class Page(NamedTuple):
    """Somebody would be told at `at` (on the axis of `now`), by a channel, and `why`: the route and the step."""

    at: float
    event: Event
    who: str
    by: str
    why: str


def explain(desk: Desk, incident: Incident, now: float) -> list[Page]:
    """What comes next for an open incident of this desk, or all that would come for one that it has never heard of.

    Everything is taken to be delivered. Empty if nobody is told: it is over, silenced, acknowledged, or only written
    down.
    """
    copy = Desk(desk.roster, desk.inventory, acts=dict(desk.acts), ahead=desk.ahead, bulletins=dict(desk.bulletins))
    copy.lately = {who: Lately(deque(one.texts), one.called, one.about) for who, one in desk.lately.items()}
    case = desk.cases.get(incident.id)
    news: tuple[IncidentEvent, ...] = ()
    if case is None:
        news = (IncidentEvent(event="opened", at=now, incident=incident),)
    else:
        copy.incidents[incident.id], copy.cases[incident.id] = incident, case
        note(copy, case)
    return [
        Page(letter.event.at, letter.event.event, letter.to, letter.by, letter.why)
        for letter in _played(copy, news, now)
        if letter.event.incident.id == incident.id or letter.event.incident.kind == "digest"
    ]


def _played(desk: Desk, news: tuple[IncidentEvent, ...], now: float) -> list[Letter]:
    numbers = count(1 + max((*desk.acts, *desk.incidents, *(event.incident.id for event in news)), default=0))
    heard, at, found = Heard(news), now, list[Letter]()
    for _ in range(STEPS):
        orders = step(desk, heard, at, desk.ahead, lambda: next(numbers))
        found += orders.letters
        heard = Heard(receipts=[_delivered(letter, at) for letter in orders.letters])
        if not orders.letters:
            if orders.wake is None or orders.wake > now + AHEAD:
                break
            at = max(at, orders.wake)
    return found


def _delivered(letter: Letter, at: float) -> Receipt:
    number, event = letter.event.incident.id, letter.event.event
    return Receipt(f"{number}/{event}/{letter.to}/1", number, letter.to, letter.by, at, delivered=True, final=True)
