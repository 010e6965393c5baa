"""Is a line that flaps told about once, and its final state whatever happens?

For an hour the line is down for so many seconds and up for so many. At most two messages while it lasts, then the one
that tells how it ended: resolved where it ends up, and nothing more where it ends down and that was told.
"""

import pytest

from netmon.decide.incidents import RELAPSE
from netmon.model import IncidentEvent, Inventory, State
from tests.proof.stage import ROADS
from tests.province import Play, made

BEGIN, HOUR = 30.0, 3600.0
CALM = 300.0
"""Seconds after which the last word must have been said."""

LINES = {"e/1": "e/1", "g/1": "g"}
"""What flaps, and what is told of: a line beside another one, and the only line of a site."""


@pytest.fixture(scope="module")
def roads() -> Inventory:
    return made(ROADS).inventory


def flapped(inventory: Inventory, line: str, down: float, up: float, ends_up: bool, seed: int) -> Play:
    play = Play(inventory, seed)
    at = BEGIN
    while at < BEGIN + HOUR:
        play.do(at, ("cut", line))
        play.do(at + down, ("restore", line))
        at += down + up
    if not ends_up:
        play.do(at, ("cut", line))
    play.run(at + CALM)
    return play


def said(play: Play, line: str) -> list[IncidentEvent]:
    """All that was told, which must be about this line or its site alone.

    A line that is gone for a few seconds at a time may be poor before it is lost, and never both at once.
    """
    events = play.told.events
    assert {event.incident.seat for event in events} <= {line, LINES[line]}, play.told.said()
    kinds = [event.incident.kind for event in events if event.event == "opened"]
    assert "degraded" not in kinds[1:], play.told.said()
    return events


def before_it_is_known(up: float) -> int:
    """Notices before the final one: what is never back for longer than `RELAPSE` is known to flap before anybody can be
    told that it is over; of a slower one people hear that it went, that it is back, and that it flaps."""
    return 2 if up <= RELAPSE else 3


@pytest.mark.parametrize("line", sorted(LINES))
@pytest.mark.parametrize(("down", "up"), [(10.0, 10.0), (4.0, 4.0), (30.0, 30.0), (60.0, 60.0)])
def test_an_hour_of_flapping_that_ends_well(roads: Inventory, line: str, down: float, up: float) -> None:
    play = flapped(roads, line, down, up, ends_up=True, seed=int(down + up))
    events = said(play, line)
    assert play.open() == frozenset()
    assert play.standing(LINES[line])[0] is State.UP
    assert len(events) <= before_it_is_known(up) + 1, play.told.said()
    assert not events or events[-1].event == "resolved"
    assert not events or events[-2].incident.flapping or len(events) == 2, play.told.said()


@pytest.mark.parametrize("line", sorted(LINES))
@pytest.mark.parametrize(("down", "up"), [(10.0, 10.0), (60.0, 60.0)])
def test_an_hour_of_flapping_that_ends_down(roads: Inventory, line: str, down: float, up: float) -> None:
    play = flapped(roads, line, down, up, ends_up=False, seed=int(down + up))
    events = said(play, line)
    kind = "outage" if line == "g/1" else "redundancy_lost"
    assert {(kind, root) for kind, root, _ in play.open()} == {(kind, LINES[line])}
    assert play.standing(line)[0] in (State.DOWN, State.UNREACHABLE)
    assert len(events) <= before_it_is_known(up), play.told.said()
    assert events[-1].event != "resolved"


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("line", sorted(LINES))
@pytest.mark.parametrize("ends_up", [False, True])
@pytest.mark.parametrize(("down", "up"), [(10.0, 10.0), (4.0, 4.0), (30.0, 30.0), (60.0, 60.0), (7.0, 13.0)])
def test_an_hour_of_flapping_on_many_phases(
    roads: Inventory, line: str, down: float, up: float, ends_up: bool, seed: int
) -> None:
    play = flapped(roads, line, down, up, ends_up=ends_up, seed=seed)
    events = said(play, line)
    last_words = ends_up * max(1, len({event.incident.id for event in events}))  # one of each that was told
    assert len(events) <= before_it_is_known(up) + last_words, play.told.said()
    assert (play.open() == frozenset()) is ends_up
