"""Which limits are crossed, and who has been told?

Each series of a rule (netmon.decide.rules) that is beyond its limit has an incident of its own, until it is back, has
had no value for an hour, or is watched no more. What its root is silent for, or planned work excuses, is not told: it
is, if it still lasts, when that is over. What was told stands in the incident's evidence, so a restart repeats nothing.
"""

from netmon.decide import booking
from netmon.decide.book import Key
from netmon.decide.rules.judge import SILENT
from netmon.decide.state import Core, Wishes
from netmon.model import Clue, Crossed, Incident, Kind, State

KIND: Kind = "threshold"
SILENT_ROOT = (State.DOWN, State.UNREACHABLE)


def seat(crossed: Crossed) -> str:
    """What the incident of this series is about: no id of the inventory has a colon."""
    return f"{crossed.rule}:{crossed.root}:{', '.join(value for _, value in crossed.labels)}"


def by_rule(name: str) -> str:
    """The rule whose incident has this seat; empty if it is not one of a rule."""
    rule, colon, _ = name.partition(":")
    return rule if colon else ""


def take(core: Core, seen: Crossed, now: float) -> bool:
    """Remember that a limit is crossed, or no more; True if something may follow from it."""
    key = seat(seen)
    case = core.book.cases.get((KIND, key))
    told = case is not None and case.incident is not None
    if seen.over != told:
        core.crossed[key] = seen
    else:  # what is over before anybody was told never was
        core.crossed.pop(key, None)
    return seen.over != told


def review(core: Core, wishes: Wishes, now: float) -> float | None:
    """Open and end incidents; returns when what is excused may be told."""
    times: list[float] = []
    for name, seen in [*core.crossed.items()] if not core.blind else []:
        key: Key = (KIND, name)
        case = core.book.cases.get(key)
        site = core.known.inventory.site_of(seen.root)
        if not seen.over:
            del core.crossed[name]
            if case is not None and case.incident is not None:
                booking.end(core, wishes, case.incident, now, _last_clue(case.incident, seen, now))
        elif site is None:
            del core.crossed[name]
        elif (quiet := max(core.excused.get(seen.root, 0.0), core.excused.get(site, 0.0))) > now:
            times.append(quiet)
        elif not _silent(core, seen.root, site):
            del core.crossed[name]
            _open(core, wishes, name, seen, site, now)
    return min(times, default=None)


def _silent(core: Core, root: str, site: str) -> bool:
    """Whether the root is down or unreachable, or all of its site: that is told, or will be."""
    standings = core.known.standings
    return any((found := standings.get(each)) is not None and found.state in SILENT_ROOT for each in (root, site))


def _open(core: Core, wishes: Wishes, name: str, seen: Crossed, site: str, now: float) -> None:
    incident = Incident(
        id=core.number(),
        kind=KIND,
        severity=seen.severity,
        root=seen.root,
        seat=name,
        state="open",
        cause="unknown",
        opened_at=seen.at,
        affected=(site,),
        told_at=now,
        evidence=(_clue(seen, now),),
    )
    booking.begin(core, wishes, incident, now)


def _clue(seen: Crossed, now: float) -> Clue:
    """Everything that its words and a restart need."""
    values = dict(seen.labels) | dict(seen.says)
    values |= {"rule": seen.rule, "root": seen.root, "labels": " ".join(name for name, _ in seen.labels)}
    values |= {"value": f"{seen.value:.6g}", "limit": f"{seen.limit:.6g}"}
    if now - seen.at >= 1.0:
        values["span"] = f"{now - seen.at:.0f}"
    return Clue(now, seen.root, "crossed", tuple(values.items()))


def _last_clue(incident: Incident, seen: Crossed, now: float) -> Clue:
    """The end is told in the words of the beginning: the rule may be another by now, or gone."""
    told = next((dict(clue.values) for clue in incident.evidence if clue.text == "crossed"), {})
    values = told | {"value": f"{seen.value:.6g}", "span": f"{SILENT:.0f}"}
    return Clue(now, seen.root, f"crossed_{seen.why}", tuple(values.items()))
