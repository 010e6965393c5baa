"""Does nothing that leaves the program lie in the future after somebody has set the clock back?"""

from dataclasses import fields, replace

import pytest

from netmon.decide.walltime import shift_event, shift_incident, shift_standings
from netmon.model import Clue, Incident, IncidentEvent, Standing, State

DAY = 86400.0
INCIDENT = Incident(
    id=7,
    kind="outage",
    severity="critical",
    root="a",
    seat="a",
    state="resolved",
    cause="power",
    opened_at=1000.0,
    resolved_at=1600.0,
    told_at=1010.0,
    affected=("a", "b"),
    evidence=(Clue(1001.0, "a", "silent", (("seconds", "12"),)),),
)
EVENT = IncidentEvent(event="resolved", at=1603.0, incident=INCIDENT)
STANDINGS = {"a": Standing(State.DOWN, 1000.0), "b": Standing(State.UNREACHABLE, 1002.0, "a")}


def test_nothing_is_copied_while_nobody_sets_the_clock() -> None:
    assert shift_incident(INCIDENT, 0.0) is INCIDENT
    assert shift_event(EVENT, 0.0) is EVENT
    assert shift_standings(STANDINGS, 0.0) is STANDINGS


@pytest.mark.parametrize("ahead", [-DAY, 3600.5])
def test_every_time_moves_and_nothing_else(ahead: float) -> None:
    event = shift_event(EVENT, ahead)
    assert (event.event, event.at) == ("resolved", 1603.0 + ahead)
    moved = event.incident
    assert moved == shift_incident(INCIDENT, ahead)
    assert (moved.opened_at, moved.told_at, moved.resolved_at) == (1000.0 + ahead, 1010.0 + ahead, 1600.0 + ahead)
    assert moved.evidence == (Clue(1001.0 + ahead, "a", "silent", (("seconds", "12"),)),)
    kept = {field.name for field in fields(Incident)} - {"opened_at", "told_at", "resolved_at", "evidence"}
    assert all(getattr(moved, name) == getattr(INCIDENT, name) for name in kept)
    assert shift_standings(STANDINGS, ahead) == {
        "a": Standing(State.DOWN, 1000.0 + ahead),
        "b": Standing(State.UNREACHABLE, 1002.0 + ahead, "a"),
    }


def test_what_is_open_stays_open() -> None:
    assert shift_incident(replace(INCIDENT, state="open", resolved_at=None), -DAY).resolved_at is None
