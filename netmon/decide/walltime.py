"""What do the program's times become where somebody reads them?

Inside there is one time axis that never steps. `ahead` says by how many seconds the wall clock has been set
ahead of it since the start (negative: back), and is added to all that leaves the program: an outage that
began an hour ago began an hour ago by the reader's clock, too. Nothing is copied while nobody has set the clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from netmon.model import Clue, Incident, IncidentEvent, Standing
from netmon.people import Act, Case


def shift_incident(incident: Incident, ahead: float) -> Incident:
    """The incident and its evidence in wall time; `ahead` in seconds, 0 = the incident itself."""
    if ahead == 0.0:
        return incident
    over = incident.resolved_at
    return replace(
        incident,
        opened_at=incident.opened_at + ahead,
        told_at=incident.told_at + ahead,
        resolved_at=None if over is None else over + ahead,
        evidence=tuple(Clue(clue.at + ahead, clue.source, clue.text, clue.values) for clue in incident.evidence),
    )


def shift_event(event: IncidentEvent, ahead: float) -> IncidentEvent:
    """The event and its incident in wall time; `ahead` in seconds, 0 = the event itself."""
    if ahead == 0.0:
        return event
    return IncidentEvent(event=event.event, at=event.at + ahead, incident=shift_incident(event.incident, ahead))


def shift_handling(case: Case | None, said: Sequence[Act], ahead: float) -> tuple[Case | None, Sequence[Act]]:
    """Where an incident stands with people, and what they said, in wall time; what they promised is so already."""
    if ahead == 0.0:
        return case, said
    if case is not None and case.acked_at is not None:
        case = replace(case, acked_at=case.acked_at + ahead)
    return case, [replace(act, at=act.at + ahead) for act in said]


def shift_standings(standings: Mapping[str, Standing], ahead: float) -> Mapping[str, Standing]:
    """The standings by id in wall time; `ahead` in seconds, 0 = the mapping itself."""
    if ahead == 0.0:
        return standings
    return {key: Standing(one.state, one.since + ahead, one.behind) for key, one in standings.items()}
