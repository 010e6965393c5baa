"""Do people hear netmon when it calls, and does somebody answer?

A drill is an incident like any other on the way to people: written down, routed, escalated. It is over as soon as
somebody acknowledges it, or after `LASTS`; then nobody was reached, and that is told as a change. One at a time.
"""

from netmon.decide import booking, changes
from netmon.decide.state import Core, Wishes
from netmon.model import Clue, DrillBegins, DrillTaken, Finding, Incident, Kind

KIND: Kind = "drill"
LASTS = 900.0


def take(core: Core, wishes: Wishes, said: DrillBegins | DrillTaken, now: float) -> None:
    """Begin a drill, or end the one that somebody has acknowledged."""
    incident = _open(core)
    if isinstance(said, DrillBegins) and incident is None:
        _begin(core, wishes, said, now)
    elif isinstance(said, DrillTaken) and incident is not None and incident.id == said.incident:
        values = (("who", said.by), ("seconds", f"{now - incident.opened_at:.0f}"))
        booking.end(core, wishes, incident, now, Clue(now, incident.seat, "drill_taken", values))


def review(core: Core, wishes: Wishes, now: float) -> float | None:
    """End the drill that nobody has acknowledged in time; returns when that is."""
    incident = _open(core)
    if incident is None:
        return None
    if now < incident.opened_at + LASTS:
        return incident.opened_at + LASTS
    values = (("incident", str(incident.id)), ("seconds", f"{LASTS:.0f}"))
    booking.end(core, wishes, incident, now, Clue(now, incident.seat, "drill_unanswered", values))
    changes.take(core, wishes, Finding(incident.root, now, "drill_unanswered", values), now)
    return None


def _open(core: Core) -> Incident | None:
    case = core.book.cases.get((KIND, core.known.inventory.vantage))
    return None if case is None else case.incident


def _begin(core: Core, wishes: Wishes, said: DrillBegins, now: float) -> None:
    vantage = core.known.inventory.vantage
    incident = Incident(
        id=core.number(),
        kind=KIND,
        severity="critical",
        root=vantage,
        seat=vantage,
        state="open",
        cause="unknown",
        opened_at=now,
        told_at=now,
        evidence=(Clue(now, vantage, "drill_by" if said.by else "drill_planned", (("who", said.by),)),),
    )
    booking.begin(core, wishes, incident, now)
