"""Who is told what happens where nobody has said who should be?"""

from collections.abc import Iterable
from dataclasses import replace

from netmon.decide.desk.quiet import keeping_quiet
from netmon.decide.desk.state import Letter
from netmon.decide.desk.work import Work
from netmon.model import IncidentEvent
from netmon.people import Case


def take(work: Work, event: IncidentEvent) -> None:
    """Tell everybody by each channel, except what is only noted; and nobody what a silence hides.

    No case is kept, but of what is hidden.
    """
    desk, incident = work.desk, event.incident
    if event.event == "noted":
        return
    case = desk.cases.get(incident.id)
    quiet = keeping_quiet(desk, incident, work.now)
    over = incident.state == "resolved"
    if not over:
        desk.incidents[incident.id] = incident
    if quiet is not None and not over:
        work.keep(replace(work.case(incident.id), silenced=quiet.number))
        return
    if case is not None:
        work.keep(replace(case, silenced=0, over=over))
        if over and case.silenced:
            return
    elif over:
        desk.incidents.pop(incident.id, None)
    _send(work, event)


def reveal(work: Work, case: Case) -> Case:
    """A silence is over and what it hid is not."""
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
