"""Somebody sets the clock: is a round missed, anybody accused, or told a time that has not come yet?"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from netmon.model import State
from netmon.settings.project import Project
from tests.proof.stage import Act, House, Lived, lives
from tests.province import T0

DAY = 86400.0
CALM: tuple[Act, ...] = ()
OUTAGE: tuple[Act, ...] = ((20.3, ("cut", "d/1", "d/2")), (70.4, ("restore",)))
END = 110.0
SET = {
    "in calm": (CALM, 45.0),
    "before it is told": (OUTAGE, 25.0),
    "in an outage": (OUTAGE, 45.0),
    "after": (OUTAGE, 74),
}
"""What happens, and when the clock is set."""


def counting(polls: dict[str, int], at: float, jump: float, seen: list[tuple[float, Any]]) -> Iterator[Act]:
    """Set the clock at a moment, and look at what is shown every few seconds, with the wall clock of that time."""

    def set_clock(house: House) -> None:
        house.clock.jump(jump)

    def look(house: House) -> None:
        assert house.app is not None
        wall = house.clock.now() + house.clock.ahead()
        seen.append((wall, [house.app.view.status(), house.app.view.incidents()]))

    def count(house: House) -> None:
        assert house.app is not None
        pieces, _ = house.app.view.metrics()
        found = re.findall(rb"^(netmon_probe_sent_total\S*) (\S+)", b"".join(pieces), re.MULTILINE)
        polls.update({name.decode(): int(float(value)) for name, value in found})

    if jump:
        yield at, set_clock
    yield from ((5.0 * n, look) for n in range(1, int(END / 5)))
    yield END - 1.0, count


def times(value: object) -> Iterator[datetime]:
    """Every time anywhere in this JSON."""
    if isinstance(value, dict):
        for each in value.values():
            yield from times(each)
    elif isinstance(value, list):
        for each in value:
            yield from times(each)
    elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*", value):
        yield datetime.fromisoformat(value)


def played(project: Project, name: str, jump: float) -> tuple[Lived, dict[str, int], list[tuple[float, Any]]]:
    script, at = SET[name]
    polls: dict[str, int] = {}
    seen: list[tuple[float, Any]] = []
    acts = sorted((*script, *counting(polls, at, jump, seen)), key=lambda act: act[0])
    return lives(project, acts, END), polls, seen


@pytest.mark.parametrize("name", sorted(SET))
@pytest.mark.parametrize("jump", [DAY, -DAY, 90.0])
def test_a_clock_that_is_set_changes_nothing(hamlet: Project, name: str, jump: float) -> None:
    calm, polls, _ = played(hamlet, name, 0.0)
    run, polls_then, seen = played(hamlet, name, jump)
    assert polls_then == polls
    assert polls
    assert (run.skipped, run.bugs) == (0, 0)
    assert [(one.event, one.incident.root) for one in run.notices] == [
        (one.event, one.incident.root) for one in calm.notices
    ]
    assert run.told.said() == calm.told.said()
    assert run.open == []
    assert {run.standings[site].state for site in hamlet.inventory.sites} == {State.UP}
    for wall, shown in seen:
        late = [each.isoformat() for each in times(shown) if each.timestamp() > wall + 0.001]
        assert not late, (jump, late)


@pytest.mark.parametrize("name", ["before it is told", "in an outage"])
@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_no_message_speaks_of_a_time_that_has_not_come(hamlet: Project, name: str, jump: float) -> None:
    _, at = SET[name]
    run, _, _ = played(hamlet, name, jump)
    assert len(run.notices) == 2
    for notice in run.notices:
        wall = notice.at + (jump if notice.at >= T0 + at else 0.0)
        body = json.loads(notice.body)
        said = [each.timestamp() for each in times(body)]
        assert all(wall - END <= each <= wall + 0.001 for each in said), (wall, body)
        assert datetime.fromisoformat(body["at"]).strftime("%d/%m/%Y") in notice.text
        clock_times = re.findall(r"\b\d\d:\d\d\b", notice.text)
        assert clock_times
        assert max(clock_times) <= datetime.fromisoformat(body["at"]).strftime("%H:%M")
