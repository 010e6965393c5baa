"""What has changed, who is told, and what was found out about an incident after people were told of it?

A change is over as soon as it is told: one incident that is resolved from the start, one message, whatever number of
rows of one poll it lists. The same change within a day is told once: what goes to and fro between two values is no news
each time. While planned work or an outage accounts for it, and while netmon is blind, a change is written down and not
told. Later evidence of an incident is always only written down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from netmon.decide import causes, clues, memory
from netmon.decide.book import Problem
from netmon.decide.state import Core, Wishes
from netmon.model import Clue, Entry, Event, Fact, Finding, Incident, IncidentEvent, Looked, RowsSeen, State

ONCE = 86400.0
"""Seconds within which the same change is told once."""
LISTED = 10
"""Changes that one message spells out before it only counts."""
DETAIL = 20_000
"""Characters of a finding's detail that are kept."""
RECENT = 600.0
"""Seconds after its end for which an incident still takes evidence."""
EVIDENCE = 100
"""Pieces of evidence that an incident may have."""
LATE = 60.0
"""Seconds after its beginning for which what devices say unasked is about an incident."""


def take(core: Core, wishes: Wishes, piece: RowsSeen | Finding | Looked, now: float) -> None:
    """Take in what says nothing of anybody's life."""
    if isinstance(piece, RowsSeen):
        _rows(core, wishes, piece, now)
    elif isinstance(piece, Finding):
        _finding(core, wishes, piece, now)
    else:
        _looked(core, wishes, piece, now)


def _rows(core: Core, wishes: Wishes, seen: RowsSeen, now: float) -> None:
    """Remember the rows of a poll, and tell what is new in them."""
    if core.known.inventory.site_of(seen.target) is None:  # a poll from before the last reload
        return
    facts = memory.take(core.memory, seen)
    wishes.entries += [Entry(core.number(), now, fact) for fact in facts]
    told = [clue_of(fact, now) for fact in facts if fact.news in seen.what.tell]
    _tell(core, wishes, seen.target, told, now)


def _finding(core: Core, wishes: Wishes, found: Finding, now: float) -> None:
    """Tell what a look at the network found changed."""
    detail = (("detail", found.detail[:DETAIL]),) if found.detail else ()
    _tell(core, wishes, found.id, [Clue(now, found.id, found.text, (*found.values, *detail))], now)


def _looked(core: Core, wishes: Wishes, seen: Looked, now: float) -> None:
    """Write down what was found out about an incident that is open, or was until a few minutes ago."""
    for case in core.book.cases.values():
        if case.incident is not None and case.incident.id == seen.incident:
            case.incident = _note(core, wishes, case.incident, seen.clues, now)
            return
    if (over := core.recent.get(seen.incident)) is not None:
        core.recent[seen.incident] = _note(core, wishes, over, seen.clues, now)


def late(core: Core, wishes: Wishes, now: float) -> None:
    """Write down what devices have said unasked of incidents that were open already."""
    for case in core.book.cases.values():
        if case.incident is not None and case.incident.kind in ("outage", "redundancy_lost"):
            incident = case.incident
            heard = clues.unasked(core.known, _problem(incident))
            case.incident = _note(
                core, wishes, incident, [one for one in heard if one.at <= incident.opened_at + LATE], now
            )


def keep(core: Core, wishes: Wishes, now: float) -> None:
    """Remember for a while which incidents have just ended, and what was told today."""
    for entry in wishes.entries:
        if isinstance(entry.body, IncidentEvent) and entry.body.incident.state == "resolved":
            core.recent[entry.body.incident.id] = entry.body.incident
    for number in [number for number, one in core.recent.items() if (one.resolved_at or now) < now - RECENT]:
        del core.recent[number]


def remember(core: Core, incidents: Iterable[Incident], now: float) -> None:
    """Go on from what the journal says was told, and has ended lately."""
    for incident in incidents:
        if incident.resolved_at is not None and incident.resolved_at >= now - RECENT:
            core.recent[incident.id] = incident
        if incident.kind == "change":
            core.told_once |= {_same(clue): min(incident.opened_at, now) for clue in incident.evidence}


def clue_of(fact: Fact, at: float) -> Clue:
    """A change of a row as evidence: its phrase is called `lan_host_new` for the family netmon_lan_host_info."""
    name = fact.metric.removeprefix("netmon_").removesuffix("_info")
    values = (("target", fact.target), ("family", name), *fact.key, *fact.values)
    old = tuple((f"old_{label}", value) for label, value in fact.old if dict(fact.values)[label] != value)
    return Clue(at, fact.target, f"{name}_{fact.news}", (*values, *old))


def _tell(core: Core, wishes: Wishes, name: str, told: Sequence[Clue], now: float) -> None:
    core.told_once = {key: at for key, at in core.told_once.items() if at > now - ONCE}
    fresh = [clue for clue in told if _same(clue) not in core.told_once]
    if not fresh:
        return
    core.told_once |= {_same(clue): now for clue in fresh}
    shown = fresh[:LISTED]
    if len(fresh) > LISTED:
        shown.append(Clue(now, name, "and_more", (("count", str(len(fresh) - LISTED)),)))
    site, number = core.known.inventory.site_of(name), core.number()
    incident = Incident(
        id=number,
        kind="change",
        severity="warning",
        root=name,
        seat=name,
        state="resolved",
        cause="unknown",
        opened_at=now,
        resolved_at=now,
        affected=() if site is None else (site,),
        told_at=now,
        evidence=tuple(shown),
    )
    event: Event = "noted" if _accounted_for(core, name, site, now) else "opened"
    wishes.entries.append(Entry(number, now, IncidentEvent(event=event, at=now, incident=incident)))


def _accounted_for(core: Core, name: str, site: str | None, now: float) -> bool:
    """Is it explained by planned work or an outage, or does netmon see nothing now?"""
    names = (name,) if site is None else (name, site)
    standings = (core.known.standings.get(one) for one in names)
    lost = any(one is not None and one.state in (State.DOWN, State.UNREACHABLE) for one in standings)
    return core.blind or lost or any(now < core.excused.get(one, 0.0) for one in names)


def _note(core: Core, wishes: Wishes, incident: Incident, found: Sequence[Clue], now: float) -> Incident:
    """The incident with what is new of this evidence, which is written down; the same one if nothing is."""
    known = {_same(clue) for clue in incident.evidence}
    fresh = [clue for clue in found if _same(clue) not in known][: max(0, EVIDENCE - len(incident.evidence))]
    if not fresh:
        return incident
    evidence = (*incident.evidence, *fresh)
    cause = incident.cause
    if cause == "unknown" and incident.state == "open":
        cause = causes.suspected(core.known, _problem(incident), evidence)
    incident = replace(incident, evidence=evidence, cause=cause)
    wishes.entries.append(Entry(core.number(), now, IncidentEvent(event="noted", at=now, incident=incident)))
    return incident


def _problem(incident: Incident) -> Problem:
    """The incident as the problem that it was when it was opened."""
    return Problem(
        kind=incident.kind,
        seat=incident.seat,
        root=incident.root,
        severity=incident.severity,
        since=incident.opened_at,
        confirm=0.0,
        affected=incident.affected,
        links=incident.links,
    )


def _same(clue: Clue) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """What makes a change the same one again: not when it was seen, nor its details."""
    return clue.source, clue.text, tuple(pair for pair in clue.values if pair[0] != "detail")
