"""What has become tellable by the clock alone: a silence that ended, a conference that draws near?"""

from collections.abc import Iterator
from dataclasses import replace

from netmon.decide.desk import ladder, mute, news, plain, quiet, routing
from netmon.decide.desk.work import Work, hidden
from netmon.people import Case
from netmon.settings.held import BEFORE


def look(work: Work) -> None:
    """Look at all open incidents once, if it is time to; and note when it is time again."""
    desk = work.desk
    if desk.look_at is None or work.wall < desk.look_at:
        return
    for number, incident in sorted(desk.incidents.items()):
        case = desk.cases.get(number)
        if incident.state != "open" or case is None:
            continue
        by = quiet.keeping_quiet(desk, incident, work.now)
        if by is not None:
            case = case if case.silenced == by.number else hidden(case, by)
        elif case.silenced:
            case = _revealed(work, case) if desk.roster.routes else plain.reveal(work, case)
        elif not case.acked_by and news.urgency_of(case) != "ring" and desk.roster.routes:
            case = _raised(work, case)
        if case is not desk.cases[number]:
            work.keep(case)
    desk.look_at = min((at for at in _times(work) if at > work.wall), default=None)


def _revealed(work: Work, case: Case) -> Case:
    """The silence is over and the incident is not: it is told now, unless somebody has it."""
    was_mute, case = case.silenced == mute.MUTE, replace(case, silenced=0)
    if case.acked_by:
        return case
    return mute.revealed(work, case) if was_mute else news.afresh(work, case)


def _raised(work: Work, case: Case) -> Case:
    """A conference is near, and what could wait cannot wait any more."""
    incident = work.desk.incidents[case.incident]
    if routing.held(work.desk.inventory, incident, work.wall) is None:
        return case
    chosen = routing.choose(work.desk.roster, work.desk.inventory, incident, work.wall)
    return ladder.begin(work, case, work.event(case, "escalated"), chosen)


def _times(work: Work) -> Iterator[float]:
    """When a silence ends that hides something, and when a conference is so near that it counts; wall time."""
    ends = quiet.next_end(work.desk, work.now)
    if ends is not None:
        yield ends + work.desk.ahead
    for event in work.desk.inventory.events:
        yield event.at - BEFORE
