"""Who is told what happens where nobody has said who should be?"""

from collections.abc import Iterable
from dataclasses import replace

from netmon.decide.desk.quiet import keeping_quiet
from netmon.decide.desk.state import Letter
from netmon.decide.desk.work import Work
from netmon.model import IncidentEvent
from netmon.people import Case


def take(work: Work, event: IncidentEvent) -> None:
    """Tell everybody by each channel, except what is only noted; and nobody what a silence hides, but its end where its
    beginning was told. No case is kept, but of what was hidden or taken."""
    desk, incident = work.desk, event.incident
    if event.event == "noted":
        return
    known, case, over = incident.id in desk.incidents, desk.cases.get(incident.id), incident.state == "resolved"
    desk.incidents[incident.id] = incident
    quiet = None if over else keeping_quiet(desk, incident, work.now)
    if quiet is not None:
        case = case or Case(incident=incident.id)
        if known and not case.silenced:
            case = replace(case, told=tuple((channel, channel) for channel in desk.roster.channels))
        work.keep(replace(case, silenced=quiet.number))
        return
    if case is None or not case.silenced or case.told or not over:
        _send(work, event)
    if case is not None:
        work.keep(replace(case, silenced=0, over=over))
    elif over:
        del desk.incidents[incident.id]


def reveal(work: Work, case: Case) -> Case:
    """A silence is over and what it hid is not: it is told now, unless its beginning was."""
    if not case.told:
        _send(work, work.event(case, "opened"))
    return replace(case, silenced=0)


def to_everybody(event: IncidentEvent, channels: Iterable[str]) -> list[Letter]:
    """One letter by each channel; what is only noted is told nobody."""
    if event.event == "noted":
        return []
    return [Letter(event, to=channel, by=channel, why="no routes") for channel in channels]


def _send(work: Work, event: IncidentEvent) -> None:
    for letter in to_everybody(event, work.desk.roster.channels):
        work.send(letter)
