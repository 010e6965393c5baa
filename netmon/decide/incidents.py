"""When does a fault become an incident, and when is it over?

A problem opens an incident once it has lasted `confirm` from the first missed probe; until then it may
vanish or be absorbed without a word. An incident keeps its id while its root sharpens, stays open and
silent while something nearer explains it, and resolves only on the positive return of its seat; then
it waits, at most `SETTLE`, for those behind it, so that the message can say who is back.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, Protocol

from netmon.model import Cause, Clue, Entry, Event, Incident, IncidentEvent, Kind

SETTLE = 8.0
"""Seconds that a resolve waits for the sites behind its root to come back."""
FLAPS = 4
FLAP_WINDOW = 300.0
QUIET = 120.0
STEADY = 2.0
"""Seconds that a problem must last to count as a change: while things fall or come back, some last for less."""

Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong right now, as the verdict sees it; `since` is the first missed probe."""

    kind: Kind
    seat: str
    root: str
    severity: Literal["critical", "warning"]
    since: float
    confirm: float
    affected: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class Return(NamedTuple):
    """The seat is back: since when, which affected sites are not yet, and whether its uptime, which tells a power cut
    from a cut line, is still to come."""

    at: float
    missing: tuple[str, ...]
    uptime_pending: bool = False


class Scene(Protocol):
    """What the book asks about the network beyond the list of problems."""

    def returned(self, incident: Incident) -> Return | None:
        """Whether the seat of this incident has positively come back."""
        ...

    def alive(self, seat: str) -> bool:
        """Whether it works, as far as anybody can tell."""
        ...

    def clues(self, problem: Problem, now: float) -> tuple[Clue, ...]:
        """The evidence for a problem."""
        ...

    def aftermath(self, incident: Incident) -> tuple[Cause, tuple[Clue, ...]]:
        """What the return tells about the cause."""
        ...


@dataclass(slots=True)
class Case:
    """The history of one key: is the problem there now, when did that change, which incident tells it."""

    present: bool = False
    came_at: float = 0.0
    changes: deque[float] = field(default_factory=deque)
    incident: Incident | None = None
    back_at: float | None = None
    updated: bool = False


@dataclass(slots=True)
class Book:
    """All cases by (kind, seat)."""

    cases: dict[Key, Case] = field(default_factory=dict)

    def open(self) -> list[Incident]:
        """The open incidents, oldest first."""
        found = [case.incident for case in self.cases.values() if case.incident is not None]
        return sorted(found, key=lambda incident: incident.id)


def restore(incidents: Sequence[Incident], now: float) -> Book:
    """The book as the journal remembers it: what was open stays open, and what flapped may have flapped until now."""
    book = Book()
    for incident in incidents:
        if incident.state == "open":
            changes = deque([now] if incident.flapping else [])
            key = (incident.kind, incident.seat)
            book.cases[key] = Case(present=True, incident=incident, changes=changes, updated=incident.flapping)
    return book


def review(
    book: Book, problems: Mapping[Key, Problem], scene: Scene, number: Callable[[], int], now: float
) -> tuple[list[Entry], float | None]:
    """Hold the problems of this moment against the book: what to write down and tell, and when to look again.

    `number` gives the next number of the journal; an incident is called by that of its first entry.
    """
    entries: list[Entry] = []
    wakes: list[float] = []
    for key, problem in problems.items():
        case = book.cases.setdefault(key, Case())
        _presence(case, True, now)
        case.back_at = None
        if case.incident is not None:
            entries += [Entry(number(), now, event) for event in _sharpen(case, case.incident, problem, now)]
        elif now >= problem.since + problem.confirm or _flaps(case, now):
            first = number()
            entries.append(Entry(first, now, _open(case, problem, scene, first, now)))
        else:
            wakes.append(problem.since + problem.confirm)
            wakes += [case.came_at + STEADY] if len(case.changes) == FLAPS - 1 else []
    for key, case in list(book.cases.items()):
        if key in problems:
            continue
        if case.incident is None:
            if scene.alive(key[1]):  # what something nearer explains for a while has not changed
                _presence(case, False, now)
            if not case.changes:
                del book.cases[key]
            continue
        events, wake = _close(case, case.incident, scene, now)
        entries += [Entry(number(), now, event) for event in events]
        wakes += wake
    return entries, min(wakes, default=None)


def _presence(case: Case, present: bool, now: float) -> None:
    """Note that the problem came or went; what was there for less than `STEADY` seconds never was."""
    if case.present != present:
        case.present = present
        if present:
            case.came_at = now
        elif now - case.came_at >= STEADY:
            case.changes += (case.came_at, now)
    while case.changes and case.changes[0] < now - FLAP_WINDOW:
        case.changes.popleft()


def _flaps(case: Case, now: float) -> bool:
    return len(case.changes) + (case.present and now - case.came_at >= STEADY) >= FLAPS


def _open(case: Case, problem: Problem, scene: Scene, number: int, now: float) -> IncidentEvent:
    case.incident = Incident(
        id=number,
        kind=problem.kind,
        severity=problem.severity,
        root=problem.root,
        seat=problem.seat,
        state="open",
        cause="unknown",
        opened_at=problem.since,
        affected=problem.affected,
        links=problem.links,
        flapping=_flaps(case, now),
        evidence=scene.clues(problem, now),
    )
    case.updated = False
    return IncidentEvent(event="opened", at=now, incident=case.incident)


def _sharpen(case: Case, incident: Incident, problem: Problem, now: float) -> list[IncidentEvent]:
    """Take in what has become clearer; people hear of it once, and only if the root they were told changes."""
    affected = tuple(dict.fromkeys((*incident.affected, *problem.affected)))
    links = tuple(dict.fromkeys((*incident.links, *problem.links)))
    flapping = incident.flapping or _flaps(case, now)
    news = problem.root != incident.root or flapping != incident.flapping
    case.incident = replace(incident, root=problem.root, affected=affected, links=links, flapping=flapping)
    if not news or case.updated:
        return []
    case.updated = True
    return [_event(case.incident, "updated", now)]


def _close(case: Case, incident: Incident, scene: Scene, now: float) -> tuple[list[IncidentEvent], list[float]]:
    back = scene.returned(incident)
    if back is None:
        case.back_at = None
        return [], []
    _presence(case, False, now)
    if case.back_at is None:
        case.back_at = now
    until = case.back_at + SETTLE if back.missing or back.uptime_pending else case.back_at
    events: list[IncidentEvent] = []
    if _flaps(case, now) and not incident.flapping:
        incident = case.incident = replace(incident, flapping=True)
        if not case.updated:
            case.updated = True
            events.append(_event(incident, "updated", now))
    if incident.flapping and case.changes:
        until = max(until, case.changes[-1] + QUIET)
    if now < until:
        return events, [until]
    cause, clues = scene.aftermath(incident)
    resolved = replace(
        incident,
        state="resolved",
        resolved_at=back.at,
        cause=cause,
        still_down=back.missing,
        evidence=(*incident.evidence, *clues),
    )
    case.incident, case.back_at = None, None
    return [_event(resolved, "resolved", now)], []


def _event(incident: Incident, event: Event, now: float) -> IncidentEvent:
    return IncidentEvent(event=event, at=now, incident=incident)
