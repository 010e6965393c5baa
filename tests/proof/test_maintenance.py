"""Does planned work silence all that it covers, nothing else, and only as long as it lasts?"""

import pytest

from netmon.decide import reload
from netmon.model import Inventory, Maintenance
from netmon.settings.project import Project
from tests.proof.stage import booked
from tests.province import T0, Play

BEGIN, END = 60.0, 360.0
SOON = 25.0
"""Confirmation, and the time that a verdict takes."""


@pytest.fixture(scope="module")
def inventory(hills: Project) -> Inventory:
    return hills.inventory


def work(*what: str, begin: float = BEGIN, end: float = END) -> tuple[Maintenance, ...]:
    return (Maintenance(what=what, since=T0 + begin, until=T0 + end, why="tủ nguồn", who="ca trực"),)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "verbs",
    [
        (("fail", "d"),),
        (("cut", "d/1", "d/2"),),
        (("cut", "d/1"),),
        (("fail", "b1"), ("fail", "pop")),
        (("fail", "dcam"), ("cut", "b2/1")),
        (("loss", "d/1", "0.3"),),
    ],
    ids=str,
)
def test_work_on_a_district_covers_all_that_hangs_on_it(
    inventory: Inventory, seed: int, verbs: tuple[tuple[str, ...], ...]
) -> None:
    play = Play(inventory, seed, maintenance=work("d"))
    play.do(BEGIN + 30, *verbs)
    play.do(END - 60, ("restore",))
    play.run(END + 60)
    assert play.told.said() == []
    for site in ("d", "b1", "b2", "b3"):
        assert booked(inventory, play.told.entries, site, 30.0, END + 60)["down"] == 0, site


@pytest.mark.parametrize("seed", range(2))
def test_work_excuses_in_the_ledger_what_was_down_meanwhile_and_no_more(inventory: Inventory, seed: int) -> None:
    play = Play(inventory, seed, maintenance=work("d"))
    play.do(BEGIN + 30, ("fail", "d"))
    play.do(END + 100, ("restore",))
    play.run(END + 200)
    for name in ("d", "dr", "b1", "b1r"):
        seconds = booked(inventory, play.told.entries, name, 30.0, END + 200)
        assert seconds["maintenance"] == pytest.approx(END - BEGIN - 30, abs=5), name
        # Nobody knows how a device behind another fared.
        lost = seconds["unmeasured"] if name == "b1r" else seconds["down"]
        assert lost == pytest.approx(100, abs=5), name


@pytest.mark.parametrize("seed", range(2))
def test_what_is_still_broken_after_the_work_is_told_within_a_confirm(inventory: Inventory, seed: int) -> None:
    play = Play(inventory, seed, maintenance=work("d"))
    play.do(BEGIN + 30, ("fail", "d", "b1"))
    play.do(END - 60, ("restore", "d"))
    play.run(END)
    assert play.told.said() == []
    play.run(END + SOON)
    assert play.told.said() == [("opened", "outage", "b1")]
    assert play.told.at("opened", "b1")[0] > END


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("verb", "told"),
    [
        (("fail", "g"), ("outage", "g")),
        (("cut", "e/1"), ("redundancy_lost", "e/1")),
        (("fail", "c2"), ("outage", "c2")),
    ],
)
def test_beside_the_work_everything_is_told_as_ever(
    inventory: Inventory, seed: int, verb: tuple[str, ...], told: tuple[str, str]
) -> None:
    play = Play(inventory, seed, maintenance=work("d"))
    play.do(BEGIN + 30, ("fail", "d"), verb)
    play.run(BEGIN + 30 + SOON)
    assert play.told.said() == [("opened", *told)]


@pytest.mark.parametrize("seed", range(2))
def test_a_site_with_another_way_is_not_covered_by_work_on_one(inventory: Inventory, seed: int) -> None:
    """The commune a has 4G beside its line to the district: that it lost the line is planned, no more."""
    play = Play(inventory, seed, maintenance=work("d"))
    play.do(BEGIN + 30, ("fail", "d"))
    play.run(BEGIN + 60)
    assert play.told.said() == []
    play.do(BEGIN + 90, ("cut", "a/2"))
    play.run(BEGIN + 90 + SOON)
    assert [(kind, "a" in affected) for kind, _, affected in play.open()] == [("outage", True)]


@pytest.mark.parametrize("seed", range(2))
def test_a_site_whose_other_line_breaks_meanwhile_is_told(inventory: Inventory, seed: int) -> None:
    play = Play(inventory, seed, maintenance=work("e/1"))
    play.do(BEGIN + 30, ("cut", "e/1"))
    play.run(BEGIN + 90)
    assert play.told.said() == []
    play.do(BEGIN + 90, ("cut", "e/2"))
    play.run(BEGIN + 90 + SOON)
    assert [(kind, affected) for kind, _, affected in play.open()] == [("outage", frozenset({"e"}))]
    play.do(END - 60, ("restore",))
    play.run(END + 60)
    assert [event for event, *_ in play.told.said()] == ["opened", "resolved"]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("back", [BEGIN + 100, END + 100])
def test_what_was_told_before_the_work_still_gets_its_resolve(inventory: Inventory, seed: int, back: float) -> None:
    play = Play(inventory, seed, maintenance=work("d"))
    play.do(20, ("fail", "d"))
    play.do(back, ("restore",))
    play.run(END + 200)
    assert play.told.said() == [("opened", "outage", "d"), ("resolved", "outage", "d")]


@pytest.mark.parametrize("seed", range(2))
def test_what_broke_just_before_the_work_is_not_told_in_it(inventory: Inventory, seed: int) -> None:
    play = Play(inventory, seed, maintenance=work("d"))
    play.do(BEGIN - 4, ("fail", "d"))
    play.do(END - 60, ("restore",))
    play.run(END + 60)
    assert play.told.said() == []


@pytest.mark.parametrize("what", ["pop", "g", "vnpt"])
def test_work_on_a_place_a_site_or_a_carrier(inventory: Inventory, what: str) -> None:
    verb = {"pop": ("fail", "pop"), "g": ("cut", "g/1"), "vnpt": ("cut", "vnpt")}[what]
    play = Play(inventory, 1, maintenance=work(what))
    play.do(BEGIN + 30, verb)
    play.do(END - 60, ("restore",))
    play.run(END + 60)
    assert play.told.said() == []


def test_work_goes_by_the_clock_on_the_wall(inventory: Inventory) -> None:
    play = Play(inventory, 1, maintenance=work("d", begin=BEGIN - 86400.0, end=END - 86400.0))
    play.ahead = -86400.0
    play.do(BEGIN + 30, ("fail", "d"))
    play.run(END)
    assert play.told.said() == []
    play.run(END + SOON)
    assert play.told.said() == [("opened", "outage", "d")]


@pytest.mark.parametrize("broken", [BEGIN + 30, BEGIN + 130])
def test_work_that_is_taken_back_silences_nothing_any_more(inventory: Inventory, broken: float) -> None:
    """Whether something breaks before that or after it."""
    play = Play(inventory, 1, maintenance=work("d"))
    play.do(broken, ("fail", "d"))
    play.run(BEGIN + 100)
    assert play.told.said() == []
    reload.reload(play.core, inventory, play.now, maintenance=())
    play.run(BEGIN + 200)
    assert [(event.event, event.incident.root) for event in play.told.events] == [("opened", "d")]
