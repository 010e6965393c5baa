"""Does everybody hear the same, once, however often and wherever the process is killed?

Every call that writes to the journal is a moment to die at: just before it is committed, and just after, when the
program has not heard of it yet. Three seconds later the program is built anew on the same file and goes on.
"""

import random
from collections import Counter
from pathlib import Path

import pytest

from netmon.model import State
from netmon.settings.project import Project
from tests.proof.stage import Act, Fate, Lived, lives
from tests.province import T0

CUT = 8.2
MEND = 35.7
SCRIPT: tuple[Act, ...] = ((CUT, ("cut", "d/1", "d/2")), (MEND, ("restore",)))
"""A district is lost, and comes back."""
END = 65.0
FAREWELL = 3
"""Calls of the journal that an orderly end makes: the last heartbeat of the house-keeping, and two on the way out."""

# What was not yet told counts from the restart: each fault outlasts two deaths and the confirm after the second.
SCRIPTS: dict[str, tuple[tuple[Act, ...], float]] = {
    "a district and a line beside it": (
        ((20.3, ("cut", "d/1", "d/2")), (24.1, ("cut", "e/1")), (80.4, ("restore",))),
        130.0,
    ),
    "a commune that stays behind": (
        ((20.3, ("fail", "d", "b1")), (60.4, ("restore", "d")), (100.2, ("restore",))),
        150.0,
    ),
    "blind": (((20.3, ("isolate",)), (70.4, ("restore",))), 110.0),
    "a carrier's place, then the core": (
        ((20.3, ("fail", "pop")), (60.4, ("fail", "c1")), (110.4, ("restore", "c1")), (150.2, ("restore",))),
        200.0,
    ),
    "one line after the other": (
        ((20.3, ("cut", "e/1")), (60.4, ("cut", "e/2")), (110.4, ("restore", "e/2")), (150.2, ("restore",))),
        200.0,
    ),
}


def check(project: Project, undisturbed: Lived, killed: Lived, why: object) -> None:
    """Assert that the killed program told what the undisturbed one told, and nothing twice without need."""
    times = Counter(notice.id for notice in killed.notices)
    allowed = Counter(name for life in killed.lives for name in life.unrecorded)
    assert all(times[name] <= 1 + allowed[name] for name in times), (why, times)
    assert killed.sent(project) == undisturbed.sent(project), why
    assert killed.open == [], why
    assert {killed.standings[site].state for site in project.inventory.sites} == {State.UP}, why
    numbers = [entry.seq for entry in killed.told.entries]
    assert numbers == sorted(set(numbers)), (why, "sequence numbers go on counting")


def die(project: Project, folder: Path, script: tuple[Act, ...], end: float, *fates: Fate) -> Lived:
    name = "-".join(f"{fate.call}{'b' if fate.after else 'a'}" for fate in fates)
    path = folder / f"{name}.db"
    run = lives(project, script, end, journal=path, fates=fates)
    for file in folder.glob(f"{name}.db*"):
        file.unlink()
    return run


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_every_call_of_the_journal_the_same_is_told(hamlet: Project, ram: Path, after: bool) -> None:
    undisturbed = lives(hamlet, SCRIPT, END)
    assert [notice.event for notice in undisturbed.notices] == ["opened", "resolved"]
    calls = undisturbed.last.calls[:-FAREWELL]
    assert {"note assets", "write", "claim", "delivered", "beat"} == set(calls)
    for call, what in enumerate(calls, 1):
        if after and what == "beat" and call % 3:
            continue  # a heartbeat that was written changes little
        run = die(hamlet, ram, SCRIPT, END, Fate(call, after))
        check(hamlet, undisturbed, run, (call, what, after))
        opened = run.notices[0]
        assert T0 + CUT <= opened.incident.opened_at <= opened.at - 10.0


def test_killed_at_every_seventh_call_of_a_larger_play(hills: Project, ram: Path) -> None:
    script, end = SCRIPTS["a commune that stays behind"]
    undisturbed = lives(hills, script, end)
    for call in range(7, len(undisturbed.last.calls) - FAREWELL, 7):
        after = call % 2 == 0
        check(hills, undisturbed, die(hills, ram, script, end, Fate(call, after)), (call, after))


@pytest.mark.nightly
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_killed_at_every_call_of_every_play(hills: Project, ram: Path, name: str, after: bool) -> None:
    script, end = SCRIPTS[name]
    undisturbed = lives(hills, script, end)
    for call in range(1, len(undisturbed.last.calls) - FAREWELL + 1):
        check(hills, undisturbed, die(hills, ram, script, end, Fate(call, after)), (call, after))


def twice(project: Project, folder: Path, name: str, seeds: range) -> None:
    """Two deaths: the second at one of the first calls of the second life, or anywhere in it."""
    script, end = SCRIPTS[name]
    undisturbed = lives(project, script, end)
    most = len(undisturbed.last.calls) - FAREWELL
    for seed in seeds:
        chance = random.Random(seed)
        first = Fate(chance.randint(1, most), chance.random() < 0.5)
        second = Fate(chance.randint(1, chance.choice((10, most))), chance.random() < 0.5)
        check(project, undisturbed, die(project, folder, script, end, first, second), (seed, first, second))


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_killed_twice(hills: Project, ram: Path, name: str) -> None:
    twice(hills, ram, name, range(2))


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_killed_twice_in_many_places(hills: Project, ram: Path, name: str) -> None:
    twice(hills, ram, name, range(100, 300))
