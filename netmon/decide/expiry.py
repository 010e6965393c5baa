"""Which certificates end soon, and who has been told how soon?

A service that is asked for its certificate has an incident of its own from the first of its steps that is past, say 30
days before the end, until a newer certificate is seen; at each later step people are told once more. What they were
told stands in the incident's evidence, so a restart repeats nothing. A silent service changes nothing.

Several servers behind one name may show certificates of their own in turn. An older one that appears again counts, and
then only newer ones for an hour are a renewal.

A certificate's times are the wall clock's.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import inf

from netmon.decide import booking, crossings
from netmon.decide.book import Case
from netmon.decide.state import Core, Expiry, Wishes
from netmon.model import Clue, Entry, Event, ExpirySeen, Incident, IncidentEvent, Inventory, Kind
from netmon.reading.certificates import EXPIRY

KIND: Kind = "threshold"
EXPIRES, EXPIRED, RENEWED = "certificate_expires", "certificate_expired", "certificate_renewed"
STEADY = 3600.0
"""Seconds for which an older certificate that appeared again must not be seen any more to be gone."""


def take(core: Core, seen: ExpirySeen, now: float) -> bool:
    """Remember what a certificate says; True if something may follow from it."""
    steps = tuple(sorted(seen.steps, reverse=True))
    known = core.expiries.get(seen.target)
    if seen.target not in core.known.inventory.services or not steps:
        return False
    if known is None:
        core.expiries[seen.target] = Expiry(seen.until, steps)
        return True
    if seen.until > known.until and known.relapsed is not None and now < known.relapsed + STEADY:
        return False
    changed = (seen.until, steps) != (known.until, known.steps)
    if seen.until < known.until or (known.relapsed is not None and seen.until == known.until):
        known.relapsed = now
    elif changed:
        known.relapsed = None
    known.until, known.steps = seen.until, steps
    if changed:
        known.due = 0.0
    return changed


def anew(core: Core) -> None:
    """Judge all certificates at the next review: the wall clock was set, or another inventory read."""
    for expiry in core.expiries.values():
        expiry.due = 0.0


def review(core: Core, wishes: Wishes, now: float) -> float | None:
    """Open, repeat and end the incidents of certificates; returns when the next step is due."""
    inventory = core.known.inventory
    for (kind, seat), case in [*core.book.cases.items()]:
        if kind == KIND and case.incident is not None and not crossings.by_rule(seat) and not _asked(inventory, seat):
            booking.end(core, wishes, case.incident, now)
    if core.blind:
        return None
    for name in [name for name, expiry in core.expiries.items() if expiry.due <= now]:
        if _asked(inventory, name):
            expiry = core.expiries[name]
            expiry.due = min((at for at in _judge(core, wishes, name, expiry, now) if at > now), default=inf)
        else:
            del core.expiries[name]
    return min((expiry.due for expiry in core.expiries.values() if expiry.due < inf), default=None)


def _judge(core: Core, wishes: Wishes, name: str, expiry: Expiry, now: float) -> Iterator[float]:
    """Tell what has to be told of one certificate; yields when to look again."""
    case = core.book.cases.get((KIND, name)) or Case()
    told_until, told_step = _told(case.incident)
    if case.incident is not None and expiry.until > told_until + 1.0:
        values = (("service", name), ("until", f"{expiry.until:.0f}"))
        booking.end(core, wishes, case.incident, now, Clue(now, name, RENEWED, values))
        case, told_step = Case(), None
    ends = expiry.until - core.ahead
    past = [step for step in expiry.steps if now >= ends - step]
    yield from (ends - step for step in expiry.steps if now < ends - step)
    if not past or (told_step is not None and past[-1] >= told_step):
        return
    if now < (quiet := core.excused.get(name, 0.0)):
        yield quiet
        return
    number, clue = core.number(), _clue(name, expiry.until, past[-1], now, ends)
    event: Event = "opened" if case.incident is None else "escalated"
    incident = case.incident or _new(core, number, name, now)
    core.book.cases[KIND, name] = case
    case.incident = replace(
        incident,
        severity="critical" if past[-1] == expiry.steps[-1] else "warning",
        told_at=now,
        evidence=(*incident.evidence, clue),
    )
    wishes.entries.append(Entry(number, now, IncidentEvent(event=event, at=now, incident=case.incident)))


def _new(core: Core, number: int, name: str, now: float) -> Incident:
    return Incident(
        id=number,
        kind="threshold",
        severity="warning",
        root=name,
        seat=name,
        state="open",
        cause="unknown",
        opened_at=now,
        affected=(core.known.inventory.services[name].site,),
    )


def _clue(name: str, until: float, step: float, now: float, ends: float) -> Clue:
    """`ends` is the end on the axis of `now`."""
    values = [("service", name), ("until", f"{until:.0f}"), ("step", f"{step:.0f}")]
    if ends > now:
        values.append(("left", f"{ends - now:.0f}"))
    return Clue(now, name, EXPIRES if ends > now else EXPIRED, tuple(values))


def _told(incident: Incident | None) -> tuple[float, float | None]:
    """Until when people were told that the certificate lasts, and the last step at which; None = they were not."""
    clues = (
        [] if incident is None else [dict(one.values) for one in incident.evidence if one.text in (EXPIRES, EXPIRED)]
    )
    return (float(clues[-1]["until"]), float(clues[-1]["step"])) if clues else (0.0, None)


def _asked(inventory: Inventory, name: str) -> bool:
    """Is there such a service, and is it asked for its certificate?"""
    service = inventory.services.get(name)
    return service is not None and any(EXPIRY in task.plugin.METRICS for task in service.collect.values())
