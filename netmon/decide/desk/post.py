"""Which letters does it take to tell somebody something?

The one place where letters to people are made: by which channels, within which budget, and to whom instead while the
desk is only shadowed. What is sent is noted in the case, so that it can be tried otherwise, repeated, and ended.
"""

from collections.abc import Iterable
from dataclasses import replace

from netmon.decide.desk import budget, crowd, reach, shadow
from netmon.decide.desk.reach import Recipient
from netmon.decide.desk.state import Letter
from netmon.decide.desk.work import Work
from netmon.model import IncidentEvent
from netmon.people import Case, Channels, Try, Urgency, Would


def post(
    work: Work,
    case: Case,
    event: IncidentEvent,
    to: Iterable[Recipient],
    urgency: Urgency,
    *,
    then: float | None = None,
    why: str = "",
) -> Case:
    """Tell these people, each once in a step; returns the case with what they heard.

    Whoever has had enough for this hour reads it in the next bulletin, except what is the first that this person hears
    of the incident, and what rings.
    """
    for one in to:
        if (case.incident, one.id) in work.reached:
            continue
        work.reached.add((case.incident, one.id))
        first = all(person != one.id for person, _ in case.told)
        spared = one.person is not None and not first and urgency != "ring"
        if spared and not budget.allows(work.desk, one.id, work.now):
            case = wait(case, (one.id,), work.wall)
        else:
            way = reach.channels(work.desk.roster, one, urgency)
            case = send(work, case, event, one, way, urgency, then=then, why=why)
    return case


def quietly(work: Work, case: Case, event: IncidentEvent, one: Recipient, way: Channels, why: str) -> Case:
    """Tell somebody who has heard before by the channels that are named; within the budget."""
    if one.person is not None and not budget.allows(work.desk, one.id, work.now):
        return wait(case, (one.id,), work.wall)
    return send(work, case, event, one, way, "text", why=why)


def wait(case: Case, names: Iterable[str], wall: float) -> Case:
    """Those people, rotas or channels read of it in the next bulletin."""
    waiting = tuple(dict.fromkeys((*case.waiting, *names)))
    return replace(case, waiting=waiting, waits=case.waits if case.waiting or case.would else wall)


def send(
    work: Work,
    case: Case,
    event: IncidentEvent,
    one: Recipient,
    way: Channels,
    urgency: Urgency,
    *,
    then: float | None = None,
    why: str = "",
) -> Case:
    """Tell one of them by these channels, or the shadow's person instead; what is too much at once is gathered."""
    instead = shadow.person(work.desk, work.wall)
    if instead is None:
        case, way = crowd.admit(work, case, event, one, way, urgency)
        case = _knows(case, one, way.by or reach.channels(work.desk.roster, one, "text").by)
    else:
        waits = case.waits if case.waiting or case.would else work.wall
        would = Would(work.wall, event.event, one.id, way.by)
        case = replace(_knows(case, one, way.by), shadow=True, would=(*case.would, would), waits=waits)
        one, way, why = instead, reach.channels(work.desk.roster, instead, "text"), f"shadow: {why}"
        if case.incident in work.shadowed:  # whoever would have been told together, it is one message
            return case
        work.shadowed.add(case.incident)
        case, way = crowd.admit(work, case, event, one, way, "text")
    return deliver(work, case, event, one, way, then=then, why=why) if way.by else case


def _knows(case: Case, one: Recipient, channels: Iterable[str]) -> Case:
    return replace(case, told=tuple(dict.fromkeys((*case.told, *((one.id, by) for by in channels)))))


def deliver(
    work: Work,
    case: Case,
    event: IncidentEvent,
    one: Recipient,
    way: Channels,
    *,
    then: float | None = None,
    why: str = "",
) -> Case:
    """Let the letters go out, and note how they are delivered otherwise, in place of earlier ones by these channels."""
    person = one.person
    language = "" if person is None else person.language
    addresses = {by: "" if person is None else person.reach[by] for by in way.by}
    sent = [work.send(Letter(event, one.id, by, at, language, then, why)) for by, at in addresses.items()]
    if not any(sent):
        return case
    if way.otherwise:
        until = work.now + work.desk.roster.fallback
        fresh = Try(event.event, one.id, way.by, way.otherwise, until)
        others = (each for each in case.trying if not _again(each, fresh))
        case = replace(case, trying=(*others, fresh))
    return case


def _again(earlier: Try, later: Try) -> bool:
    """Whether a later letter says the same to the same person, by all that the earlier one was to arrive by."""
    return (earlier.event, earlier.to) == (later.event, later.to) and set(earlier.by) <= set(later.by)
