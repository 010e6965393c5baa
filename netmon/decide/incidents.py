"""When does a fault become an incident, and when is it over?

A problem opens an incident once it has lasted `confirm` from the first missed probe; until then it may
vanish or be absorbed without a word. An incident keeps its id while its root sharpens, stays open and
silent while something nearer explains it, and resolves only on the positive return of its seat; then
it waits, at most `SETTLE`, for those behind it, so that the message can say who is back. What was gone for
a moment only may be about to go again, so its return waits a little, too; what flaps must be quiet for
`QUIET` seconds, and a storm over an area for `CALM`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from netmon.decide.book import Book, Case, Key, Problem, Witness
from netmon.model import Entry, Event, Incident, IncidentEvent

SETTLE = 8.0
"""Seconds that a resolve waits for the sites behind its root to come back."""
FLAPS = 4
FLAP_WINDOW = 300.0
QUIET = 120.0
"""Something flaps from so many changes within so many seconds on, until it has been quiet for so many."""
SHARP = 12.0
"""Seconds after an incident was told within which its root may sharpen; what seems to change it later is its end."""
LULL = 6.0
"""Seconds that something must be back to have been back."""
ELSEWHERE = ("threshold", "alert", "peer", "drill")
"""Kinds whose incidents open and end by rules of their own (netmon.decide.elsewhere)."""
STEADY = 2.0
"""Seconds that a problem must last to count as a change: while things fall or come back, some last for less."""
BRIEF, RELAPSE = 20.0, 12.0
"""After an outage shorter than the first, its return is told once it has lasted for the second number of seconds."""
CALM = 1800.0
"""Seconds without a fault after which a storm over an area is over."""
AGAIN = 1800.0
"""Seconds between two updates about a storm; and the sites hit must have doubled."""
NEXT = 0.5
"""Seconds after the end of an incident at which what it had kept quiet is looked at."""


def review(
    book: Book, problems: Mapping[Key, Problem], witness: Witness, number: Callable[[], int], now: float
) -> tuple[list[Entry], float | None]:
    """Hold the problems of this moment against the book: what to write down and tell, and when to look again.

    `number` gives the next number of the journal; an incident is called by that of its first entry.
    """
    entries: list[Entry] = []
    wakes: list[float] = []
    hit = book.hit(problems)
    for key, wrong in problems.items():
        case, problem = book.cases.setdefault(key, Case()), _counted_once(hit, wrong)
        if case.incident is None and (now < problem.quiet_until or _is_told(book, problem)):
            wakes += [problem.quiet_until]
            continue
        _presence(case, True, now)
        case.back_at = None
        if case.incident is not None:
            entries += [Entry(number(), now, event) for event in _sharpen(case, case.incident, problem, witness, now)]
        elif problem.wavers:
            wakes.append(now + STEADY)
        elif now >= problem.due() or _flaps(case, now):
            first = number()
            entries.append(Entry(first, now, _open(case, problem, witness, first, now)))
            hit |= dict.fromkeys(problem.affected if problem.kind == "outage" else (), problem.seat)
        else:
            wakes.append(problem.due())
            wakes += [case.came_at + STEADY] if len(case.changes) == FLAPS - 1 else []
    for key in [key for key in book.cases if key not in problems and key[0] not in ELSEWHERE]:
        events, wake = _gone(book, key, witness, now)
        entries += [Entry(number(), now, event) for event in events]
        wakes += wake
    return entries, min((at for at in wakes if at > now), default=None)


def _gone(book: Book, key: Key, witness: Witness, now: float) -> tuple[list[IncidentEvent], list[float]]:
    """What was a problem is none (any more)."""
    case = book.cases[key]
    if case.incident is not None:
        return _close(case, case.incident, witness, now)
    if witness.alive(key[1]):  # what something nearer explains for a while has not changed
        _presence(case, False, now)
    if not case.changes:
        del book.cases[key]
    return [], []


def _is_told(book: Book, problem: Problem) -> bool:
    """Is this a line whose loss has been told, by itself or with others, and that is not over?"""
    if problem.kind not in ("degraded", "redundancy_lost"):
        return False
    kinds = ("outage",) if problem.kind == "redundancy_lost" else ("outage", "redundancy_lost")
    return any(incident.kind in kinds and problem.seat in incident.links for incident in book.open())


def _counted_once(hit: Mapping[str, str], problem: Problem) -> Problem:
    """Without the sites that are told to be hit by another outage: whose fault they are may change meanwhile."""
    elsewhere = {site for site in problem.affected if hit.get(site, problem.seat) != problem.seat} - {problem.seat}
    if problem.kind != "outage" or not elsewhere:
        return problem
    return replace(problem, affected=tuple(site for site in problem.affected if site not in elsewhere))


def _presence(case: Case, present: bool, now: float) -> None:
    """Note that the problem came or went; what was there for less than `STEADY` seconds never was, and what is there
    again within `LULL` was never gone: routes that settle after a repair do not flap."""
    if case.present != present:
        case.present = present
        if present and case.changes and now - case.changes[-1] < LULL:
            gone = case.changes.pop()
            case.came_at = case.changes.pop() if case.changes else gone
        elif present:
            case.came_at = now
        elif now - case.came_at >= STEADY:
            case.changes += (case.came_at, now)
    while case.changes and case.changes[0] < now - FLAP_WINDOW:
        case.changes.popleft()


def _flaps(case: Case, now: float) -> bool:
    return not case.group and len(case.changes) + (case.present and now - case.came_at >= STEADY) >= FLAPS


def _relapsed(case: Case, now: float) -> bool:
    """Were people told only minutes ago that it was over? Then they need not hear of each coming and going."""
    return not case.group and case.over_at is not None and now < case.over_at + FLAP_WINDOW


def _open(case: Case, problem: Problem, witness: Witness, number: int, now: float) -> IncidentEvent:
    evidence = witness.clues(problem, now)
    case.group = problem.group
    case.incident = Incident(
        id=number,
        kind=problem.kind,
        severity=problem.severity,
        root=problem.root,
        seat=problem.seat,
        state="open",
        cause=witness.suspected(problem, evidence),
        opened_at=problem.since,
        affected=problem.affected,
        links=problem.links,
        flapping=_flaps(case, now) or _relapsed(case, now),
        told_at=now,
        evidence=evidence,
    )
    case.told = len(problem.affected)
    return IncidentEvent(event="opened", at=now, incident=case.incident)


def _sharpen(case: Case, incident: Incident, problem: Problem, witness: Witness, now: float) -> list[IncidentEvent]:
    """Take in what has become clearer; people hear of it once, and only if the root they were told changes.

    Of a storm they hear again when it has hit twice as many sites as they know of.
    """
    affected = tuple(dict.fromkeys((*incident.affected, *problem.affected)))
    root, links = problem.root, tuple(dict.fromkeys((*incident.links, *problem.links)))
    if root != incident.root and now > incident.told_at + SHARP and not case.group:
        # While things come back, a port or a line may be seen before its site is: what was told stands.
        root, links = incident.root, incident.links
    flapping = incident.flapping or _flaps(case, now)
    news = root != incident.root or flapping != incident.flapping
    cause = incident.cause if incident.cause != "unknown" else witness.suspected(problem, incident.evidence)
    case.incident = replace(incident, root=root, affected=affected, links=links, flapping=flapping, cause=cause)
    case.group = case.group or problem.group
    if case.group:
        if len(affected) < 2 * case.told or now < incident.told_at + AGAIN:
            return []
    elif not news or incident.updated:
        return []
    case.told = len(affected)
    case.incident = replace(case.incident, told_at=now, updated=True)
    return [_event(case.incident, "updated", now)]


def _close(case: Case, incident: Incident, witness: Witness, now: float) -> tuple[list[IncidentEvent], list[float]]:
    back = witness.returned(incident)
    if back is None:
        case.back_at = None
        return [], []
    _presence(case, False, now)
    if case.back_at is None:
        case.back_at = now
    until = case.back_at + SETTLE if back.missing or back.pending else case.back_at
    if case.group:
        until = case.back_at + CALM
    elif incident.kind in ("outage", "redundancy_lost") and back.at < incident.opened_at + BRIEF:
        until = max(until, back.at + RELAPSE)
    events: list[IncidentEvent] = []
    if _flaps(case, now) and not incident.flapping:
        news, incident = not incident.updated, replace(incident, flapping=True, updated=True)
        case.incident = incident
        if news:
            events.append(_event(incident, "updated", now))
    if incident.flapping and case.changes:
        until = max(until, case.changes[-1] + QUIET)
    if now < until:
        return events, [until]
    cause, clues = witness.aftermath(incident)
    resolved = replace(
        incident,
        state="resolved",
        resolved_at=back.at,
        cause=cause if cause != "unknown" else incident.cause,
        still_down=back.missing,
        evidence=(*incident.evidence, *clues),
    )
    case.incident, case.back_at, case.over_at = None, None, now
    return [_event(resolved, "resolved", now)], [now + NEXT]


def _event(incident: Incident, event: Event, now: float) -> IncidentEvent:
    return IncidentEvent(event=event, at=now, incident=incident)
