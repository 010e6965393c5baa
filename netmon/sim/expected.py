"""Did it come as the script said, and if not, where does it differ?

Incidents and notices must be exactly those that are expected, in their order. What differs is shown beside
what was expected in its place.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from netmon.model import Incident, Notice, Standing, State
from netmon.settings.expect_language import IncidentEntry, NoticeEntry
from netmon.settings.script import Script
from netmon.sim.faults import Line

_E = TypeVar("_E")
_S = TypeVar("_S")
_Pair = tuple[_E | None, _S | None]

NOTHING = "nothing"


class Told(NamedTuple):
    """A notice, and when it was sent (seconds since the epoch)."""

    at: float
    notice: Notice


def compare(
    script: Script, incidents: Sequence[Incident], notices: Sequence[Told], standings: Mapping[str, Standing]
) -> list[Line]:
    """One line for each thing that was expected or came; none if the script expects nothing in particular."""
    lines: list[Line] = []
    if script.expect is None:
        return lines
    if script.expect.incidents is not None:
        for wanted, found in align(script.expect.incidents, incidents, lambda e, s: _incident_fits(e, s, script.start)):
            expected = NOTHING if wanted is None else _wanted_incident(wanted)
            seen = NOTHING if found is None else _found_incident(found, wanted, script.start)
            agrees = wanted is not None and found is not None and _incident_fits(wanted, found, script.start)
            lines.append(Line(expected, seen, agrees))
    if script.expect.notices is not None:
        for rule, told in align(script.expect.notices, notices, lambda e, s: _notice_fits(e, s, script.start)):
            expected = NOTHING if rule is None else _wanted_notice(rule)
            seen = NOTHING if told is None else _found_notice(told, script.start)
            agrees = rule is not None and told is not None and _notice_fits(rule, told, script.start)
            lines.append(Line(expected, seen, agrees))
    for name, state in script.expect.states.items():
        is_now = standings[name].state if name in standings else State.UNKNOWN
        lines.append(Line(f"{name} {state} at the end", f"{name} {is_now} at the end", is_now is state))
    return lines


def align(
    expected: Sequence[_E], seen: Sequence[_S], fits: Callable[[_E, _S], bool]
) -> Iterator[tuple[_E | None, _S | None]]:
    """Both in order, side by side: as many pairs that fit as there can be, and what is left over between them."""
    common = [[0] * (len(seen) + 1) for _ in range(len(expected) + 1)]
    for i in reversed(range(len(expected))):
        for j in reversed(range(len(seen))):
            best = max(common[i + 1][j], common[i][j + 1])
            common[i][j] = max(best, common[i + 1][j + 1] + 1) if fits(expected[i], seen[j]) else best
    i = j = 0
    while i < len(expected) and j < len(seen):
        if common[i][j] == common[i + 1][j + 1] + fits(expected[i], seen[j]):
            yield expected[i], seen[j]
            i, j = i + 1, j + 1
        elif common[i][j] == common[i + 1][j]:
            yield expected[i], None
            i += 1
        else:
            yield None, seen[j]
            j += 1
    for wanted in expected[i:]:
        yield wanted, None
    for found in seen[j:]:
        yield None, found


def offset(seconds: float) -> str:
    """Time since the start as people read it: `1:05`, `1:02:03`; tenths where they are not 0."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    text = f"{rest // 10:02d}" + (f".{rest % 10}" if rest % 10 else "")
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{text}" if hours else f"{minutes}:{text}"


def _near(wanted: float | None, at: float | None, within: float) -> bool:
    return wanted is None or (at is not None and abs(at - wanted) <= within)


def _incident_fits(wanted: IncidentEntry, found: Incident, start: float) -> bool:
    if isinstance(wanted.affected, tuple):
        affected = sorted(wanted.affected) == sorted(found.affected)
    else:
        affected = wanted.affected in (None, len(found.affected))
    ended = None if found.resolved_at is None else found.resolved_at - start
    return (
        wanted.kind == found.kind
        and wanted.root in (None, found.root)
        and affected
        and wanted.cause in (None, found.cause)
        and wanted.severity in (None, found.severity)
        and wanted.state in (None, found.state)
        and wanted.flapping in (None, found.flapping)
        and _near(wanted.opened, found.opened_at - start, wanted.within)
        and _near(wanted.resolved, ended, wanted.within)
    )


def _wanted_incident(wanted: IncidentEntry) -> str:
    parts = [f"{wanted.kind} {wanted.root or ''}".strip(), *_sites(wanted.affected)]
    times = (("opened", wanted.opened), ("resolved", wanted.resolved))
    parts += [f"{what} {offset(at)}" for what, at in times if at is not None]
    parts += [f"cause {wanted.cause}"] if wanted.cause else []
    parts += [word for word in (wanted.severity, wanted.state) if word]
    if wanted.flapping is not None:
        parts.append("flapping" if wanted.flapping else "not flapping")
    return ", ".join(parts)


def _found_incident(found: Incident, wanted: IncidentEntry | None, start: float) -> str:
    """What was seen, as far as anybody asked."""
    listed = wanted is not None and isinstance(wanted.affected, tuple)
    parts = [f"{found.kind} {found.root}", *_sites(tuple(found.affected) if listed else len(found.affected))]
    parts.append(f"opened {offset(found.opened_at - start)}")
    parts.append("open" if found.resolved_at is None else f"resolved {offset(found.resolved_at - start)}")
    if wanted is None or wanted.cause is not None:
        parts.append(f"cause {found.cause}")
    if wanted is not None and wanted.severity is not None:
        parts.append(found.severity)
    if found.flapping:
        parts.append("flapping")
    return ", ".join(parts)


def _sites(affected: int | tuple[str, ...] | None) -> list[str]:
    if affected is None:
        return []
    return (
        [f"{affected} site(s)"]
        if isinstance(affected, int)
        else ["affects " + (" + ".join(sorted(affected)) or "no site")]
    )


def _notice_fits(wanted: NoticeEntry, told: Told, start: float) -> bool:
    notice, at = told.notice, told.at - start
    return (
        (wanted.to, wanted.event) == (notice.to, notice.event)
        and wanted.by in (None, notice.channel)
        and wanted.kind in (None, notice.incident.kind)
        and wanted.root in (None, notice.incident.root)
        and (wanted.after is None or wanted.after <= at <= wanted.after + wanted.within)
    )


def _wanted_notice(wanted: NoticeEntry) -> str:
    about = " ".join(word for word in (wanted.kind, wanted.root) if word)
    by = f" by {wanted.by}" if wanted.by else ""
    text = f"{wanted.to} told {wanted.event}{by}" + (f": {about}" if about else "")
    if wanted.after is None:
        return text
    return f"{text}, between {offset(wanted.after)} and {offset(wanted.after + wanted.within)}"


def _found_notice(told: Told, start: float) -> str:
    notice = told.notice
    about = f"{notice.incident.kind} {notice.incident.root}"
    by = f" by {notice.by}" if notice.by not in ("", notice.to) else ""
    return f"{notice.to} told {notice.event}{by}: {about}, at {offset(told.at - start)}"
