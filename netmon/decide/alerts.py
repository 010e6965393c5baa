"""Which alerts of Prometheus and its like are firing, and who has been told?

Others evaluate rules that netmon does not know, and send what fires again and again (Alertmanager's API). Each alert
has an incident of its own until it ends, or is not sent any more. It waits as long as a verdict takes, and nobody is
told of it while its root is down or unreachable, nor for a while after: what is to blame is told, and what only follows
from it ends by itself. Planned work excuses it. What was told stands in the book, so a restart repeats nothing.
"""

from collections.abc import Iterable

from netmon.decide import booking
from netmon.decide.state import Alarm, Core, Wishes
from netmon.model import Alerted, Clue, Incident, Kind, State

KIND: Kind = "alert"
SEAT = "alert:"
"""What the seats of these incidents begin with: no id of the inventory has a colon."""
SILENCE = 300.0
"""Seconds after which an alert that is not sent any more is over, unless it said itself until when it counts; the
`resolve_timeout` of Alertmanager."""
AFTER = 300.0
"""Seconds after the return of its root, or the end of planned work, at which what still fires is told."""
MOST = 10_000
"""Alerts that are known at once; more are refused."""
AT_ONCE, PAUSE = 200, 1.0
"""So many are told in one judgement, the next ones so many seconds later: a flood must not hold up the verdict."""
SILENT_ROOT = (State.DOWN, State.UNREACHABLE)


def restore(open_incidents: Iterable[Incident], now: float) -> dict[str, Alarm]:
    """The alerts that people were told of, by the seat of their incidents: they have to be sent again, or are over."""
    return {one.seat: Alarm(None, now, now + SILENCE) for one in open_incidents if one.kind == KIND}


def take(core: Core, seen: Alerted, now: float) -> bool:
    """Remember that an alert fires, or does not any more; True if something may follow from it."""
    key = SEAT + seen.fingerprint
    known = core.alarms.get(key)
    if seen.until is not None and seen.until <= now:
        if known is not None:
            known.ended = True
        return known is not None
    if known is None and len(core.alarms) >= MOST:
        core.alarms_refused += 1
        return False
    lapses = now + SILENCE if seen.until is None else seen.until
    if known is None:
        core.alarms[key] = Alarm(seen, now + core.confirm + core.wait, lapses)
        return True
    again = known.ended
    known.seen, known.lapses, known.ended = seen, lapses, False
    return again


def review(core: Core, wishes: Wishes, now: float) -> float | None:
    """Open and end incidents; returns when to look again."""
    times: list[float] = []
    opened, known = 0, core.known
    calm = not (core.blind or core.excused or known.mute or known.broken)  # then no root needs to be looked at
    for key, alarm in [*core.alarms.items()]:
        case = core.book.cases.get((KIND, key))
        told = None if case is None else case.incident
        if core.blind and told is not None:  # nobody can send it again
            alarm.lapses = max(alarm.lapses, now + SILENCE)
        elif alarm.ended or now >= alarm.lapses:
            del core.alarms[key]
            if told is not None:
                lapsed = () if alarm.ended else (Clue(now, told.root, "alert_lapsed"),)
                booking.end(core, wishes, told, now, *lapsed)
            continue
        elif told is None and alarm.seen is not None:
            if not calm:
                alarm.due = max(alarm.due, now + AFTER if core.blind else _quiet_until(core, alarm.seen.root, now))
            if now >= alarm.due and opened < AT_ONCE:
                opened += 1
                _open(core, wishes, key, alarm.seen, now)
            else:
                times.append(max(alarm.due, now + PAUSE))
        times.append(alarm.lapses)
    return min(times, default=None)


def _quiet_until(core: Core, root: str, now: float) -> float:
    """When what is said of this root may be told, as far as that can be known: in the past if it may be now."""
    both = (root, core.known.inventory.site_of(root) or root)
    until = max((core.excused[one] + AFTER for one in both if one in core.excused), default=0.0)
    found = (core.known.standings.get(one) for one in both)
    silent = any(one is not None and one.state in SILENT_ROOT for one in found)
    return max(until, now + AFTER if silent else 0.0)


def _open(core: Core, wishes: Wishes, key: str, seen: Alerted, now: float) -> None:
    site = core.known.inventory.site_of(seen.root)
    incident = Incident(
        id=core.number(),
        kind=KIND,
        severity=seen.severity,
        root=seen.root,
        seat=key,
        state="open",
        cause="unknown",
        opened_at=min(seen.at, now),
        affected=() if site is None else (site,),
        told_at=now,
        evidence=(Clue(now, seen.root, "alert", seen.says),),
    )
    booking.begin(core, wishes, incident, now)
