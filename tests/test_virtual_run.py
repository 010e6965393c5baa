"""Does the whole program, in virtual time, tell what it must, twice the same, and across restarts?"""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from netmon.app import App
from netmon.model import State
from netmon.settings.project import Project, load
from tests.province import SMALL, Performance, made, outcome, perform

ROOT = Path(__file__).parent.parent

SCRIPT = (
    (20.0, ("loss", "che-cu-nha/1", "0.2")),
    (60.0, ("cut", "van-yen/1", "van-yen/2")),
    (75.0, ("cut", "lam-thuong/1")),
    (120.0, ("restore", "van-yen")),
    (180.0, ("restore", "lam-thuong")),
    (240.0, ("fail", "pop-vnpt-lam-giang")),
    (290.0, ("restore", "pop-vnpt-lam-giang")),
    (330.0, ("restore", "che-cu-nha")),
    (360.0, ("isolate",)),
    (400.0, ("restore", "vantage")),
)
"""Ten minutes of the sample province: a lossy line, a district, a commune on 4G, a carrier's place, blindness."""

TOLD = {
    ("outage", "van-yen"): 12,
    ("redundancy_lost", "lam-thuong/1"): 1,
    ("outage", "pop-vnpt-lam-giang"): 3,
    ("degraded", "che-cu-nha/1"): 1,
    ("blind", "yb-noc"): 0,
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()], logger_factory=structlog.ReturnLoggerFactory()
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def small() -> Project:
    return made(SMALL)


def test_ten_minutes_of_the_sample_province_twice_the_same(tmp_path: Path) -> None:
    project = load(ROOT)
    first = perform(project, SCRIPT, 600.0, journal=tmp_path / "1.db")
    again = perform(project, SCRIPT, 600.0, journal=tmp_path / "2.db")
    assert {(one.kind, one.root): len(one.affected) for one in first.told.last().values()} == TOLD
    assert not first.open
    assert Counter(notice.event for notice in first.notices) == {"opened": len(TOLD), "resolved": len(TOLD)}
    assert first.bugs == 0
    assert {each.state for name, each in first.standings.items() if name in project.inventory.sites} == {State.UP}
    assert repr(first.told.entries) == repr(again.told.entries)
    assert repr(first.notices) == repr(again.notices)
    assert dump(tmp_path / "1.db") == dump(tmp_path / "2.db")


def dump(path: Path) -> list[str]:
    """Every row of a journal as text."""
    with sqlite3.connect(path) as database:
        rows = list(database.iterdump())
    database.close()
    return rows


OUTAGE = ((20.0, ("cut", "d/1", "d/2")), (24.0, ("cut", "e/1")), (80.0, ("restore",)))
"""Both lines of a district, and one of a ring."""


def ids(run: Performance) -> list[str]:
    return sorted(notice.id.split("/", 1)[1] for notice in run.notices)


@pytest.mark.parametrize("seed", range(6))
def test_restarts_at_any_moment_tell_nothing_twice(small: Project, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    stops = sorted(chance.uniform(15.0, 95.0) for _ in range(2))
    if stops[1] - stops[0] < 6.0:
        stops = [stops[0], stops[0] + 6.0]
    run = perform(small, OUTAGE, 140.0, seed=seed, journal=tmp_path / "j.db", stops=stops)
    twice = [name for name, times in Counter(notice.id for notice in run.notices).items() if times > 1]
    assert not twice
    assert not run.open
    opened = Counter((one.kind, one.root) for one in run.told.last().values())
    assert opened == {("outage", "d"): 1, ("redundancy_lost", "e/1"): 1}, stops
    assert Counter(notice.event for notice in run.notices) == {"opened": 2, "resolved": 2}
    numbers = [entry.seq for entry in run.told.entries]
    assert numbers == sorted(set(numbers)), "sequence numbers go on counting"


@pytest.mark.parametrize("away", [1.0, 40.0])
def test_a_restart_during_which_everything_came_back_still_tells_the_resolve(
    small: Project, tmp_path: Path, away: float
) -> None:
    script = ((20.0, ("cut", "d/1", "d/2")), (60.5, ("restore",)))
    run = perform(small, script, 140.0, journal=tmp_path / "j.db", stops=[60.0], away=away)
    assert run.told.said() == [("opened", "outage", "d"), ("resolved", "outage", "d")]
    assert [notice.event for notice in run.notices] == ["opened", "resolved"]


def test_a_restart_of_a_blind_netmon_accuses_nobody(small: Project, tmp_path: Path) -> None:
    script = ((20.0, ("isolate",)), (90.0, ("restore",)))
    run = perform(small, script, 140.0, journal=tmp_path / "j.db", stops=[60.0])
    assert run.told.said() == [("opened", "blind", "noc"), ("resolved", "blind", "noc")]


@pytest.mark.parametrize("seed", range(3))
def test_the_whole_program_agrees_with_the_verdict_alone(small: Project, seed: int) -> None:
    run = perform(small, [(20.0, ("fail", "d")), (60.0, ("restore",))], 90.0, seed=seed)
    assert outcome(run.told.last().values()) == {("outage", "d", frozenset({"d", "b1", "b2"}))}
    assert ids(run) == ["opened/desk/1", "resolved/desk/1"]


def test_a_reload_while_it_runs_keeps_what_is_known(small: Project) -> None:
    async def reload(app: App) -> None:
        assert await app.reload(lambda: small)

    run = perform(small, [(20.0, ("cut", "d/1", "d/2")), (40.0, reload), (60.0, ("restore",)), (65.0, reload)], 100.0)
    assert run.told.said() == [("opened", "outage", "d"), ("resolved", "outage", "d")]


@pytest.mark.parametrize("every", [1, 2, 4, 5, 7, 10])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_line_lost_is_seen_at_whatever_interval_it_is_asked(every: int, seed: int) -> None:
    project = made(SMALL.replace("every: 2s", f"every: {every}s"))
    done = perform(project, [(60.0, ("cut", "a/1"))], 180.0, seed=seed, settle=4.0)
    assert [said for said in done.told.said() if said[0] != "noted"] == [("opened", "redundancy_lost", "a/1")]
