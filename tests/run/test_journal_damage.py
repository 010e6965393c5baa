"""What is left of a journal of which a part is damaged?"""

import asyncio
import shutil
from array import array
from collections.abc import Callable, Mapping
from contextlib import closing
from math import nan
from pathlib import Path

import apsw
import pytest

from netmon.decide.history import STEP, Curve
from netmon.decide.learning import Learned
from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import Asset
from netmon.errors import JournalError
from netmon.model import Entry, Mark, State, Unread
from netmon.run.journal.damage import find
from netmon.run.journal.history import DAY, MOST, Fives, fold, keep, read
from netmon.run.journal.notices import read as read_notices
from netmon.run.journal.seam import facts, open_inline, read_only
from netmon.run.journal.sql import Book
from netmon.run.journal.told import read as read_told
from tests.run.values import event, notice, transition

FIRST = 20_000 * DAY
"""A midnight of UTC, in five minutes since the epoch."""
DAYS = 3
HURT = FIRST + DAY
"""The day that is damaged."""
LINES = [f"town-{number}/1" for number in range(5)]
KEYS = [(quantity, line, "") for line in LINES for quantity in ("loss", "rtt", "jitter")]


def measured(number: int, five: int) -> float:
    """Numbers that fold to some hundred octets a day."""
    return (five * (number + 7) % 997) / 997


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of some lines, folded."""
    path = tmp_path_factory.mktemp("damage") / "j.db"
    with closing(Book(path)) as journal:
        rows = [
            (five, array("f", [measured(number, five) for number in range(len(KEYS))]))
            for five in range(FIRST, FIRST + DAYS * DAY)
        ]
        journal.within(lambda database: keep(database, Fives(KEYS, rows)))
        fold_all(journal)
    return path


@pytest.fixture
def path(lived: Path, tmp_path: Path) -> Path:
    """The same, to be damaged."""
    return Path(shutil.copy(lived, tmp_path / "j.db"))


def fold_all(journal: Book) -> None:
    while journal.within(lambda database: fold(database, FIRST + DAYS * DAY)):
        pass


def known(path: Path, of: str = "") -> Mapping[tuple[str, str], Curve]:
    found = read(path, FIRST * STEP, (FIRST + DAYS * DAY) * STEP, of=of)
    return {(one.quantity, one.of): one for one in found}


def spoil(path: Path, statement: str) -> None:
    with closing(apsw.Connection(str(path))) as database:
        database.execute(statement)


def test_of_a_damaged_day_all_others_are_read(path: Path, lived: Path) -> None:
    whole = known(lived)
    damages = ["x''", "x'789c'", "x'789c030000000001'", "CAST(substr(means, 1, 90) || x'00' AS BLOB)"]
    for line, damage in enumerate(damages):  # the loss of each line
        spoil(path, f"UPDATE history_days SET means = {damage} WHERE place = {HURT // DAY * MOST + 3 * line + 1}")
    for found, names in ((known(path), LINES[:4]), (known(path, LINES[0]), LINES[:1])):
        hurt = {key for key, one in found.items() if one.damaged}
        assert hurt == {(quantity, name) for name in names for quantity in ("loss", "mos")}, "also what follows from it"
        assert {day for one in found.values() for day in one.damaged} == {HURT * STEP}
        for key, one in found.items():
            expected = array("f", whole[key].means)
            if key in hurt:
                expected[DAY : 2 * DAY] = array("f", [nan] * DAY)
            assert array("f", one.means).tobytes() == expected.tobytes()
    assert find(path) == ((), tuple((HURT * STEP, f"loss {line}") for line in LINES[:4]))


def test_recording_goes_on_and_covers_what_is_damaged(path: Path) -> None:
    spoil(path, f"UPDATE history_days SET means = x'00' WHERE place = {HURT // DAY * MOST + 1}")
    with closing(Book(path)) as journal:
        late = [(HURT + 5, array("f", [0.5]))]
        journal.within(lambda database: keep(database, Fives(KEYS[:1], late)))
        fold_all(journal)
    assert [mean for mean in known(path)["loss", LINES[0]].means[DAY : 2 * DAY] if mean == mean] == [0.5]
    assert find(path) == ((), ())


def garbled(path: Path, statement: str) -> None:
    """Write over the page of the file on which this body is."""
    with closing(apsw.Connection(str(path))) as database:
        body = bytes(database.execute(statement).get)
        size = int(database.pragma("page_size"))
    octets = bytearray(path.read_bytes())
    first = octets.index(body[:200]) // size * size
    octets[first : first + size] = bytes(range(256)) * (size // 256)
    path.write_bytes(octets)


def test_of_a_damaged_page_only_what_is_on_it_is_lost(path: Path, lived: Path) -> None:
    whole = known(lived)
    garbled(path, f"SELECT means FROM history_days WHERE place = {HURT // DAY * MOST + 5}")  # rtt of the second line
    found = known(path)
    hurt = {key for key, one in found.items() if one.damaged}
    assert ("rtt", LINES[1]) in hurt
    assert len(hurt) < len(found)
    for key, one in found.items():
        if key not in hurt:
            assert array("f", one.means).tobytes() == array("f", whole[key].means).tobytes()
    alone = known(path, LINES[1])
    assert {key for key, one in alone.items() if one.damaged} == {key for key in hurt if key[1] == LINES[1]}
    with closing(Book(path)) as journal:  # what is new lies elsewhere
        new = [(FIRST + DAYS * DAY + n, array("f", [0.25])) for n in range(3)]
        journal.within(lambda database: keep(database, Fives(KEYS[:1], new)))
        while journal.within(lambda database: fold(database, FIRST + (DAYS + 1) * DAY)):
            pass
    since = (FIRST + DAYS * DAY) * STEP
    [one] = read(path, since, since + 3 * STEP, "loss")
    assert list(one.means) == [0.25] * 3


HALF = "CAST(x'7b22fffe' AS TEXT)"
"""What is no UTF-8 and no JSON."""


@pytest.mark.parametrize(("folded", "body"), [(True, "'{}'"), (False, HALF)], ids=["folded", "tail"])
async def test_entries_that_cannot_be_read_are_left_out_and_told(tmp_path: Path, folded: bool, body: str) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    await journal.note_assets(1.0, [Asset(of="site", id=name, site=name) for name in ("van-yen", "tran-yen")])
    planned = Mark(id="van-yen", of="site", mark="maintenance", since=1004.0)
    await journal.write([Entry(1, 1003.5, transition("tran-yen")), Entry(2, 1004.0, planned)])
    await journal.write([Entry(3, 1010.0, event(3)), Entry(4, 1011.0, event(4))], [notice(3), notice(4)])
    await journal.write([Entry(5, 1012.0, transition("van-yen", at=1012.0))])
    await journal.beat(1020.0)
    if folded:
        await journal.snapshot(1020.0)
    await journal.close()
    whole = read_only(path)
    assert whole.standings.keys() == {"van-yen", "tran-yen"}
    where = {"standings": "id = 'van-yen'", "incidents": "id = 3", "marks": "1", "notices": "incident = 3"}
    where["log"] = "seq IN (2, 3, 5)"
    for table, rows in where.items():
        spoil(path, f"UPDATE {table} SET body = {body} WHERE {rows}")
    journal = open_inline(path)
    found = await journal.restore()
    assert found.seq == 5
    assert found.incidents == {4: whole.incidents[4]}
    assert found.marks == {}
    assert found.standings["tran-yen"] == whole.standings["tran-yen"]
    assert found.standings.get("van-yen", transition(state=State.UNKNOWN).new).state is State.UNKNOWN
    told = {(one.what, one.key) for one in found.unread}
    of_the_log = {("mark", "van-yen"), ("incident", "3"), ("transition", "van-yen")}
    of_tables = {("standings", "van-yen"), ("incidents", "3"), ("marks", "van-yen")}
    assert told == {("notices", "3/opened/noc/1"), *(of_tables if folded else of_the_log)}
    assert await journal.pending() == [notice(4)]
    await journal.write([Entry(6, 1030.0, transition("van-yen", State.UP, 1030.0))])
    await journal.snapshot(1031.0)
    assert (await journal.restore()).standings["van-yen"].state is State.UP
    await journal.close()
    assert read_told(path, 0.0).incidents.keys() == {4}
    assert [one.notice for one in read_notices(path, 0.0)] == [notice(4)]
    assert {(one.what, one.key) for one in find(path).entries} >= of_the_log


@pytest.mark.parametrize("numbers", ["replace(numbers, '1.5', '1,5')", "'[null]'", HALF])
async def test_statistics_that_cannot_be_read_are_left_out_and_told(tmp_path: Path, numbers: str) -> None:
    """A point and a comma are one bit apart."""
    path, known = tmp_path / "j.db", Learned(1.5, 0.5, 1.0, 7200.0, 1000.0).numbers()
    with closing(Book(path)) as journal:
        journal.learn(1000.0, {"van-yen": known, "tran-yen": known})
    spoil(path, f"UPDATE learned SET numbers = {numbers} WHERE target = 'van-yen'")
    found = read_only(path)
    assert found.learned == {"tran-yen": known}
    assert found.unread == (Unread("learned", "van-yen", 1000.0),)


async def test_time_after_a_change_that_cannot_be_read_is_unmeasured(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    await journal.note_assets(0.0, [Asset(of="site", id=name, site=name) for name in ("van-yen", "tran-yen")])
    turns = [(1000.0, State.UP), (1100.0, State.DOWN), (1160.0, State.UP)]
    await journal.write(
        [
            Entry(2 * n + m, at, transition(name, state, at))
            for n, (at, state) in enumerate(turns)
            for m, name in enumerate(("van-yen", "tran-yen"), 1)
        ]
    )
    await journal.beat(2000.0)
    await journal.close()
    spoil(path, f"UPDATE log SET body = {HALF} WHERE seq = 3")
    found = facts(path, 1000, 1300)
    assert found.unread == [Unread("transition", "van-yen", 1100.0)]
    ledger = book(found, 1000, 1300)
    columns = {
        name: [(one.since, one.until, one.column) for one in ledger["site", name]] for name in ("van-yen", "tran-yen")
    }
    for name, column in (("van-yen", "unmeasured"), ("tran-yen", "down")):
        assert columns[name] == [(1000, 1100, "up"), (1100, 1160, column), (1160, 1300, "up")]


Opening = Callable[[Path], object]


@pytest.mark.parametrize("opening", [read_only, lambda path: asyncio.run(open_inline(path).restore())], ids=["r", "rw"])
def test_what_to_do_with_a_file_that_is_damaged_is_said_and_the_file_stays(tmp_path: Path, opening: Opening) -> None:
    path = tmp_path / "j.db"
    with closing(Book(path)) as journal:
        journal.write([Entry(1, 1003.5, transition())], [])
    garbled(path, "SELECT CAST(body AS BLOB) FROM log")
    before = path.read_bytes()
    with pytest.raises(JournalError, match=r"j\.db: the journal is damaged .*-wal .*restore the last backup"):
        opening(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("column", ["key", "kind"])
def test_an_id_that_is_no_text_is_a_damaged_journal(tmp_path: Path, column: str) -> None:
    path = tmp_path / "j.db"
    with closing(Book(path)) as journal:
        journal.write([Entry(1, 1003.5, transition())], [])
    spoil(path, f"UPDATE log SET {column} = {HALF}")
    for reading in (read_only, find):
        with pytest.raises(JournalError, match=r"j\.db: the journal is damaged .*restore the last backup"):
            reading(path)
