"""What do people read in the morning of all that could wait?

One message at each hour of `digest_at`, with a line for each incident that waits for it, as it stands by then; and
while the desk is shadowed, another one with what would have been sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from netmon.decide.desk import clockwork, ladder, reach, shadow
from netmon.decide.desk.post import deliver
from netmon.decide.desk.quiet import keeping_quiet
from netmon.decide.desk.reach import Recipient
from netmon.decide.desk.routing import LAST
from netmon.decide.desk.work import Work, rungs, with_rungs
from netmon.decide.walltime import shift_incident
from netmon.model import Clue, Incident, IncidentEvent, Inventory
from netmon.people import Case, Urgency

LISTED = 40
"""Lines of a bulletin that are spelt out; the rest is counted."""
AS_SEEN = ("change", "threshold")
"""Kinds that are told in the words of their evidence."""


def step(work: Work) -> None:
    """Send the bulletins if their hour has come, or went by while nobody was awake."""
    desk = work.desk
    if desk.digest_due is None or work.wall < desk.digest_due:
        return
    if desk.mute is not None:  # what waits goes on waiting
        desk.digest_due = clockwork.next_digest(desk.roster, work.wall, desk.zone)
        return
    desk.digest_due = None
    found: dict[str, Recipient] = {}
    lines: dict[str, list[Clue]] = {}
    would: list[Clue] = []
    for number in sorted(desk.waiting, key=lambda number: (_is_over(work, number), number)):
        case, incident = desk.cases[number], desk.incidents.get(number)
        if incident is not None and case.waiting and _tellable(work, incident):
            said = told(desk.inventory, incident, work.now, desk.ahead)
            for one in readers(work, case.waiting):
                found[one.id] = one
                lines.setdefault(one.id, []).extend(said)
        if incident is not None:
            would += [_would(work, incident, case, event) for event in dict.fromkeys(one.event for one in case.would)]
        read = [rung._replace(step=0) if rung.urgency == "digest" else rung for rung in rungs(case)]
        work.keep(replace(with_rungs(case, read), waiting=(), would=()))
    shared: dict[tuple[Clue, ...], list[Recipient]] = {}
    for name, each in lines.items():  # those who read the same share one bulletin
        shared.setdefault(tuple(each), []).append(found[name])
    for same, those in shared.items():
        _send(work, same, those, "bulletin")
    instead = shadow.person(desk, work.wall)
    if would and instead is not None:
        _send(work, would, [instead], "shadow: what would have been sent")


def _is_over(work: Work, number: int) -> bool:
    incident = work.desk.incidents.get(number)
    return incident is None or incident.state == "resolved"


def readers(work: Work, names: Iterable[str]) -> list[Recipient]:
    """Who reads a bulletin for these names, or for nobody in particular; if all of them have left somebody does."""
    desk = work.desk
    instead = shadow.person(desk, work.wall)
    if instead is not None:
        return [instead]
    if not desk.roster.routes:
        return reach.recipients(desk, desk.roster.channels, work.wall)
    named = tuple(names) or ladder.readers(desk.roster, LAST)
    return reach.recipients(desk, named, work.wall) or reach.everybody(desk, work.wall)


def _tellable(work: Work, incident: Incident) -> bool:
    return incident.state == "resolved" or keeping_quiet(work.desk, incident, work.now) is None


def _send(work: Work, lines: Sequence[Clue], those: Iterable[Recipient], why: str) -> None:
    """Let one bulletin of these lines go out."""
    vantage = work.desk.inventory.vantage
    shown = list(lines[:LISTED])
    if len(lines) > LISTED:
        shown.append(Clue(work.now, vantage, "digest_more", (("count", str(len(lines) - LISTED)),)))
    publish(work, bulletin(work, shown), those, why)


def bulletin(work: Work, lines: Iterable[Clue], *, critical: bool = False) -> IncidentEvent:
    """A message of these lines, as an incident that is made for it."""
    vantage = work.desk.inventory.vantage
    incident = Incident(
        id=work.number(),
        kind="digest",
        severity="critical" if critical else "warning",
        root=vantage,
        seat=vantage,
        state="resolved",
        cause="unknown",
        opened_at=work.now,
        resolved_at=work.now,
        told_at=work.now,
        evidence=tuple(lines),
    )
    return IncidentEvent(event="opened", at=work.now, incident=incident)


def publish(
    work: Work, event: IncidentEvent, those: Iterable[Recipient], why: str, urgency: Urgency = "digest"
) -> None:
    """Tell these readers of an incident that was made for it, over from the start; no budget and no silence counts.

    Its case is written, so that nothing else ever gets its number.
    """
    incident = event.incident
    work.desk.incidents[incident.id] = incident
    case = Case(incident=incident.id, urgency="digest", over=True)
    for one in those:
        case = deliver(work, case, event, one, reach.channels(work.desk.roster, one, urgency), why=why)
    work.keep(case)


def told(inventory: Inventory, incident: Incident, now: float, ahead: float) -> list[Clue]:
    """The lines of one incident: what, where, and since when or from when to when."""
    if incident.kind in AS_SEEN and incident.evidence:
        seen = incident.evidence if incident.kind == "change" else incident.evidence[-1:]
        return [Clue(one.at, one.source, one.text, tuple(v for v in one.values if v[0] != "detail")) for one in seen]
    values = where_and_when(inventory, incident, now, ahead)
    if len(incident.affected) > 1:
        values["sites"] = str(len(incident.affected))
    if incident.kind == "peer":
        values["peer"] = incident.seat
    values["left"] = _left(inventory, incident)
    values |= next((dict(one.values) for one in incident.evidence if one.text == "alert"), {})
    return [Clue(now, incident.root, f"digest_{incident.kind}", tuple((k, v) for k, v in values.items() if v))]


def where_and_when(inventory: Inventory, incident: Incident, now: float, ahead: float) -> dict[str, str]:
    """Its root and the site of that, and since when it lasts or from when to when it lasted, for phrases."""
    walled, zone = shift_incident(incident, ahead), ZoneInfo(inventory.timezone)
    values = {"root": incident.root, **_where(inventory, incident)}
    if walled.resolved_at is None:
        values["since"] = clockwork.clock(walled.opened_at, now + ahead, zone)
    else:
        values["span"] = clockwork.span(walled.opened_at, walled.resolved_at, now + ahead, zone)
    return values


def _where(inventory: Inventory, incident: Incident) -> dict[str, str]:
    """The site of a root that is none, so that people know where it is."""
    site = inventory.site_of(incident.root)
    return {} if site is None or site == incident.root else {"site": site}


def _left(inventory: Inventory, incident: Incident) -> str:
    """The lines that a site runs on while another is lost."""
    line = inventory.links.get(incident.root)
    if incident.kind != "redundancy_lost" or line is None:
        return ""
    return ", ".join(one for one in inventory.sites[line.site].uplinks if one not in (incident.root, *incident.links))


def _would(work: Work, incident: Incident, case: Case, event: str) -> Clue:
    would = tuple(one for one in case.would if one.event == event)
    values = (
        ("at", clockwork.clock(would[0].at, work.wall, work.desk.zone)),
        ("number", str(incident.id)),
        ("root", incident.root),
        ("people", shadow.people(would)),
    )
    return Clue(work.now, incident.root, f"would_{event}", values)
