"""Does the journal keep 90 days of 5-minute means: all of them, in few bytes, and not for ever?"""

import random
from array import array
from collections.abc import Iterable, Mapping
from contextlib import closing
from math import nan
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decide.history import STEP
from netmon.errors import JournalError, NotRunning
from netmon.reading.voice import mos
from netmon.run.journal import file as journal_file
from netmon.run.journal import history as journal_history
from netmon.run.journal import schema as journal_schema
from netmon.run.journal.history import DAY, Fives, Key, curves, fold, keep, read, size
from netmon.run.journal.sql import Book

FIRST = 20_000 * DAY
"""A midnight, in five minutes since the epoch."""
ODD = 'xã "một"\n\\;'
WHOLE = (FIRST * STEP, (FIRST + 4 * DAY) * STEP)
LOSS, RTT, USE = ("loss", "a/1", ""), ("rtt", ODD, ""), ("use", "a/1", "receive")


def write(book: Book, five: int, means: Mapping[Key, float]) -> None:
    row = array("f", means.values())
    book.within(lambda database: keep(database, Fives(list(means), [(five, row)])))


def fold_all(book: Book, before: int) -> int:
    count = 0
    while book.within(lambda database: fold(database, before)):
        count += 1
    return count


def found(source: Book | Path, first: int, end: int) -> dict[tuple[Key, int], float]:
    """All that is known, by series and five minutes."""
    since, until = first * STEP, end * STEP
    if isinstance(source, Path):
        all_of = read(source, since, until)
    else:
        all_of = source.within(lambda database: curves(database, since, until))
    return {
        ((one.quantity, one.of, one.direction), one.begins // STEP + place): mean
        for one in all_of
        for place, mean in enumerate(one.means)
        if mean == mean and one.quantity != "mos"
    }


Written = list[tuple[int, dict[Key, float]]]
MEANS = st.dictionaries(st.sampled_from([LOSS, RTT, USE]), st.sampled_from([0.0, 0.25, 1.0, nan]), max_size=3)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 3 * DAY), MEANS), max_size=12), st.lists(st.integers(0, 3 * DAY), max_size=3))
def test_what_was_written_is_read_back_folded_or_not(written: Written, folds: list[int]) -> None:
    """In any order, some of it twice, some of a day that is folded already."""
    known = dict[tuple[Key, int], float]()
    with closing(Book(None)) as book:
        for number, (offset, means) in enumerate(written):
            write(book, FIRST + offset, means)
            known |= {(key, FIRST + offset): mean for key, mean in means.items() if mean == mean}
            if number < len(folds):
                fold_all(book, FIRST + folds[number])
        assert found(book, FIRST, FIRST + 3 * DAY + 1) == known
        fold_all(book, FIRST + 4 * DAY)
        assert found(book, FIRST, FIRST + 3 * DAY + 1) == known
        part = {place: mean for place, mean in known.items() if FIRST + 100 <= place[1] < FIRST + 400}
        assert found(book, FIRST + 100, FIRST + 400) == part
        for of in ("a/1", ODD):
            alone = book.within(lambda database, of=of: curves(database, *WHOLE, of=of))  # type: ignore[misc]
            count = sum(mean == mean for one in alone for mean in one.means)
            assert count == sum(key[1] == of for key, _ in known)


def likely(chance: random.Random, key: Key, step: int) -> float:
    """As noisy as real lines are: nearly nothing of it can be left out."""
    match key[0]:
        case "loss":
            return 0.0 if chance.random() < 0.97 else chance.randint(1, 5) / 150
        case "rtt":
            return 0.012 + chance.gauss(0, 0.0005)
        case "jitter":
            return abs(chance.gauss(0.0006, 0.0001))
    return max(0.0, 0.3 + 0.2 * (step % DAY) / DAY + chance.gauss(0, 0.02))


@pytest.mark.parametrize(("quantities", "most"), [(("loss", "rtt", "jitter", "use"), 4.0), (("rtt", "use"), 5.0)])
def test_a_value_takes_less_than_eight_bytes_with_all_that_is_around_it(
    tmp_path: Path, quantities: Iterable[str], most: float
) -> None:
    chance, path, lines, days = random.Random(1), tmp_path / "j.db", 10, 14
    keys = [(what, f"site-{n}/1", "receive" if what == "use" else "") for n in range(lines) for what in quantities]
    empty = path.with_name("empty.db")
    for each in (path, empty):
        with closing(Book(each)) as book:
            for day in range(days if each == path else 0):
                first = FIRST + day * DAY
                rows = [(first + n, array("f", [likely(chance, key, n) for key in keys])) for n in range(DAY)]
                book.within(lambda database, rows=rows: keep(database, Fives(keys, rows)))  # type: ignore[misc]
                fold_all(book, first + DAY)
    written = len(keys) * DAY * days
    assert sum(len(one.means) for one in read(path, FIRST * STEP, (FIRST + days * DAY) * STEP) if one.quantity != "mos")
    assert (path.stat().st_size - empty.stat().st_size) / written < most


def test_what_is_ninety_days_old_is_forgotten_and_nothing_younger() -> None:
    with closing(Book(None)) as book:
        for day in (0, 1, 90, 91):
            write(book, FIRST + day * DAY, {("loss", f"day-{day}", ""): 0.5, LOSS: day / 100})
        fold_all(book, FIRST + 90 * DAY)
        assert ids(book) == {"day-0", "day-1", "day-90", "day-91", "a/1"}
        fold_all(book, FIRST + 91 * DAY)
        assert ids(book) == {"day-1", "day-90", "day-91", "a/1"}
        assert min(five for _, five in found(book, FIRST, FIRST + 92 * DAY)) == FIRST + DAY
        fold_all(book, FIRST + 92 * DAY)
        assert ids(book) == {"day-90", "day-91", "a/1"}, "a series of which nothing is left has no name any more"


def ids(book: Book) -> set[object]:
    return book.within(lambda database: {name for (name,) in database.execute("SELECT id FROM history_series")})


def test_a_large_day_is_folded_a_portion_at_a_time_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    path, many = tmp_path / "j.db", journal_history.PORTION * 2 + 5
    keys = [("loss", f"d{n}", "") for n in range(many)]
    with closing(Book(path)) as book:
        row = array("f", [n / many for n in range(many)])
        book.within(lambda database: keep(database, Fives(keys, [(FIRST, row)])))
        assert book.within(lambda database: fold(database, FIRST + DAY))
    with closing(Book(path)) as book:
        assert fold_all(book, FIRST + DAY) == 2
        assert not book.within(lambda database: fold(database, FIRST + DAY))
        last = read(path, FIRST * STEP, (FIRST + DAY) * STEP, of=f"d{many - 1}")
        assert [one.means[0] for one in last] == [pytest.approx((many - 1) / many)]
    assert len(found(path, FIRST, FIRST + DAY)) == many


def test_scores_of_lines_follow_from_what_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with closing(Book(path)) as book:
        line = {("loss", "a/1", ""): 0.01, ("rtt", "a/1", ""): 0.04, ("jitter", "a/1", ""): 0.002}
        write(book, FIRST, line)
        write(book, FIRST + 1, {("loss", "a/1", ""): 1.0})
        write(book, FIRST + 3, {("loss", "a/1", ""): 0.0, ("rtt", "a/1", ""): 0.04})
        write(book, FIRST + 3, {("mos", "bridge", ""): 3.3, ("jitter", "bridge", ""): 0.1, ("loss", "r", ""): 0.0})
    curves = {one.of: one.means for one in read(path, FIRST * STEP, (FIRST + 4) * STEP, "mos")}
    assert curves.keys() == {"a/1", "bridge"}, "a device that has no jitter has no score"
    assert curves["a/1"][0] == pytest.approx(mos(0.02, 0.002, 0.01))
    assert curves["a/1"][1] == 1.0, "nothing is heard of a line that is down"
    assert curves["a/1"][2] != curves["a/1"][2]
    assert curves["a/1"][3] == pytest.approx(mos(0.02, 0.0, 0.0))
    assert list(curves["bridge"])[3] == pytest.approx(3.3)
    for quantity, count in (("mos", 2), ("loss", 2), ("", 7)):
        found = read(path, FIRST * STEP, (FIRST + 4) * STEP, quantity)
        assert len(found) == count
        assert size(path, FIRST * STEP, (FIRST + 4) * STEP, quantity) == count * (4 + 2), "worked out scores count, too"


def test_a_journal_of_the_version_before_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    before = next(n for n, script in enumerate(journal_schema.MIGRATIONS) if "history_days" in script)
    with closing(apsw.Connection(str(path))) as old:
        for script in journal_schema.MIGRATIONS[:before]:
            old.execute(script)
        old.pragma("application_id", journal_file.APPLICATION_ID)
        old.pragma("user_version", before)
        old.execute("INSERT INTO series (track, root, labels) VALUES ('x', 'a/1', '[]')")
    with pytest.raises(JournalError, match="written by an older netmon"):
        read(path, 0, STEP)
    with closing(Book(path)) as book:
        assert read(path, FIRST * STEP, (FIRST + 1) * STEP) == []
        write(book, FIRST, {LOSS: 0.5})
    assert found(path, FIRST, FIRST + 1) == {(LOSS, FIRST): 0.5}


def test_without_a_journal_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotRunning):
        read(tmp_path / "j.db", 0, STEP)
