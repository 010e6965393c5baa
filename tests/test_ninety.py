"""Is the season that other tests read one that could have been, and is three months of it small enough?"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from netmon.decide.ledger.book import book
from netmon.decide.ledger.totals import total
from netmon.model import Inventory, Standing, State
from netmon.run.journal import history as journal_history
from netmon.run.journal.seam import facts, read_only
from netmon.settings.project import load
from tests.conftest import ROOT
from tests.ninety import Lived, Season, write

SHORT = Season(days=2, storm=20)
GIGABYTE = 1 << 30
TABLES = ("log", "notices", "assets", "rulings", "dead", "history_series", "history_days", "history_fives", "rollups")


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load(ROOT).inventory


@pytest.fixture(scope="module")
def lived(inventory: Inventory, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Lived]:
    path = tmp_path_factory.mktemp("season") / "journal.db"
    return path, write(path, inventory, SHORT)


def rows(path: Path) -> Iterator[tuple[object, ...]]:
    with closing(apsw.Connection(str(path))) as database:
        for table in TABLES:
            yield from database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")


def test_each_state_follows_from_the_one_before(lived: tuple[Path, Lived]) -> None:
    path, season = lived
    known: dict[str, Standing] = {}
    for turn in facts(path, season.since, season.until).transitions:
        assert turn.old == known.get(turn.id, Standing(State.UNKNOWN, 0.0)), turn
        assert turn.new.since <= turn.at
        known[turn.id] = turn.new
    assert read_only(path).standings == known


def test_something_of_everything_happens_and_it_adds_up(lived: tuple[Path, Lived], inventory: Inventory) -> None:
    path, season = lived
    since, until = int(season.since), int(season.until)
    found = facts(path, since, until)
    ledger = book(found, since, until)
    assert {one.column for intervals in ledger.values() for one in intervals} >= {"up", "down", "off", "unmeasured"}
    assert {sum(total(intervals).seconds.values()) for intervals in ledger.values()} == {until - since}
    assert {one.kind for one in found.incidents.values()} >= {"outage", "redundancy_lost", "degraded"}
    assert len(found.incidents) == season.incidents
    assert any(one.state == "open" for one in found.incidents.values())
    assert found.rulings
    assert found.corrections
    assert len(ledger) == len(inventory.sites) + len(inventory.devices) + len(inventory.links)


def test_what_was_measured_can_be_read(lived: tuple[Path, Lived], inventory: Inventory) -> None:
    path, season = lived
    link = next(key for key, line in inventory.links.items() if line.local and line.collect)
    curves = journal_history.read(path, season.since, season.until, of=link)
    assert {(one.quantity, one.direction) for one in curves} == {
        ("loss", ""), ("rtt", ""), ("jitter", ""), ("mos", ""), ("use", "receive"), ("use", "transmit"),
    }  # fmt: skip
    measured = [sum(mean == mean for mean in one.means) for one in curves]
    assert min(measured) > 288


def test_the_same_season_writes_the_same_journal(
    lived: tuple[Path, Lived], inventory: Inventory, tmp_path: Path
) -> None:
    assert write(tmp_path / "journal.db", inventory, SHORT) == lived[1]
    assert list(rows(tmp_path / "journal.db")) == list(rows(lived[0]))


@pytest.mark.nightly
def test_ninety_days_take_less_than_two_gigabytes(inventory: Inventory, tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    season = write(path, inventory)
    assert season.incidents > 90 * 40
    assert path.stat().st_size < 2 * GIGABYTE
    assert season.history.octets < 8 * season.history.means
