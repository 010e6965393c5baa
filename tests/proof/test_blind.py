"""While netmon itself is cut off, is nobody accused, the time booked as unmeasured, and all as before afterwards?"""

from pathlib import Path

import pytest

from netmon.model import Inventory, State, Transition
from netmon.settings.project import Project
from tests.proof.stage import HAMLET, Fate, booked, lives
from tests.province import Play, made

CUT, HOUR = 60.0, 3600.0
BACK = CUT + HOUR
END = BACK + 120.0
EVERY = 2.0
"""Seconds between two probes of everything."""


@pytest.fixture(scope="module")
def hills_inventory(hills: Project) -> Inventory:
    return hills.inventory


@pytest.mark.parametrize("seed", range(2))
def test_an_hour_of_blindness_is_one_incident_and_afterwards_all_is_as_before(
    hills_inventory: Inventory, seed: int
) -> None:
    play = Play(hills_inventory, seed)
    play.run(CUT)
    before = {name: standing.state for name, standing in play.core.known.standings.items()}
    play.do(CUT, ("isolate",))
    play.do(BACK, ("restore",))
    play.run(END)
    assert play.told.said() == [("opened", "blind", "noc"), ("resolved", "blind", "noc")]
    assert {name: standing.state for name, standing in play.core.known.standings.items()} == before
    for link in hills_inventory.links:
        seconds = booked(hills_inventory, play.told.entries, link, CUT - 30.0, END)
        assert HOUR - 1 <= seconds["unmeasured"] <= HOUR + EVERY + 10, (link, seconds)
        assert seconds["up"] == sum(seconds.values()) - seconds["unmeasured"], (link, seconds)
    transitions = [entry.body for entry in play.told.entries if isinstance(entry.body, Transition)]
    accused = {each.id for each in transitions if each.new.state in (State.DOWN, State.UNREACHABLE, State.DEGRADED)}
    assert accused == set()


@pytest.mark.parametrize("seed", range(3))
def test_what_was_told_before_stays_and_what_broke_meanwhile_is_told_after(
    hills_inventory: Inventory, seed: int
) -> None:
    play = Play(hills_inventory, seed)
    play.do(20, ("cut", "g/1"))
    play.do(60, ("isolate",))
    play.do(300, ("fail", "pop"))
    play.do(600, ("restore", "vantage"))
    play.do(700, ("restore",))
    play.run(760)
    said = play.told.said()
    assert said[:4] == [
        ("opened", "outage", "g"),
        ("opened", "blind", "noc"),
        ("resolved", "blind", "noc"),
        ("opened", "outage", "pop"),
    ]
    assert sorted(said[4:]) == [("resolved", "outage", "g"), ("resolved", "outage", "pop")]
    assert 600 < play.told.at("opened", "pop")[0] <= 600 + 10 + 15


def test_what_came_back_while_blind_is_resolved_after(hills_inventory: Inventory) -> None:
    play = Play(hills_inventory, 3)
    play.do(20, ("cut", "g/1"))
    play.do(60, ("isolate",))
    play.do(300, ("restore", "g/1"))
    play.do(600, ("restore",))
    play.run(660)
    assert sorted(play.told.said()) == sorted(
        [
            ("opened", "outage", "g"),
            ("opened", "blind", "noc"),
            ("resolved", "blind", "noc"),
            ("resolved", "outage", "g"),
        ]
    )


def test_the_whole_program_says_one_thing_of_an_hour_of_blindness() -> None:
    slow = made(HAMLET.replace("every: 2s", "every: 10s"))
    run = lives(slow, ((CUT, ("isolate",)), (BACK, ("restore",))), END + 60)
    assert [(one.event, one.incident.kind, one.incident.affected) for one in run.notices] == [
        ("opened", "blind", ()),
        ("resolved", "blind", ()),
    ]
    assert run.open == []
    assert {run.standings[name].state for name in (*slow.inventory.sites, *slow.inventory.links)} == {State.UP}
    assert (run.skipped, run.bugs) == (0, 0)


@pytest.mark.parametrize("call", range(24, 42, 3))
def test_a_restart_while_cut_off_takes_no_measured_time_back(hamlet: Project, ram: Path, call: int) -> None:
    """Killed before the verdict was in: what was measured until then stays measured.

    What was not called yet counts as heard until the last heartbeat, at most a verdict after its last answer.
    """
    script = ((20.3, ("isolate",)), (70.4, ("restore",)))
    run = lives(hamlet, script, 110.0, journal=ram / "j.db", fates=[Fate(call)])
    for link in hamlet.inventory.links:
        seconds = booked(hamlet.inventory, run.told.entries, link, 5.0, 110.0)
        assert 70 - 21 - 4 <= seconds["unmeasured"] <= 70 - 20 + EVERY + 10, (link, seconds)
        assert seconds["up"] == sum(seconds.values()) - seconds["unmeasured"], (link, seconds)
