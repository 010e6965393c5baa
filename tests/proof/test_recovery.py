"""When something comes back, does only that page which stayed broken behind it, and soon?

Nothing pages while a parent returns; a child that did not come back with it is told within one confirmation window of
the parent's return, plus the time a verdict takes.
"""

import random

import pytest

from netmon.model import IncidentEvent, Inventory
from netmon.settings.project import Project
from tests.proof.stage import HILLS
from tests.province import Play, made

CONFIRM, VERDICT = 10.0, 15.0
BREAK, MEND, AGAIN, END = 30.0, 90.0, 150.0, 200.0


def valley(communes: int) -> str:
    """The hills, and a district v on two lines with so many communes behind it; some have a camera."""
    rows = [
        (
            "  v: {name: V, level: district, devices: {vr: {address: 10.1.0.1, role: router}}, uplinks: ["
            "{to: c1, kind: fibre, address: 10.8.0.1}, {to: c2, kind: fibre, role: backup, address: 10.8.0.2}]}\n"
        )
    ]
    for n in range(1, communes + 1):
        camera = f", v{n}cam: {{address: 10.1.{n}.9, role: camera}}" if n % 3 == 0 else ""
        address = f", address: 10.8.1.{n}" if n % 2 else ""
        rows.append(
            f"  v{n}: {{name: V{n}, level: commune, devices: {{v{n}r: {{address: 10.1.{n}.1, role: router}}{camera}}}, "
            f"uplinks: [{{to: vr, kind: ftth{address}}}]}}\n"
        )
    return HILLS + "".join(rows)


@pytest.fixture(scope="module")
def hills_inventory(hills: Project) -> Inventory:
    return hills.inventory


@pytest.fixture(scope="module")
def thirty() -> Inventory:
    return made(valley(30)).inventory


def recovered(inventory: Inventory, what: str, parent: str, children: list[tuple[str, str]], seed: int) -> None:
    """`what` fails, told as `parent`, and with it the children; it comes back and they do not; at last they do.

    A child is (verb and id as `cut d/1`, the root that must be told for it).
    """
    play = Play(inventory, seed, portion=random.Random(seed).choice((0.0, 0.1)))
    play.do(BREAK, *[(*verb.split(),) for verb, _ in children], ("fail", what))
    play.do(MEND, ("restore", what))
    play.do(AGAIN, ("restore",))
    play.run(END)
    said = play.told.said()
    first = [(e.event, e.incident.root) for e in play.told.events if e.at < play.clock.at - END + MEND]
    assert first == [("opened", parent)], said
    roots = sorted(root for _, root in children)
    during = between(play, MEND, AGAIN)
    assert [(e.event, e.incident.root) for e in during if e.event == "resolved"] == [("resolved", parent)], said
    assert sorted(e.incident.root for e in during if e.event == "opened") == roots, said
    assert {e.event for e in during} <= {"opened", "resolved"}, said
    for event in during:
        if event.event == "opened":
            assert MEND < play.told.at("opened", event.incident.root)[0] <= MEND + CONFIRM + VERDICT, said
    after = between(play, AGAIN, END)
    assert sorted((e.event, e.incident.root) for e in after) == [("resolved", root) for root in roots], said
    assert play.open() == frozenset()


def between(play: Play, begin: float, end: float) -> list[IncidentEvent]:
    now = play.clock.at - play.now
    return [event for event in play.told.events if begin <= event.at - now < end]


@pytest.mark.parametrize("seed", range(6))
def test_some_of_thirty_communes_stay_behind(thirty: Inventory, seed: int) -> None:
    chance = random.Random(seed)
    stay = chance.sample(range(1, 31), 1 + seed % 3)
    recovered(thirty, "v", "v", [(chance.choice((f"fail v{n}", f"cut v{n}/1")), f"v{n}") for n in stay], seed)


SHAPES: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "a carrier's place behind a district": ("d", "d", [("fail pop", "pop")]),
    "one behind a carrier's place": ("pop", "pop", [("fail b2", "b2")]),
    "a camera of the site": ("dr", "d", [("fail dcam", "dcam")]),
    "a camera behind a commune": ("d", "d", [("fail b1cam", "b1cam")]),
    "behind one of the core pair": ("c1", "c1", [("cut g/1", "g")]),
    "a line of the district": ("dr", "d", [("cut d/2", "d/2")]),
    "a commune and a camera": ("dr", "d", [("fail b1", "b1"), ("fail dcam", "dcam")]),
    "everything": ("d", "d", []),
}
"""What fails and is mended, the root that is told, and what stays broken behind it with the root told for that."""


@pytest.mark.parametrize("name", sorted(SHAPES))
@pytest.mark.parametrize("seed", range(3))
def test_what_stayed_broken_is_told_and_nothing_else(hills_inventory: Inventory, name: str, seed: int) -> None:
    recovered(hills_inventory, *SHAPES[name], seed)


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_what_stayed_broken_is_told_on_many_phases(hills_inventory: Inventory, name: str) -> None:
    for seed in range(100, 150):
        recovered(hills_inventory, *SHAPES[name], seed)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 140))
def test_some_of_thirty_communes_stay_behind_on_many_phases(thirty: Inventory, seed: int) -> None:
    test_some_of_thirty_communes_stay_behind(thirty, seed)
