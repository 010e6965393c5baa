"""What if too much happens at once for one person to be told of each?

The first two texts within ten minutes go at once. What comes on top is gathered, and told in one message a moment
later; what comes on top of that, when the oldest of the three is ten minutes old. Whoever has just been called is awake
and is not called again for something else. What rings of the core, and netmon's own blindness, are always told at once.
Bulletins that have their hour are not counted.
"""

from bisect import insort
from dataclasses import replace

from netmon.decide.desk import budget, reach
from netmon.decide.desk.quiet import is_core
from netmon.decide.desk.reach import Recipient
from netmon.decide.desk.routing import RANK
from netmon.decide.desk.state import Desk, Lately
from netmon.decide.desk.work import Work
from netmon.model import Incident, IncidentEvent, Inventory
from netmon.people import Case, Channels, Gathered, Sent, Urgency

WINDOW = 600.0
"""Seconds that are looked back upon."""
AT_ONCE = 2
"""Texts within them that go at once."""
MOST = 3
"""Texts within them at all, those about many incidents included."""
GATHER = 20.0
"""Seconds for which is gathered what goes into one message."""
AWAKE = 300.0
"""Seconds for which somebody who was called is taken to be awake."""


def admit(
    work: Work, case: Case, event: IncidentEvent, one: Recipient, way: Channels, urgency: Urgency
) -> tuple[Case, Channels]:
    """By which channels somebody is told right now, and the case with what is noted of it; by none if it is gathered.

    A channel with an address of its own is a log, and gets everything.
    """
    desk, roster, now = work.desk, work.desk.roster, work.now
    if one.person is None:
        return case, way
    waits = any(each.to == one.id for each in case.gathered)
    if urgency == "ring" and always(desk.inventory, event.incident):
        case = replace(case, gathered=tuple(each for each in case.gathered if each.to != one.id))
    elif waits or len(_texts(desk, one.id, now)) >= AT_ONCE:
        return gathered(case, Gathered(one.id, event.event, urgency, now)), Channels(by=())
    elif is_awake(desk, one.id, case.incident, now):
        loud = reach.calls(roster, way.by)
        texts = tuple(by for by in way.by if by not in loud)
        way = replace(way, by=texts) if texts else reach.channels(roster, one, "text")
    return sent(desk, case, one.id, way.by, now), way


def always(inventory: Inventory, incident: Incident) -> bool:
    """Whether this is about netmon's own sight, or its root is in the core."""
    site = inventory.site_of(incident.root)
    return incident.kind == "blind" or (site is not None and is_core(inventory, site))


def gathered(case: Case, new: Gathered) -> Case:
    """The case with this to be read with others; what waits for the same reader already is only more urgent now."""
    old = next((each for each in case.gathered if each.to == new.to), None)
    if old is None:
        return replace(case, gathered=(*case.gathered, new))
    both = old._replace(urgency=new.urgency, rung=False) if RANK[new.urgency] > RANK[old.urgency] else old
    return replace(case, gathered=tuple(both if each is old else each for each in case.gathered))


def sent(desk: Desk, case: Case, to: str, channels: tuple[str, ...], now: float) -> Case:
    """Somebody is sent a page by these channels; the case with that."""
    loud = reach.calls(desk.roster, channels)
    one = Sent(to, now, text=len(loud) < len(channels), call=bool(loud))
    budget.count(desk, to, now)
    _remember(desk, case.incident, one)
    return replace(case, lately=(*(each for each in case.lately if each.at > now - WINDOW), one))


def is_awake(desk: Desk, who: str, incident: int, now: float) -> bool:
    """Whether somebody has just been called, about another incident."""
    lately = desk.lately.get(who)
    return lately is not None and lately.about != incident and now - lately.called < AWAKE


def call_due(desk: Desk, who: str) -> float | None:
    """When one call goes for what is gathered for somebody and rings: at once, or when that person may be asleep again;
    None: nothing rings."""
    ringing, lately = desk.ringing.get(who), desk.lately.get(who, Lately())
    if not ringing:
        return None
    return float("-inf") if lately.about in ringing else lately.called + AWAKE


def due(desk: Desk, who: str, now: float) -> float | None:
    """When what is gathered for somebody is told: shortly, when there is room for it, at the latest after the time that
    is looked back upon. None: nothing is."""
    first = next(iter(desk.gathered.get(who, {}).values()), None)
    if first is None:
        return None
    texts = _texts(desk, who, now)
    room = texts[-MOST] + WINDOW if len(texts) >= MOST else first
    return min(max(first + GATHER, room), first + WINDOW)


def resume(desk: Desk) -> None:
    """Know what everybody was sent before the restart, and what they wait for in its order."""
    for book in (desk.gathered, desk.ringing):
        book.update({who: dict(sorted(those.items(), key=lambda one: one[1])) for who, those in book.items()})
    for case in desk.cases.values():
        for one in case.lately:
            _remember(desk, case.incident, one)


def _remember(desk: Desk, incident: int, one: Sent) -> None:
    lately = desk.lately.setdefault(one.to, Lately())
    if one.text:
        insort(lately.texts, one.at)
    if one.call and one.at >= lately.called:
        lately.called, lately.about = one.at, incident


def _texts(desk: Desk, who: str, now: float) -> list[float]:
    """When somebody was sent a text within the time that is looked back upon, the oldest first."""
    texts = desk.lately.setdefault(who, Lately()).texts
    while texts and texts[0] <= now - WINDOW:
        texts.popleft()
    return list(texts)
